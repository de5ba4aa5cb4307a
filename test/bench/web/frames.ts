/**
 * How long a page's frames take while something moves.
 */
import type { Page } from 'playwright-core'

/** Milliseconds of each frame while the window is scrolled so many times by so many pixels. */
export async function framesWhileScrolling(
  page: Page,
  { steps, pixels }: { steps: number; pixels: number },
): Promise<number[]> {
  return await page.evaluate(async ({ steps, pixels }) => {
    const frame = () => new Promise<number>(requestAnimationFrame)
    scrollTo(0, 0)
    for (let i = 0; i < 10; i++) await frame()
    const times: number[] = []
    let before = await frame()
    for (let step = 0; step < steps; step++) {
      scrollBy(0, pixels)
      const now = await frame()
      times.push(now - before)
      before = now
    }
    return times
  }, { steps, pixels })
}

/**
 * Milliseconds of processor time that a page's own thread takes meanwhile: script, style, layout and paint.
 * Other work on the machine makes frames longer, and this not.
 */
export async function cpuMsOf<Answer>(
  page: Page,
  work: () => Promise<Answer>,
): Promise<{ answer: Answer; cpuMs: number }> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const taken = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000
  }
  const before = await taken()
  const answer = await work()
  const cpuMs = await taken() - before
  await devtools.detach()
  return { answer, cpuMs }
}

/** Milliseconds of each frame while the mouse draws what is under it to and fro. */
export async function framesWhileDragging(page: Page, frames: number): Promise<number[]> {
  const box = (await page.locator('.chart').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const times = page.evaluate(async (count) => {
    const frame = () => new Promise<number>(requestAnimationFrame)
    const times: number[] = []
    let before = await frame()
    while (times.length < count) {
      const now = await frame()
      times.push(now - before)
      before = now
    }
    return times
  }, frames)
  let over = false
  const done = times.finally(() => over = true)
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let i = 0; !over; i++) {
    await page.mouse.move(x + 60 * Math.sin(i / 6), y + 40 * Math.cos(i / 6))
  }
  await page.mouse.up()
  return await done
}

/** Scrolls on until so many rows have been read. */
export async function readRows(page: Page, rows: number): Promise<void> {
  await page.evaluate(async (wanted) => {
    const count = () =>
      Number(document.querySelector('table.grid')?.getAttribute('aria-rowcount') ?? 0)
    while (count() <= wanted) {
      scrollTo(0, document.documentElement.scrollHeight)
      await new Promise(requestAnimationFrame)
    }
  }, rows)
}
