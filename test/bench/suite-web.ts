/**
 * The desk: what a browser has to load, and how soon a screen is there with many orders.
 */
import '../../gateway/environment.ts'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { demoToken } from '../../gateway/auth/demo-issuer.ts'
import { readConfig } from '../../gateway/config.ts'
import { DEMO_PEOPLE, DEMO_TENANT } from '../../gateway/demo.ts'
import { openSystem } from '../../gateway/system.ts'
import { scopesOf } from '../../subgraphs/kernel/actor.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { launchBrowser } from '../browser/launch.ts'
import { supplierPayment } from '../support/forms.ts'
import { startServer, timed } from './process.ts'
import { median, type Parts, type Report } from './report.ts'
import { cpuMsOf, framesWhileDragging, framesWhileScrolling, readRows } from './web/frames.ts'

const DIST = join(import.meta.dirname!, '../../web/dist')
const KB = 1000
const SHELL_BAR_KB = 380
const ROUTE_BAR_KB = 60
const ORDERS = Number(process.env.BENCH_ORDERS ?? 100_000)
const IN_FLIGHT = 64
const COLD_BAR_MS = 1_500
const WARM_BAR_MS = 300
const ROUTE_BAR_MS = 100
const VISITS = 5
const SCROLLED_ROWS = 10_000
const SCROLL = { steps: 600, pixels: 300 }
const FRAME_BAR_MS = 50
const CHART_NODES = 300
const CHART_FRAMES = 180

/** In the order in which they run. */
export const PARTS: Parts = {
  size: benchSize,
  screens: benchScreens,
  chart: benchChart,
}

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

/** What the shell loads at first, and what each screen loads besides. */
async function benchSize(report: Report): Promise<void> {
  await import('../../web/build.ts')
  const manifest = JSON.parse(
    readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'),
  ) as Record<string, Chunk>
  const packed = (file: string) => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length
  const filesOf = (name: string, seen = new Set<string>()): Set<string> => {
    const chunk = manifest[name]!
    if (seen.has(chunk.file)) return seen
    for (const file of [chunk.file, ...chunk.css ?? []]) seen.add(file)
    for (const each of chunk.imports ?? []) filesOf(each, seen)
    return seen
  }
  const weigh = (files: Iterable<string>) =>
    [...files].reduce((sum, file) => sum + packed(file), 0) / KB
  const entry = Object.entries(manifest).find(([, { isEntry }]) => isEntry)![0]
  const shell = filesOf(entry)
  const shellKb = weigh(shell)
  report({
    suite: 'web',
    case: 'shell with antd core, packed',
    value: shellKb,
    unit: 'kB',
    bar: `<= ${SHELL_BAR_KB} kB`,
    ok: shellKb <= SHELL_BAR_KB,
  })
  for (const [name, { isDynamicEntry }] of Object.entries(manifest)) {
    if (!isDynamicEntry || !name.startsWith('screens/')) continue
    const kb = weigh([...filesOf(name)].filter((file) => !shell.has(file)))
    report({
      suite: 'web',
      case: `${name}, packed, besides the shell`,
      value: kb,
      unit: 'kB',
      bar: `<= ${ROUTE_BAR_KB} kB`,
      ok: kb <= ROUTE_BAR_KB,
    })
  }
}

