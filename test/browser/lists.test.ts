import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import excel from 'exceljs'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { onEngine } from '../rig/engines.ts'
import { enterOrder, expectQuiet, rowOf, sharedDesk } from './desk.ts'

/** More than a page of the server's, and more than a table is drawn whole for. */
const ORDERS = 230
const SERIAL = /OA\d{8}-\d{6}-\d/
/** What a window of rows may hold at most, whatever the size of the screen here. */
const DRAWN_MAX = 80

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)
  beforeAll(async () => {
    for (let i = 0; i < ORDERS; i++) {
      await enterOrder(desk, { purpose: `第 ${i} 笔`, amount: `${60_000 + i}.25` })
    }
  }, 60_000)

  const rows = (page: Page, name: string) =>
    page.getByRole('table', { name, exact: true }).locator('tbody tr:not([aria-hidden])')

  /** Scrolls until a text at the end of the list is there. */
  async function scrollToEnd(page: Page): Promise<void> {
    const end = page.getByText(/^共 \d+ 行$/)
    while (await end.count() === 0) {
      await page.mouse.wheel(0, 3_000)
      await page.waitForTimeout(50)
    }
  }

  async function saved(page: Page, button: string): Promise<string> {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ])
    return await file.path()
  }

  describe('a list', { timeout: 120_000 }, () => {
    it('is read on as one scrolls, and only what is seen of it is in the page', async () => {
      const opened = await desk.open('checker', '/tasks')
      const { page } = opened
      await rows(page, '待办任务').first().waitFor()
      await scrollToEnd(page)
      await page.mouse.wheel(0, 1_000_000)
      await rowOf(page, `第 ${ORDERS - 1} 笔`).waitFor()
      expect(await rows(page, '待办任务').count()).toBeLessThan(DRAWN_MAX)
      expect(Number(await page.getByRole('table').getAttribute('aria-rowcount')))
        .toBeGreaterThan(ORDERS)
      // The oldest, which stood first, is not in the page until one scrolls back.
      expect(await rowOf(page, '第 0 笔').count()).toBe(0)
      await page.mouse.wheel(0, -1_000_000)
      await rowOf(page, '第 0 笔').waitFor()
      expectQuiet(opened)
    })

    it('is walked by keyboard beyond what is drawn', async () => {
      const { page } = await desk.open('checker', '/tasks')
      await rows(page, '待办任务').first().waitFor()
      await scrollToEnd(page)
      await page.mouse.wheel(0, -1_000_000)
      await rowOf(page, '第 0 笔').waitFor()
      for (let i = 0; i <= 120; i++) await page.keyboard.press('j')
      // The header is the first row.
      const row = page.locator('.chosen[aria-rowindex="122"]')
      const chosen = SERIAL.exec(await row.innerText())![0]
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: chosen }).waitFor()
      await page.getByRole('main').getByText(/第 1[12]\d 笔/).first().waitFor()
    })

    it('is saved with all of its rows, in the columns that are shown', async () => {
      const { page } = await desk.open('checker', '/orders?columns=serial,summary,amount,currency')
      await rows(page, '业务单').first().waitFor()
      const csv = readFileSync(await saved(page, '下载 CSV'), 'utf8').trimEnd().split('\r\n')
      expect(csv[0]).toBe('\uFEFFserial,summary,amount,currency')
      // The demo's own orders besides.
      expect(csv.filter((line) => /^OA[\d-]+,[^,]*第 \d+ 笔,60\d\d\d\.25,CNY$/.test(line)))
        .toHaveLength(ORDERS)
      const workbook = new excel.Workbook()
      await workbook.xlsx.readFile(await saved(page, '下载 XLSX'))
      const sheet = workbook.getWorksheet('orders')!
      expect(sheet.rowCount).toBe(csv.length)
      expect(sheet.getRow(2).getCell(3).value).toBe(Number(csv[1]!.split(',')[2]))
    })

    it('keeps columns and filters in the URL, and a view of them under a name', async () => {
      const opened = await desk.open('checker', '/orders')
      const { page } = opened
      await rows(page, '业务单').first().waitFor()
      await page.getByRole('button', { name: '显示列' }).click()
      await page.getByLabel('经办人').uncheck()
      await page.getByRole('columnheader', { name: '经办人' }).waitFor({ state: 'detached' })
      expect(new URL(page.url()).searchParams.get('columns')).not.toContain('maker')
      await page.keyboard.press('Escape')
      await page.goto(`${page.url()}&status=IN_APPROVAL`)
      await rows(page, '业务单').first().waitFor()
      await page.getByRole('button', { name: '保存视图' }).click()
      await page.getByLabel('视图名称').fill('审批中的')
      await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
      await page.getByRole('button', { name: '删除视图' }).waitFor()

      await page.goto(new URL('/orders', desk.url()).href)
      await page.getByRole('columnheader', { name: '经办人' }).waitFor()
      await page.getByLabel('我的视图').click()
      await page.getByTitle('审批中的').click()
      await page.waitForURL(/status=IN_APPROVAL/)
      await page.getByRole('columnheader', { name: '经办人' }).waitFor({ state: 'detached' })
      expectQuiet(opened)
    })

    it('shows what others do without being asked to', async () => {
      const checker = await desk.open('checker', '/tasks?columns=serial,summary')
      const waiting = checker.page.getByRole('navigation').getByRole('link', {
        name: /^待办任务 \(\d+\)$/,
      })
      await waiting.waitFor()
      const before = await waiting.innerText()
      const maker = await desk.open('maker', '/')
      const serial = await enterOrder(desk, { purpose: '刚刚录入' })
      await rowOf(maker.page, serial).waitFor()
      await waiting.filter({ hasNotText: before }).waitFor()
      await maker.page.getByRole('link', { name: serial }).click()
      await maker.page.getByRole('button', { name: '撤回' }).click()
      await maker.page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
      await maker.page.getByText('已撤回').first().waitFor()
      await waiting.filter({ hasText: before }).waitFor()
      expectQuiet(checker)
      expectQuiet(maker)
    })
  })

  describe('a file of an order', { timeout: 60_000 }, () => {
    it('is attached, told of in its history, and given back as it was', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'huitong-test-browser-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const file = join(folder, '发票.pdf')
      writeFileSync(file, '%PDF-1.7 made for this test')
      const serial = await enterOrder(desk, { purpose: '带发票' })
      const opened = await desk.open('maker', `/orders/${serial}`)
      const { page } = opened
      await page.getByRole('button', { name: '添加附件' }).waitFor()
      await page.locator('input[type=file]').setInputFiles(file)
      const attached = page.getByRole('table', { name: '附件' }).getByRole('button', {
        name: '发票.pdf',
      })
      await attached.waitFor()
      expect(await page.getByRole('main').innerText()).toContain('添加附件 · demo:maker')
      const [download] = await Promise.all([page.waitForEvent('download'), attached.click()])
      expect(readFileSync(await download.path(), 'utf8')).toBe('%PDF-1.7 made for this test')
      expectQuiet(opened)
    })
  })

  describe('the explorer', { timeout: 60_000 }, () => {
    it('opens with what partners ask, runs it, and fetches nothing from elsewhere', async () => {
      const { page } = await desk.visit('/healthz')
      const elsewhere: string[] = []
      page.on('request', (request) => {
        const { protocol, host } = new URL(request.url())
        if (protocol.startsWith('http') && host !== new URL(desk.url()).host) {
          elsewhere.push(request.url())
        }
      })
      await page.goto(new URL('/graphql', desk.url()).href)
      await page.getByRole('tab', { name: 'SubmitOrder' }).waitFor()
      await page.getByRole('button', { name: /^Execute/ }).click()
      await page.getByText('SubmittedOrder').or(page.getByText('"serial"')).first().waitFor()
      expect(elsewhere).toEqual([])
    })
  })
})
