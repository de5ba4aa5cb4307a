/**
 * The desk in a real browser, in front of a system on an empty database.
 */
import axe from 'axe-core'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { listen, type Listening } from '../../gateway/http/listen.ts'
import type { DemoRole } from '../../gateway/demo.ts'
import { zh } from '../../web/words/zh.ts'
import { en } from '../../web/words/en.ts'
import type { TestEngine } from '../rig/engines.ts'
import { supplierPayment } from '../support/forms.ts'
import { openTestServer, type TestServer } from '../support/server.ts'
import { useOneFont } from './fonts.ts'
import { launchBrowser } from './launch.ts'

export interface DeskOptions {
  readonly language?: 'zh' | 'en'
  readonly mode?: 'light' | 'dark'
  readonly width?: number
  /** Draws in the font of pictures, whatever fonts this machine has. */
  readonly oneFont?: boolean
}

/** The desk, for the tests of one contract. */
export interface TestDesk {
  readonly server: () => TestServer
  readonly url: () => string
  /**
   * A page of a person who has signed in by the page itself. Whatever it logs as an error fails the
   * test, unless the test says which it expects.
   */
  open(role: DemoRole, path?: string, options?: DeskOptions): Promise<DeskPage>
  /** Stops listening, as a server that is started anew does, until it is told to go on. */
  away(): Promise<{ back: () => Promise<void> }>
  /** A page of the same browser that shows no desk; whoever asks closes it. */
  artist(): Promise<Page>
  /** A page where nobody is signed in. */
  visit(path?: string, options?: DeskOptions): Promise<DeskPage>
}

export interface DeskPage {
  readonly page: Page
  /** What the page logged that no test expects. */
  readonly complaints: string[]
}

const SUBMIT = `mutation ($input: SubmitOrderInput!) {
  submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
}`

let entered = 0

/** Enters a supplier payment that a checker has to decide about; answers its serial. */
export async function enterOrder(
  desk: TestDesk,
  { purpose, amount = '88000.00' }: { purpose: string; amount?: string },
): Promise<string> {
  const { submitOrder } = await desk.server().demo.ask('maker', SUBMIT, {
    input: {
      type: 'supplier-payment',
      form: supplierPayment({ purpose, amount }),
      idempotencyKey: `browser-order-${++entered}`,
    },
  })
  return submitOrder.order.serial
}

/** Decides about the order's first approval as a checker who is somewhere else. */
export async function decide(
  desk: TestDesk,
  serial: string,
  verdict: 'APPROVE' | 'REJECT',
): Promise<void> {
  const { demo } = desk.server()
  const { order } = await demo.ask(
    'checker',
    'query ($serial: String!) { order(serial: $serial) { approvals { id } } }',
    { serial },
  )
  const { decideTask } = await demo.ask(
    'checker',
    `mutation ($input: DecideTaskInput!) { decideTask(input: $input) { __typename } }`,
    { input: { task: order.approvals[0].id, verdict } },
  )
  expect(decideTask).toEqual({ __typename: 'BusinessOrder' })
}

/** The words of the desk in a language. */
export function wordsIn(language: 'zh' | 'en'): Readonly<Record<keyof typeof zh, string>> {
  return language === 'en' ? en : zh
}

/** The row of a table that holds a text. */
export function rowOf(page: Page, text: string): Locator {
  return page.getByRole('row').filter({ hasText: text })
}

/**
 * Starts the system, builds the desk when it is stale, and starts a browser.
 *
 * @param environment of the server, asked for once what it names has started
 */
export function sharedDesk(
  testEngine: TestEngine,
  environment: () => Readonly<Record<string, string>> = () => ({}),
): TestDesk {
  let browser: Browser | undefined
  let server: TestServer | undefined
  let listening: Listening | undefined
  beforeAll(async () => {
    await import('../../web/build.ts')
    server = await openTestServer(testEngine, environment())
    listening = await listen(server.server.fetch, 0, '127.0.0.1')
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await listening?.close()
    await server?.close()
  })

  const visit: TestDesk['visit'] = async (path = '/', options = {}) => {
    const { language = 'zh', mode = 'light', width = 1280, oneFont = false } = options
    const context: BrowserContext = await browser!.newContext({
      viewport: { width, height: 900 },
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      acceptDownloads: true,
    })
    await context.addInitScript(
      (preferences) => localStorage.setItem('huitong.preferences', preferences),
      JSON.stringify({ language, mode }),
    )
    if (oneFont) await useOneFont(context)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    onTestFinished(() => context.close())
    await page.goto(new URL(path, listening!.url).href)
    return { page, complaints }
  }

  return {
    server: () => server!,
    url: () => listening!.url,
    artist: () => browser!.newPage(),
    visit,
    async away() {
      const port = Number(new URL(listening!.url).port)
      await listening!.close()
      return {
        back: async () => {
          listening = await listen(server!.server.fetch, port, '127.0.0.1')
        },
      }
    },
    async open(role, path, options = {}) {
      const desk = await visit(path, options)
      const name = wordsIn(options.language ?? 'zh')[`role.${role}` as keyof typeof zh]
      await desk.page.getByRole('button', { name: new RegExp(`[(（]${name}[)）]`) }).click()
      await desk.page.getByRole('navigation').waitFor()
      return desk
    },
  }
}

/** What axe finds serious or critical on a page, as `rule: element`. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Half a megabyte, brought to a page once.
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe.source)
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

/** Elements whose text does not fit into them, as their text. Inputs scroll, so they do not count. */
export async function cutTexts(page: Page): Promise<string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((element) => {
        const { overflowX, textOverflow } = getComputedStyle(element)
        const hides = overflowX === 'hidden' || overflowX === 'clip' || textOverflow === 'ellipsis'
        const own = [...element.childNodes].some((node) =>
          node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== ''
        )
        return own && hides && element.scrollWidth > element.clientWidth + 1
      })
      .map((element) => element.textContent!.trim())
  )
}

/** Fails when the page logged an error. */
export function expectQuiet({ complaints }: DeskPage): void {
  expect(complaints).toEqual([])
}
