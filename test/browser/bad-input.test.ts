import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { onEngine } from '../rig/engines.ts'
import { decide, enterOrder, seriousFindings, sharedDesk, wordsIn } from './desk.ts'

const PASTED_ROWS = 100_000

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)

  /** Fills in an expense claim as far as the last look before it is sent. */
  async function fillIn(page: Page, purpose: string): Promise<void> {
    await page.getByRole('button', { name: '费用报销' }).click()
    await page.getByLabel('收款人 · 户名').fill('李经办')
    await page.getByLabel('金额').fill('800.00')
    await page.getByLabel('事由').fill(purpose)
    await page.getByLabel('费用类别').click()
    await page.getByTitle('差旅').click()
    await page.getByRole('button', { name: '核对' }).click()
    await page.getByText('请核对以下内容').waitFor()
  }

  const ordersOf = async (purpose: string): Promise<number> => {
    const { orders } = await desk.server().demo.ask(
      'checker',
      '{ orders(first: 100) { edges { node { summary } } } }',
    )
    return orders.edges.filter(({ node }: { node: { summary: string } }) =>
      node.summary.includes(purpose)
    ).length
  }

  describe('a file that is too large', { timeout: 60_000 }, () => {
    /** A file of 500 MiB that takes no room on the disk. */
    function largeFile(name: string): string {
      const folder = mkdtempSync(join(tmpdir(), 'huitong-test-browser-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const path = join(folder, name)
      const file = openSync(path, 'w')
      ftruncateSync(file, 500 * 2 ** 20)
      closeSync(file)
      return path
    }

    it('is not attached to an order, and nothing of it is sent', async () => {
      const serial = await enterOrder(desk, { purpose: '附件过大' })
      const { page } = await desk.open('maker', `/orders/${serial}`)
      await page.getByRole('button', { name: '添加附件' }).waitFor()
      const sent: string[] = []
      page.on('request', (request) => sent.push(new URL(request.url()).pathname))
      await page.locator('input[type=file]').setInputFiles(largeFile('发票.pdf'))
      await page.getByText('FILE_TOO_LARGE').waitFor()
      expect(sent).not.toContain('/files')
    })

    it('is refused before any of it is sent', async () => {
      const path = largeFile('payments.csv')
      const { page } = await desk.open('maker', '/orders/import')
      const sent: string[] = []
      page.on('request', (request) => sent.push(new URL(request.url()).pathname))
      await page.getByLabel('文件(CSV)').setInputFiles(path)
      await page.getByText(/256 MiB/).waitFor()
      expect(await page.getByRole('button', { name: '开始导入' }).isDisabled()).toBe(true)
      expect(sent.filter((pathname) => pathname === '/files')).toEqual([])
    })
  })

  describe('a table that is pasted', { timeout: 60_000 }, () => {
    const paste = (page: Page, rows: number) =>
      page.getByLabel('或在此粘贴表格').evaluate((field, count) => {
        const lines = Array.from({ length: count }, (_, i) => `P${i}\t华东印刷\t${i}.50`)
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', ['id\tname\tamount', ...lines].join('\r\n'))
        field.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        )
      }, rows)

    it('of a hundred thousand rows becomes a file, and the page goes on', async () => {
      const { page } = await desk.open('maker', '/orders/import')
      await paste(page, PASTED_ROWS)
      await page.getByText(new RegExp(`已粘贴 ${PASTED_ROWS} 行`)).waitFor()
      expect(await page.getByLabel('或在此粘贴表格').inputValue()).toBe('')
      await page.getByLabel('业务单类型').click()
      await page.getByTitle('对公付款').click()
      await page.getByLabel('列对应(JSON)').fill('{}')
      await page.getByRole('button', { name: '开始导入' }).click()
      await page.getByRole('dialog').getByText(`已粘贴 ${PASTED_ROWS} 行`).waitFor()
    })

    it('that is none is refused', async () => {
      const { page } = await desk.open('maker', '/orders/import')
      await paste(page, 0)
      await page.getByText('PASTE_EMPTY').waitFor()
      expect(await page.getByRole('button', { name: '开始导入' }).isDisabled()).toBe(true)
    })
  })

  describe('what was typed', { timeout: 60_000 }, () => {
    it('as a reason is still there when the server did not answer, and is sent again', async () => {
      const serial = await enterOrder(desk, { purpose: '理由不丢' })
      const { page } = await desk.open('checker', `/orders/${serial}`)
      await page.getByRole('button', { name: '驳回' }).click()
      const question = page.getByRole('dialog')
      await question.getByLabel('驳回理由').fill('发票与合同不符,请补齐')
      const restart = await desk.away()
      await question.getByRole('button', { name: '驳回' }).click()
      await page.locator('.ant-notification').getByText('连不上服务器').waitFor()
      expect(await question.getByLabel('驳回理由').inputValue()).toBe('发票与合同不符,请补齐')
      await restart.back()
      await question.getByRole('button', { name: '驳回' }).click()
      await question.waitFor({ state: 'detached' })
      await page.getByText('已驳回').first().waitFor()
      expect(await page.getByRole('main').innerText()).toContain('发票与合同不符,请补齐')
    })

    it.each(['zh', 'en'] as const)(
      'as a reason is still there when the server refused, which is told in the question (%s)',
      async (language) => {
        const words = wordsIn(language)
        const serial = await enterOrder(desk, { purpose: `已被处理 ${language}` })
        const { page } = await desk.open('checker', `/orders/${serial}`, { language })
        await page.getByRole('button', { name: words['inbox.reject'] }).click()
        const question = page.getByRole('dialog')
        await question.getByLabel(words['inbox.reason']).fill('发票与合同不符,请补齐')
        await decide(desk, serial, 'APPROVE')
        await question.getByRole('button', { name: words['inbox.reject'] }).click()
        const refusal = question.getByRole('alert')
        expect(await refusal.innerText()).toMatch(/TASK_DECIDED[^]*[0-9a-f]{32}/)
        expect(await question.getByLabel(words['inbox.reason']).inputValue())
          .toBe('发票与合同不符,请补齐')
        expect(await seriousFindings(page)).toEqual([])
        await question.getByRole('button', { name: words['common.cancel'] }).click()
        await question.waitFor({ state: 'detached' })
      },
    )

    it('into a form is kept while another type is looked at, and asked about before it is left', async () => {
      const { page } = await desk.open('maker', '/orders/new')
      await page.getByRole('button', { name: '费用报销' }).click()
      await page.getByLabel('事由').fill('不要丢')
      await page.getByRole('button', { name: '对公付款' }).click()
      await page.getByLabel('收款人 · 户名').waitFor()
      await page.getByRole('button', { name: '费用报销' }).click()
      expect(await page.getByLabel('事由').inputValue()).toBe('不要丢')
      const leave = page.getByRole('navigation').getByRole('link', { name: '首页' })
      await leave.click()
      await page.getByRole('dialog').getByRole('button', { name: '继续填写' }).click()
      expect(await page.getByLabel('事由').inputValue()).toBe('不要丢')
      await leave.click()
      await page.getByRole('dialog').getByRole('button', { name: '离开' }).click()
      await page.getByRole('heading', { name: '首页' }).waitFor()
    })
  })

  describe('a server that is started anew in mid-action', { timeout: 60_000 }, () => {
    it('is waited for: what was filled in is still there, and is sent once', async () => {
      const { page } = await desk.open('maker', '/orders/new')
      await fillIn(page, '服务器重启')
      const restart = await desk.away()
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByText('连不上服务器').first().waitFor()
      await restart.back()
      await page.getByRole('button', { name: '提交' }).click()
      await page.waitForURL(/\/orders\/OA/)
      expect(await ordersOf('服务器重启')).toBe(1)
    })

    it('after it took the order but before it answered leaves one order', async () => {
      const { page } = await desk.open('maker', '/orders/new')
      await fillIn(page, '答复丢失')
      await page.route('**/graphql', async (route) => {
        if (route.request().postData()?.includes('SubmitOrder') !== true) return route.continue()
        await route.fetch()
        await route.abort()
      })
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByText('连不上服务器').first().waitFor()
      expect(await ordersOf('答复丢失')).toBe(1)
      await page.unroute('**/graphql')
      await page.getByRole('button', { name: '提交' }).click()
      await page.waitForURL(/\/orders\/OA/)
      expect(await ordersOf('答复丢失')).toBe(1)
    })

    it('is asked again by whoever wants to sign in', async () => {
      const { page } = await desk.visit('/healthz')
      await page.route('**/sign-in/settings', (route) => route.abort())
      await page.goto(new URL('/', desk.url()).href)
      await page.getByText(/^登录没有成功/).waitFor()
      await page.unroute('**/sign-in/settings')
      await page.getByRole('button', { name: '重试' }).click()
      await page.getByRole('button', { name: /[(（]复核[)）]/ }).waitFor()
      expect(await page.getByText(/^登录没有成功/).count()).toBe(0)
    })

    it('is followed again on the page of an order too', async () => {
      const serial = await enterOrder(desk, { purpose: '重启后仍在看' })
      const { page } = await desk.open('maker', `/orders/${serial}`)
      await page.getByText('审批中').first().waitFor()
      await (await desk.away()).back()
      await decide(desk, serial, 'APPROVE')
      await page.getByText('已完成').first().waitFor()
    })

    it('is followed again: what others do is shown once it is back', async () => {
      const { page } = await desk.open('checker', '/tasks')
      await page.getByRole('heading', { name: '待办任务' }).waitFor()
      await (await desk.away()).back()
      const { submitOrder } = await desk.server().demo.ask(
        'maker',
        `mutation ($input: SubmitOrderInput!) {
          submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
        }`,
        {
          input: {
            type: 'branch-transfer',
            idempotencyKey: 'after-restart',
            form: {
              institution: '1001',
              toInstitution: '1002',
              amount: '10.00',
              currency: 'CNY',
              purpose: '重启之后',
              transferOn: '2026-11-20',
            },
          },
        },
      )
      await page.getByRole('row').filter({ hasText: submitOrder.order.serial }).waitFor()
    })
  })
})
