import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { onEngine } from '../rig/engines.ts'
import { paymentsFile } from '../bench/payments-file.ts'
import { supplierPayment } from '../support/forms.ts'
import {
  enterOrder,
  expectQuiet,
  rowOf as row,
  seriousFindings,
  sharedDesk,
  wordsIn,
} from './desk.ts'

const MAPPING = readFileSync(
  join(import.meta.dirname!, '../fixtures/spending-mapping.json'),
  'utf8',
)
const SERIAL = /OA\d{8}-\d{6}-\d/

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)
  const waitingOrder = (purpose: string, amount?: string) =>
    enterOrder(desk, { purpose, ...(amount === undefined ? {} : { amount }) })

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

    it('that failed is made again only once its amount was shown', async () => {
      const { submitOrder } = await desk.server().demo.ask(
        'maker',
        `mutation ($input: SubmitOrderInput!) {
          submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
        }`,
        {
          input: {
            type: 'supplier-payment',
            // The simulated bank knows accounts with this end as closed.
            form: supplierPayment({ payee: { name: '华东印刷', account: '62220001230001' } }),
            idempotencyKey: 'browser-payment-fails',
          },
        },
      )
      const { page } = await desk.open('accountant', `/orders/${submitOrder.order.serial}`)
      await page.getByRole('button', { name: '重新付款' }).click()
      const question = page.getByRole('dialog')
      expect(await question.innerText()).toContain('1,200.00 CNY')
      await question.getByRole('button', { name: '确认' }).click()
      await page.getByText(`${submitOrder.order.serial} 已处理`).waitFor()
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
      const question = page.getByRole('dialog')
      await question.getByText('payments.csv').waitFor()
      // Nothing has been begun before that is said.
      expect(await page.getByText('已读').count()).toBe(0)
      await question.getByRole('button', { name: '开始导入' }).click()
      await page.getByText('追踪号').waitFor()
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

    it('say so when a balance of the past is not told, and tell it once it is', async () => {
      const { page } = await desk.open('accountant', '/books')
      await page.getByRole('link', { name: '1003 存放中央银行款项' }).first().click()
      await page.getByRole('heading', { name: '分户账' }).waitFor()
      await page.getByRole('table').getByRole('link').first().click()
      const past = page.locator('.ant-card').filter({ hasText: '历史余额' })
      await past.waitFor()
      await page.route('**/graphql', (route) => route.abort())
      await past.getByLabel('会计日截至').fill('2000-01-01')
      await past.getByRole('alert').getByText('连不上服务器').waitFor()
      await page.unroute('**/graphql')
      await past.getByRole('button', { name: '重试' }).click()
      await past.locator('output').filter({ hasText: /0\.00/ }).waitFor()
      await past.getByRole('alert').waitFor({ state: 'detached' })
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

      const blind = await desk.open('checker', '/')
      await blind.page.route(
        '**/graphql',
        (route) =>
          route.request().postData()?.includes('ParameterDiff') === true
            ? route.abort()
            : route.continue(),
      )
      await blind.page.getByRole('link', { name: '参数中心' }).click()
      await blind.page.getByRole('button', { name: 'rate.lpr.1y' }).click()
      const unseen = blind.page.getByRole('region', { name: 'rate.lpr.1y 2' })
      await unseen.getByRole('alert').getByText('连不上服务器').waitFor()

      const checker = await desk.open('checker', '/parameters?key=rate.lpr.1y')
      const submitted = checker.page.getByRole('region', { name: 'rate.lpr.1y 2' })
      await submitted.getByRole('button', { name: '同意' }).click()
      await checker.page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
      await submitted.getByText('已批准').waitFor()
      expectQuiet(accountant)
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
  })

  describe.each(['zh', 'en'] as const)('a file when the session has ended (%s)', {
    timeout: 60_000,
  }, (language) => {
    const words = wordsIn(language)
    const expired = (page: Page) =>
      page.route('**/files**', (route) =>
        route.fulfill({
          status: 401,
          contentType: 'application/problem+json',
          body: JSON.stringify({ code: 'TOKEN_EXPIRED', title: 'The token has expired.' }),
        }))
    const signInAgain = async (page: Page, role: 'maker' | 'checker') => {
      await page.getByText(words['session.ended']).waitFor()
      await page.unroute('**/files**')
      const again = page.getByRole('dialog').filter({ hasText: words['session.ended'] })
      await again.getByRole('button', { name: words[`role.${role}`] }).first().click()
      await again.waitFor({ state: 'detached' })
    }

    it('that is imported asks to sign in again, and the form is as it was', async () => {
      const { page } = await desk.open('maker', '/orders/import', { language })
      const csv = Buffer.from('id,name,amount\nP1,x,1.00\n')
      await page.getByLabel(words['import.file'])
        .setInputFiles({ name: 'payments.csv', mimeType: 'text/csv', buffer: csv })
      await page.getByLabel(words['import.type']).click()
      await page.getByTitle(language === 'zh' ? '对公付款' : 'Supplier payment').click()
      await page.getByLabel(words['import.mapping']).fill('{}')
      const start = async () => {
        await page.getByRole('main').getByRole('button', { name: words['import.start'] }).click()
        await page.getByRole('dialog').getByRole('button', { name: words['import.start'] }).click()
      }
      await expired(page)
      await start()
      await signInAgain(page, 'maker')
      expect(await page.getByLabel(words['import.mapping']).inputValue()).toBe('{}')
      const taken = page.waitForResponse((answer) =>
        new URL(answer.url()).pathname === '/files' && answer.status() === 201
      )
      await start()
      await taken
    })

    it('that is fetched asks to sign in again, and is fetched then', async () => {
      const serial = await waitingOrder(`附件 ${language}`)
      const { page } = await desk.open('maker', `/orders/${serial}`, { language })
      await page.getByRole('button', { name: words['order.attach'] }).waitFor()
      await page.locator('input[type=file]')
        .setInputFiles({ name: '发票.txt', mimeType: 'text/plain', buffer: Buffer.from('发票') })
      const file = page.getByRole('button', { name: '发票.txt' })
      await file.waitFor()
      await expired(page)
      await file.click()
      await signInAgain(page, 'maker')
      const saved = page.waitForEvent('download')
      await file.click()
      expect((await saved).suggestedFilename()).toBe('发票.txt')
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
    await checker.page.getByRole('navigation').getByRole('link', { name: /^待办任务/ }).click()
    await row(checker.page, serial).getByText(attack).waitFor()
    await row(checker.page, serial).getByRole('button', { name: '同意' }).click()
    await checker.page.getByRole('dialog').getByText(attack).waitFor()
    expect(await checker.page.evaluate(() => 'pwned' in globalThis)).toBe(false)
    expectQuiet(checker)
  })
})
