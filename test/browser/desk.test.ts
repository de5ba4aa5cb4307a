import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SCREENS } from '../../web/screens.ts'
import { onEngine } from '../rig/engines.ts'
import { paymentsFile } from '../bench/payments-file.ts'
import { reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { supplierPayment } from '../support/forms.ts'
import { loadMotorBook } from '../support/motor-book.ts'
import { cutTexts, expectQuiet, seriousFindings, sharedDesk } from './desk.ts'

const MAPPING = readFileSync(
  join(import.meta.dirname!, '../fixtures/spending-mapping.json'),
  'utf8',
)
const SERIAL = /OA\d{8}-\d{6}-\d/

const SUBMIT = `mutation ($input: SubmitOrderInput!) {
  submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
}`

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)
  let entered = 0

  /** Enters a supplier payment that a checker has to decide about; answers its serial. */
  async function waitingOrder(purpose: string, amount = '88000.00'): Promise<string> {
    const { submitOrder } = await desk.server().demo.ask('maker', SUBMIT, {
      input: {
        type: 'supplier-payment',
        form: supplierPayment({ purpose, amount }),
        idempotencyKey: `browser-order-${++entered}`,
      },
    })
    return submitOrder.order.serial
  }

  const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

  describe('a payment by the desk', { timeout: 120_000 }, () => {
    it('is entered by a maker, approved by a checker in two clicks, booked and paid', async () => {
      const maker = await desk.open('maker', '/orders/new')
      const { page } = maker
      await page.getByRole('button', { name: '对公付款' }).click()
      await page.getByLabel('收款人 · 户名').fill('华东印刷')
      await page.getByLabel('金额').fill('66000.00')
      await page.getByLabel('用途').fill('年报印刷')
      await page.getByRole('button', { name: '核对' }).click()
      await page.getByText('请核对以下内容').waitFor()
      expect(await page.getByRole('main').innerText()).toContain('66,000.00')
      await page.getByRole('button', { name: '提交' }).click()
      await page.waitForURL(/\/orders\/OA/)
      const serial = SERIAL.exec(page.url())![0]
      await page.getByText('审批中').first().waitFor()
      // Whoever made an order is not offered to decide about it.
      expect(await page.getByRole('button', { name: '同意' }).count()).toBe(0)

      const checker = await desk.open('checker', '/tasks')
      await row(checker.page, serial).getByRole('button', { name: '同意' }).click()
      await checker.page.getByRole('dialog').getByRole('button', { name: '同意' }).click()
      await checker.page.getByText(`${serial} 已处理`).waitFor()

      await page.getByText('已完成').first().waitFor()
      const lineage = await page.getByRole('main').innerText()
      expect(lineage).toContain('supplier-payment.settled')
      expect(lineage).toContain('模拟渠道,没有真实资金')
      expect(lineage).toContain('付款成功')
      expectQuiet(maker)
      expectQuiet(checker)
    })

    it('is sent back with a reason, and not without one', async () => {
      const serial = await waitingOrder('驳回一笔')
      const checker = await desk.open('checker', `/orders/${serial}`)
      const { page } = checker
      await page.getByRole('button', { name: '驳回' }).click()
      const question = page.getByRole('dialog')
      await question.getByRole('button', { name: '驳回' }).click()
      await page.getByText('驳回要写理由').waitFor()
      await question.getByLabel('驳回理由').fill('发票缺失')
      await question.getByRole('button', { name: '驳回' }).click()
      await page.getByText('已驳回').first().waitFor()
      expect(await page.getByRole('main').innerText()).toContain('发票缺失')
      expectQuiet(checker)
    })

    it('that two people decide about is decided once; the second is told, and nothing is lost', async () => {
      const serial = await waitingOrder('两人同批')
      const [one, two] = [
        await desk.open('checker', `/orders/${serial}`),
        await desk.open('checker', `/orders/${serial}`),
      ]
      for (const { page } of [one, two]) {
        await page.getByRole('button', { name: '同意' }).click()
        await page.getByRole('dialog').waitFor()
      }
      await one.page.getByRole('dialog').getByRole('button', { name: '同意' }).click()
      await one.page.getByText('已完成').first().waitFor()
      await two.page.getByRole('dialog').getByRole('button', { name: '同意' }).click()
      await two.page.getByText('TASK_DECIDED').waitFor()
      await two.page.getByText('已完成').first().waitFor()
    })

    it('is decided in bulk with the sum shown first', async () => {
      const serials = [await waitingOrder('批量一'), await waitingOrder('批量二', '90000.50')]
      const checker = await desk.open('checker', '/tasks')
      const { page } = checker
      for (const serial of serials) await row(page, serial).getByRole('checkbox').check()
      await page.getByRole('button', { name: '同意所选 2 笔' }).click()
      const question = page.getByRole('dialog')
      expect(await question.innerText()).toContain('178,000.50 CNY')
      await question.getByRole('button', { name: '同意' }).click()
      await page.getByText('2 笔已处理').waitFor()
      for (const serial of serials) await row(page, serial).waitFor({ state: 'detached' })
      expectQuiet(checker)
    })

    it('is refused at the field that is wrong', async () => {
      const { page } = await desk.open('maker', '/orders/new')
      await page.getByRole('button', { name: '对公付款' }).click()
      await page.getByLabel('收款人 · 户名').fill('华东印刷')
      await page.getByLabel('用途').fill('试')
      await page.getByLabel('金额').fill('一百')
      await page.getByRole('button', { name: '核对' }).click()
      await page.getByText('金额的格式不对').waitFor()
      await page.getByLabel('金额').fill('10.00')
      await page.getByLabel('机构').fill('no-such-place')
      await page.getByRole('button', { name: '核对' }).click()
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByText('INSTITUTION_UNKNOWN').waitFor()
      // What was filled in is still there to be mended.
      expect(await page.getByLabel('用途').inputValue()).toBe('试')
    })
  })

  describe('a file of payments', { timeout: 120_000 }, () => {
    it('is imported with live progress and a result for each row', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'huitong-test-browser-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const csv = join(folder, 'payments.csv')
      writeFileSync(csv, paymentsFile(40, 7).text)
      const maker = await desk.open('maker', '/orders/import')
      const { page } = maker
      await page.getByLabel('文件(CSV)').setInputFiles(csv)
      await page.getByLabel('业务单类型').click()
      await page.getByTitle('对公付款').click()
      await page.getByLabel('列对应(JSON)').fill('{ not json')
      await page.getByRole('button', { name: '开始导入' }).click()
      await page.getByText('列对应不是 JSON').waitFor()
      await page.getByLabel('列对应(JSON)').fill(MAPPING)
      await page.getByRole('button', { name: '开始导入' }).click()
      await page.getByText('已读 40 行').waitFor()
      const report = page.getByRole('button', { name: '下载逐行结果' })
      await report.waitFor()
      const [file] = await Promise.all([page.waitForEvent('download'), report.click()])
      const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\r\n')
      expect(lines).toHaveLength(41)
      expectQuiet(maker)
    })
  })

  describe('the books', { timeout: 60_000 }, () => {
    it('lead from the trial balance down to the voucher and its order', async () => {
      const reader = await desk.open('accountant', '/books')
      const { page } = reader
      await page.getByRole('link', { name: '1003 存放中央银行款项' }).first().click()
      await page.getByRole('heading', { name: '分户账' }).waitFor()
      await page.getByRole('table').getByRole('link').first().click()
      await page.getByText('历史余额').waitFor()
      // Before the bank's first day nothing was booked.
      await page.getByLabel('会计日截至').fill('2000-01-01')
      await page.locator('output').filter({ hasText: /0\.00/ }).waitFor()
      await page.getByRole('table').getByRole('link').first().click()
      await page.getByRole('heading', { name: /^记账凭证 / }).waitFor()
      await page.getByRole('link', { name: SERIAL }).click()
      await page.getByRole('heading', { name: /^业务单 OA/ }).waitFor()
      expectQuiet(reader)
    })

    it('take a new rate from one person and its approval from another', async () => {
      const accountant = await desk.open('accountant', '/parameters?key=rate.lpr.1y')
      await accountant.page.getByRole('button', { name: '起草新版本' }).click()
      const body = accountant.page.getByLabel('内容(JSON)')
      const table = JSON.parse(await body.inputValue())
      table.rows.at(-1).to = '2026-12-20'
      table.rows.push({ dimensions: {}, from: '2026-12-20', value: { rate: '0.0290' } })
      await body.fill(JSON.stringify(table))
      await accountant.page.getByRole('dialog').getByRole('button', { name: '提交' }).click()
      const draft = accountant.page.getByRole('region', { name: 'rate.lpr.1y 2' })
      await draft.getByText('新增 1 行,删除 0 行,改动 1 行').waitFor()
      expect(await draft.getByRole('button', { name: '同意' }).count()).toBe(0)

      const checker = await desk.open('checker', '/parameters?key=rate.lpr.1y')
      const submitted = checker.page.getByRole('region', { name: 'rate.lpr.1y 2' })
      await submitted.getByRole('button', { name: '同意' }).click()
      await checker.page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
      await submitted.getByText('已批准').waitFor()
      expectQuiet(accountant)
      expectQuiet(checker)
    })
  })

  describe('a filing with a planted error', { timeout: 120_000 }, () => {
    it('is reviewed, the page shows where, and the decision is approved by another', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'huitong-test-browser-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const pdf = join(folder, '年度报告.pdf')
      const parts = reportParts({ year: 2021 }).map((part) =>
        typeof part === 'string' ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part
      )
      writeFileSync(pdf, reportPdf(parts))
      const maker = await desk.open('maker', '/filings')
      const { page } = maker
      await page.getByLabel('名称').fill('年报审核')
      await page.getByLabel('统一社会信用代码').fill('9152000071430580XT')
      await page.getByRole('button', { name: '新建' }).click()
      await page.getByRole('heading', { name: '年报审核' }).waitFor()
      await page.locator('input[type=file]').setInputFiles(pdf)
      await page.getByRole('table', { name: '文件' }).getByText('年度报告.pdf').waitFor()
      await page.getByRole('button', { name: '开始审核' }).click()
      await page.getByText('已审核').waitFor()
      const list = page.getByRole('list', { name: '发现' })
      await list.getByText('大写金额').first().click()
      const finding = page.getByRole('region', { name: '所选发现' })
      expect(await finding.innerText()).toContain('贰佰贰拾叁万')
      await finding.locator('.frame-first').waitFor()
      // The frame lies on the page, around something.
      const [frame, picture] = [
        (await finding.locator('.frame-first').boundingBox())!,
        (await finding.locator('canvas').boundingBox())!,
      ]
      expect(frame.width).toBeGreaterThan(10)
      expect(frame.y).toBeGreaterThanOrEqual(picture.y - 8)
      expect(frame.y + frame.height).toBeLessThanOrEqual(picture.y + picture.height + 8)
      await finding.getByRole('button', { name: '忽略' }).click()
      await page.getByRole('dialog').getByLabel('理由').fill('合同原文如此')
      await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
      await finding.getByText('待复核').waitFor()
      expect(await seriousFindings(page)).toEqual([])

      const checker = await desk.open('checker', new URL(page.url()).pathname)
      await checker.page.getByRole('list', { name: '发现' }).getByText('大写金额').first().click()
      const seen = checker.page.getByRole('region', { name: '所选发现' })
      await seen.getByRole('button', { name: '同意' }).click()
      await seen.getByText('复核通过').waitFor()
      expectQuiet(maker)
      expectQuiet(checker)
    })
  })

  describe('the end of a day', { timeout: 120_000 }, () => {
    it('is tried out, then run, with what it did', async () => {
      const opened = await desk.open('accountant', '/day-end')
      const { page } = opened
      await page.getByRole('button', { name: '试跑' }).click()
      await page.getByText(/完成 · 试跑/).waitFor()
      await page.getByRole('button', { name: '日终' }).click()
      await page.getByRole('dialog').getByRole('button', { name: '日终' }).click()
      const days = page.getByRole('table', { name: '会计日' })
      await days.getByText('已结束').first().waitFor()
      // Booking goes on: the next day is open.
      await days.getByText('营业').waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expectQuiet(opened)
    })
  })

  describe('a ring', { timeout: 120_000 }, () => {
    it('is opened, walked on the chart, investigated and closed with an outcome', async () => {
      await loadMotorBook(desk.server().demo)
      const opened = await desk.open('investigator', '/alerts')
      const { page } = opened
      await page.getByRole('button', { name: '重新查找团伙' }).click()
      const rings = page.getByRole('table', { name: '团伙预警' }).getByRole('link')
      await rings.first().waitFor()
      await rings.first().click()
      await page.getByRole('heading', { name: /^团伙:\d+ 人/ }).waitFor()
      const chart = page.getByRole('img', { name: /^关系图/ })
      await chart.locator('canvas').first().waitFor()
      const nodes = async () =>
        Number(/(\d+) 个节点/.exec((await chart.getAttribute('aria-label'))!)![1])
      const before = await nodes()
      const people = page.getByLabel('展开或收起')
      await people.selectOption({ index: 1 })
      await page.getByText(/显示 \d+ 个联系中的 \d+ 个/).waitFor()
      expect(await nodes()).toBeGreaterThan(before)
      await people.selectOption({ index: 1 })
      await page.getByText(/显示 \d+ 个联系中的/).waitFor({ state: 'detached' })
      expect(await nodes()).toBe(before)

      const say = async (button: string, reason: string) => {
        await page.getByRole('button', { name: button, exact: true }).click()
        await page.getByRole('dialog').getByLabel('理由').fill(reason)
        await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }
      await say('由我调查', '今日预警')
      await page.getByText('调查中').waitFor()
      expect(await seriousFindings(page)).toEqual([])
      await say('属实', '三方口供一致')
      await page.getByText('已结案').waitFor()
      expectQuiet(opened)
    })
  })

  describe('the keyboard alone', { timeout: 60_000 }, () => {
    it('finds an order by its serial, walks rows, opens one and comes back', async () => {
      const serial = await waitingOrder('键盘')
      const checker = await desk.open('checker', '/orders')
      const { page } = checker
      await row(page, serial).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type(serial.toLowerCase())
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: serial }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('heading', { name: '业务单', exact: true }).waitFor()
      await row(page, serial).waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('k')
      const chosen = await page.locator('.chosen').innerText()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: SERIAL.exec(chosen)![0] }).waitFor()
      expectQuiet(checker)
    })
  })

  describe('a session', { timeout: 60_000 }, () => {
    it('that ends does not lose a form that is half filled in', async () => {
      const { page } = await desk.open('maker', '/orders/new')
      await page.getByRole('button', { name: '费用报销' }).click()
      await page.getByLabel('事由').fill('填了一半')
      await page.route('**/graphql', (route) =>
        route.fulfill({
          status: 401,
          contentType: 'application/json',
          body: JSON.stringify({
            errors: [{ message: 'expired', extensions: { code: 'TOKEN_EXPIRED' } }],
          }),
        }))
      await page.getByLabel('收款人 · 户名').fill('李经办')
      await page.getByLabel('金额').fill('800.00')
      await page.getByLabel('费用类别').click()
      await page.getByTitle('差旅').click()
      await page.getByRole('button', { name: '核对' }).click()
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByText('登录已过期').waitFor()
      await page.unroute('**/graphql')
      await page.getByRole('dialog').getByRole('button', { name: /经办/ }).first().click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: '提交' }).click()
      await page.waitForURL(/\/orders\/OA/)
      expect(await page.getByRole('main').innerText()).toContain('填了一半')
    })

    it('shows nobody what their role cannot do', async () => {
      const { page } = await desk.open('accountant', '/')
      const names = await page.getByRole('navigation').getByRole('link').allInnerTexts()
      expect(names).toContain('待办任务')
      expect(names).not.toContain('录入业务单')
    })
  })

  describe('a server that is away', { timeout: 60_000 }, () => {
    it('is told of, and what was shown stays', async () => {
      const serial = await waitingOrder('断网')
      const { page } = await desk.open('checker', '/orders')
      await row(page, serial).waitFor()
      await page.route('**/graphql', (route) => route.abort())
      await page.getByRole('checkbox', { name: '只看我录入的' }).check()
      await page.getByText('连不上服务器').waitFor()
      await page.unroute('**/graphql')
      await page.getByRole('button', { name: '重试' }).click()
      await page.getByText('连不上服务器').waitFor({ state: 'detached' })
    })
  })

  it('shows script in a text as text', { timeout: 60_000 }, async () => {
    const attack = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>'
    const serial = await waitingOrder(attack)
    const checker = await desk.open('checker', `/orders/${serial}`)
    await checker.page.getByText(attack).first().waitFor()
    expect(await checker.page.evaluate(() => 'pwned' in globalThis)).toBe(false)
    expectQuiet(checker)
  })

  describe.each(['light', 'dark'] as const)('in %s', { timeout: 120_000 }, (mode) => {
    it.each(['zh', 'en'] as const)(
      'no screen has a serious fault or a text that is cut (%s)',
      async (language) => {
        for (const width of [1280, 1920]) {
          for (const role of ['maker', 'accountant'] as const) {
            const opened = await desk.open(role, '/', { language, mode, width })
            const { page } = opened
            const links = page.getByRole('navigation').getByRole('link')
            const count = await links.count()
            expect(count).toBe(
              SCREENS.filter(({ roles }) =>
                roles.length === 0 || (roles as readonly string[]).includes(role)
              ).length + 1,
            )
            // The last one leads out of the desk.
            for (let i = 0; i < count - 1; i++) {
              await links.nth(i).click()
              await page.getByRole('heading', { level: 1 }).waitFor()
              await page.getByRole('status').waitFor({ state: 'detached' })
              const at = `${new URL(page.url()).pathname} ${role} ${width}`
              expect({ at, cut: await cutTexts(page) }).toEqual({ at, cut: [] })
              if (width === 1280) {
                expect({ at, found: await seriousFindings(page) }).toEqual({ at, found: [] })
              }
            }
            expectQuiet(opened)
          }
        }
      },
    )
  })
})
