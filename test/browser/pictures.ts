/**
 * `npm run -s pictures`: the pictures of the README, from the demo data of a fresh start.
 *
 * The filing is made up; it says one amount in capital characters otherwise than in digits.
 */
import '../../gateway/environment.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { demoToken } from '../../gateway/auth/demo-issuer.ts'
import type { DemoRole } from '../../gateway/demo.ts'
import { startServer } from '../bench/process.ts'
import { reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { useOneFont } from './fonts.ts'
import { launchBrowser } from './launch.ts'

const PICTURES = join(import.meta.dirname!, '../../web/pictures')
const SIZE = { width: 1280, height: 800 }

const folder = await mkdtemp(join(tmpdir(), 'huitong-pictures-'))
try {
  const server = await startServer(folder)
  const browser = await launchBrowser()
  try {
    await order(await desk(browser, 'checker', 'en'), server.url)
    await filing(await desk(browser, 'maker', 'zh'), server.url)
  } finally {
    await browser.close()
    await server.stop()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exit(0)

async function desk(browser: Browser, role: DemoRole, language: 'zh' | 'en'): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZE })
  await useOneFont(context)
  const token = await demoToken(join(folder, 'data'), role)
  await context.addInitScript(([kept, preferences]) => {
    sessionStorage.setItem('huitong.token', kept!)
    localStorage.setItem('huitong.preferences', preferences!)
  }, [token, JSON.stringify({ language, mode: 'light' })])
  return await context.newPage()
}

/** The order that the rule approved, with its vouchers and its payment. */
async function order(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/orders`)
  await page.getByRole('row').filter({ hasText: '十一月办公用品' }).getByRole('link').first()
    .click()
  await page.getByText('Bank transfer (simulated)').first().waitFor()
  await take(page, 'order.png', true)
}

/** A finding beside its page. */
async function filing(page: Page, url: string): Promise<void> {
  const pdf = join(folder, '年度报告.pdf')
  const parts = reportParts({ year: 2021 }).map((part) =>
    typeof part === 'string' ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part
  )
  await writeFile(pdf, reportPdf(parts))
  await page.goto(`${url}/filings`)
  await page.getByLabel('名称').fill('年报审核')
  await page.getByLabel('统一社会信用代码').fill('9152000071430580XT')
  await page.getByRole('button', { name: '新建' }).click()
  await page.getByRole('heading', { name: '年报审核' }).waitFor()
  await page.locator('input[type=file]').setInputFiles(pdf)
  await page.getByRole('table', { name: '文件' }).getByText('年度报告.pdf').waitFor()
  await page.getByRole('button', { name: '开始审核' }).click()
  // A canvas does not wait for the fonts that it draws with.
  await page.evaluate(() => Promise.all(Array.from(document.fonts, (face) => face.load())))
  const findings = page.getByRole('list', { name: '发现' })
  await findings.getByText('大写金额').first().click()
  const finding = page.getByRole('region', { name: '所选发现' })
  await finding.locator('.frame-first').waitFor()
  await page.getByRole('button', { name: '接受' }).first()
    .evaluate((button) => button.scrollIntoView({ block: 'start' }))
  await take(page, 'filing.png')
}

async function take(page: Page, file: string, fullPage = false): Promise<void> {
  await page.mouse.move(0, 0)
  await page.locator('.ant-notification-notice').waitFor({ state: 'detached' })
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(PICTURES, file), animations: 'disabled', fullPage })
}
