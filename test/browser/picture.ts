/**
 * Pictures of screens, compared: a small grey copy beside the one that was accepted.
 *
 * What differs from run to run (serials, times) is a few cells of grey; a column that is gone, a colour
 * or a width that is another one is many. The copies are made and read by the browser itself.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'

/** Screen pixels to a cell. */
const CELL = 8
/** Cells that differ by more than this much of 255 are another thing. */
const GREY_OFF = 28
/** The part of all cells that may be another thing. */
const SHARE_OFF = 0.03

const ACCEPTED = join(import.meta.dirname!, 'pictures')
/** `ACCEPT_PICTURES=1 npx vitest run test/browser/screens.test.ts` takes what is seen as right. */
const ACCEPT = process.env.ACCEPT_PICTURES === '1'

/**
 * How a page differs from its accepted picture; undefined where it does not.
 *
 * @param artist a page that draws, on no screen of the desk: its security policy takes no pictures
 */
export async function differenceFrom(
  page: Page,
  artist: Page,
  name: string,
): Promise<string | undefined> {
  const shot = await page.screenshot({
    animations: 'disabled',
    caret: 'hide',
    // Drawn in a while, or never twice the same to the last pixel; and what tells how far things are.
    mask: [page.locator('.chart'), page.locator('canvas'), page.locator('.ant-alert')],
  })
  const path = join(ACCEPTED, `${name}.png`)
  const accepted = ACCEPT || !existsSync(path) ? undefined : readFileSync(path)
  const { copy, share } = await artist.evaluate(
    async ({ shot, accepted, cell, off }) => {
      const draw = async (base64: string, scale: number) => {
        const image = new Image()
        image.src = `data:image/png;base64,${base64}`
        await image.decode()
        const canvas = document.createElement('canvas')
        canvas.width = Math.round(image.width / scale)
        canvas.height = Math.round(image.height / scale)
        const context = canvas.getContext('2d', { willReadFrequently: true })!
        context.filter = 'grayscale(1)'
        context.imageSmoothingQuality = 'high'
        context.drawImage(image, 0, 0, canvas.width, canvas.height)
        return { canvas, pixels: context.getImageData(0, 0, canvas.width, canvas.height) }
      }
      const now = await draw(shot, cell)
      const copy = now.canvas.toDataURL('image/png').split(',')[1]!
      if (accepted === undefined) return { copy, share: undefined }
      const before = await draw(accepted, 1)
      if (before.canvas.width !== now.canvas.width || before.canvas.height !== now.canvas.height) {
        return { copy, share: 1 }
      }
      let different = 0
      for (let i = 0; i < now.pixels.data.length; i += 4) {
        if (Math.abs(now.pixels.data[i]! - before.pixels.data[i]!) > off) different += 1
      }
      return { copy, share: different / (now.pixels.data.length / 4) }
    },
    {
      shot: shot.toString('base64'),
      accepted: accepted?.toString('base64'),
      cell: CELL,
      off: GREY_OFF,
    },
  )
  if (ACCEPT) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.from(copy, 'base64'))
    return undefined
  }
  if (share === undefined) return `${name}: there is no accepted picture`
  return share <= SHARE_OFF
    ? undefined
    : `${name}: ${(100 * share).toFixed(1)} % of the picture differ`
}