/** Time to the first row, and from screen to screen, in front of a server with many orders. */
async function benchScreens(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-web-'))
  const dataDir = join(folder, 'data')
  try {
    await enterOrders(dataDir, ORDERS)
    const server = await startServer(folder)
    const browser = await launchBrowser()
    try {
      const token = await demoToken(dataDir, 'checker')
      const [cold, warm, routes]: [number[], number[], number[]] = [[], [], []]
      for (let visit = 0; visit < VISITS; visit++) {
        const page = await signedIn(browser, token)
        cold.push(await firstRow(page, `${server.url}/orders`))
        warm.push(await firstRow(page, `${server.url}/orders`))
        await changeRoute(page, '/tasks')
        await changeRoute(page, '/orders')
        routes.push(await changeRoute(page, '/tasks'), await changeRoute(page, '/orders'))
        await page.context().close()
      }
      const figures = [
        ['first row of the list, nothing kept by the browser', cold, COLD_BAR_MS],
        ['first row of the list, visited before', warm, WARM_BAR_MS],
        ['from one screen to another, rows and all, both visited before', routes, ROUTE_BAR_MS],
      ] as const
      for (const [name, values, bar] of figures) {
        const value = median(values)
        report({
          suite: 'web',
          case: `${name}, ${ORDERS} orders, median of ${values.length}`,
          value,
          unit: 'ms',
          bar: `<= ${bar} ms`,
          ok: value <= bar,
        })
      }
      const page = await signedIn(browser, token)
      await firstRow(page, `${server.url}/tasks`)
      await readRows(page, SCROLLED_ROWS)
      const { answer: frames, cpuMs } = await cpuMsOf(
        page,
        () => framesWhileScrolling(page, SCROLL),
      )
      const slowest = Math.max(...frames)
      report({
        suite: 'web',
        case: `slowest of ${frames.length} frames, an inbox of ${SCROLLED_ROWS} tasks scrolled`,
        value: slowest,
        unit: 'ms',
        bar: `<= ${FRAME_BAR_MS} ms`,
        ok: slowest <= FRAME_BAR_MS,
      })
      report({
        suite: 'web',
        case: 'median of the same frames',
        value: median(frames),
        unit: 'ms',
      })
      report({
        suite: 'web',
        case: 'processor time of the page’s own thread a frame, whatever else runs',
        value: cpuMs / frames.length,
        unit: 'ms',
      })
    } finally {
      await browser.close()
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Frames of the link chart with as many nodes as it shows; drawn by software here. */
async function benchChart(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-chart-'))
  const dataDir = join(folder, 'data')
  try {
    await timed(['gateway/cli/risk.ts', 'generate', join(folder, 'book')], folder)
    await timed(['gateway/cli/risk.ts', 'load', join(folder, 'book')], folder)
    await timed(['gateway/cli/risk.ts', 'detect', '--json'], folder)
    const server = await startServer(folder)
    const browser = await launchBrowser()
    try {
      const page = await signedIn(browser, await demoToken(dataDir, 'investigator'))
      await page.goto(`${server.url}/alerts`)
      await page.locator('td a[href^="/alerts/"]').first().click()
      const chart = page.locator('.chart')
      await chart.locator('canvas').first().waitFor()
      const nodes = async () =>
        Number(/\d+/.exec(await chart.getAttribute('aria-label') ?? '')?.[0] ?? 0)
      const open = page.locator('select').first()
      for (let i = 1; await nodes() < CHART_NODES; i++) {
        const before = await nodes()
        await open.selectOption({ index: i })
        await page.waitForFunction(
          (count) => !document.querySelector('.chart')!.ariaLabel!.includes(` ${count} `),
          before,
          { timeout: 2_000 },
        ).catch(() => undefined)
        if (i > 2 * CHART_NODES) break
      }
      await page.waitForTimeout(1_000)
      const frames = await framesWhileDragging(page, CHART_FRAMES)
      const seconds = frames.reduce((sum, ms) => sum + ms, 0) / 1000
      report({
        suite: 'web',
        case: `link chart of ${await nodes()} nodes, dragged, drawn by software`,
        value: frames.length / seconds,
        unit: 'frames/s',
      })
    } finally {
      await browser.close()
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Enters orders that wait for a checker, through the same command as everybody's. */
async function enterOrders(dataDir: string, count: number): Promise<void> {
  const system = await openSystem(readConfig({ DATA_DIR: dataDir }), {
    ports: systemPorts(),
    report: console.error,
  })
  try {
    await system.provision(DEMO_TENANT)
    const { subject, name, kind, institution } = DEMO_PEOPLE.maker
    const commands = system.subgraphs.orders.commands({
      tenant: DEMO_TENANT.tenant,
      subject,
      name,
      kind,
      institution,
      roles: ['maker'],
      scopes: scopesOf(['maker'], []),
    })
    for (let begun = 0; begun < count; begun += IN_FLIGHT) {
      await Promise.all(
        Array.from({ length: Math.min(IN_FLIGHT, count - begun) }, async (_, i) => {
          const number = begun + i
          const entered = await commands.submit({
            type: 'supplier-payment',
            form: supplierPayment({ amount: '60000.00', purpose: `款项 ${number}` }),
            idempotencyKey: `bench-web-${number}`,
          })
          if (!entered.ok) throw new Error(`${entered.code}: ${entered.message}`)
        }),
      )
    }
  } finally {
    await system.stop()
  }
}

async function signedIn(browser: Browser, token: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await context.addInitScript((kept) => sessionStorage.setItem('huitong.token', kept), token)
  return await context.newPage()
}

/** Milliseconds from the request for a page to the first row with a serial. */
async function firstRow(page: Page, url: string): Promise<number> {
  await page.goto('about:blank')
  await page.goto(url, { waitUntil: 'commit' })
  await page.waitForFunction(() => document.querySelector('td a[href^="/orders/OA"]') !== null)
  return await page.evaluate(() => performance.now())
}

/** Milliseconds from the click on a screen's link to its rows. */
async function changeRoute(page: Page, path: string): Promise<number> {
  return await page.evaluate(async (to) => {
    const began = performance.now()
    const heading = document.querySelector('h1')?.textContent
    document.querySelector<HTMLAnchorElement>(`nav a[href="${to}"]`)!.click()
    while (
      document.querySelector('h1')?.textContent === heading ||
      document.querySelector('td a[href^="/orders/OA"]') === null
    ) await new Promise(requestAnimationFrame)
    return performance.now() - began
  }, path)
}
