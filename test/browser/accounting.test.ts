import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { bankToday } from '../../web/parts/instant.tsx'
import { onEngine } from '../rig/engines.ts'
import { supplierPayment } from '../support/forms.ts'
import { until } from '../support/server.ts'
import { expectQuiet, rowOf, seriousFindings, sharedDesk, wordsIn } from './desk.ts'
import { lendMoney } from './scene.ts'

const TRACE = /[0-9a-f]{32}/

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)
  const notice = (page: Page, text: string) =>
    page.locator('.ant-notification-notice').filter({ hasText: text }).first()

  /** Closes or opens the month that is booked into now, as an accountant who is somewhere else. */
  const setPeriod = async (act: 'close' | 'reopen') => {
    const answer = await desk.server().demo.ask(
      'accountant',
      `mutation ($input: PeriodInput!) { ${act}Period(input: $input) { ... on Period { open } } }`,
      { input: { period: bankToday().slice(0, 7) } },
    )
    expect(answer[`${act}Period`]).toEqual({ open: act === 'reopen' })
  }

  /** An order that a rule approved and the books refused. */
  const refusedOrder = async (key: string): Promise<string> => {
    const { demo } = desk.server()
    const { submitOrder } = await demo.ask(
      'maker',
      `mutation ($input: SubmitOrderInput!) {
        submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
      }`,
      { input: { type: 'supplier-payment', form: supplierPayment(), idempotencyKey: key } },
    )
    const { serial } = submitOrder.order
    await until('the posting is refused', async () => {
      const { order } = await demo.ask(
        'maker',
        'query ($serial: String!) { order(serial: $serial) { status } }',
        { serial },
      )
      return order.status === 'POSTING_REFUSED'
    })
    return serial
  }

  /** What a teller counted, over a new drawer in which the books have nothing. Answers its id. */
  const count = async (institution: string, counted: string): Promise<string> => {
    const { balanceDrawer } = await desk.server().demo.ask(
      'teller',
      `mutation ($input: BalanceDrawerInput!) {
        balanceDrawer(input: $input) { ... on DrawerCount { id } ... on LedgerRefusal { code } }
      }`,
      { input: { institution, currency: 'CNY', counted, acceptDifference: true } },
    )
    return balanceDrawer.id
  }

  const openDrawer = async (institution: string) => {
    const { openDrawer: opened } = await desk.server().demo.ask(
      'accountant',
      `mutation ($input: OpenDrawerInput!) { openDrawer(input: $input) { __typename } }`,
      { input: { teller: 'demo:teller', institution, currency: 'CNY' } },
    )
    expect(opened).toEqual({ __typename: 'Account' })
  }

  describe.each(['zh', 'en'] as const)('in the language %s', { timeout: 60_000 }, (language) => {
    const words = wordsIn(language)
    const institution = language === 'zh' ? '1001' : '1002'

    it('an order that the books refused says why, and is posted again by an accountant', async () => {
      await setPeriod('close')
      const serial = await refusedOrder(`accounting-${language}`)
      const maker = await desk.open('maker', `/orders/${serial}`, { language })
      await maker.page.getByText(/PERIOD_CLOSED/).waitFor()
      expect(await maker.page.getByRole('button', { name: words['order.post-again'] }).count())
        .toBe(0)

      const { page } = await desk.open('accountant', `/orders/${serial}`, { language })
      const again = page.getByRole('main').getByRole('button', { name: words['order.post-again'] })
      const question = page.getByRole('dialog')
      const post = async () => {
        await again.click()
        expect(await question.innerText()).toContain(serial)
        expect(await question.innerText()).toContain('1,200.00 CNY')
        await question.getByRole('button', { name: words['order.post-again'] }).click()
      }
      await post()
      expect(await notice(page, 'PERIOD_CLOSED').innerText()).toMatch(TRACE)
      await again.waitFor()
      expect(await seriousFindings(page)).toEqual([])
      await setPeriod('reopen')
      await post()
      const [, number] = words['order.posted'].split('{number}')[0]!.split('{serial}')
      expect(await notice(page, `${serial}${number}`).innerText()).toMatch(TRACE)
      await page.getByText(words['status.COMPLETED']).first().waitFor()
      expect(await again.count()).toBe(0)
      // What was said to the bank and heard from it is told in words.
      const lineage = await page.getByRole('main').innerText()
      expect(lineage).toContain(words['attempt.SEND'])
      expect(lineage).not.toMatch(/\b(SEND|ANSWER|SETTLED)\b/)
    })

    it('a count that differs is rejected with a reason, counted again and accepted', async () => {
      await openDrawer(institution)
      const counted = await count(institution, '10.00')
      const accountant = await desk.open('accountant', '/day-end', { language })
      await rowOf(accountant.page, 'demo:teller').waitFor()
      expect(await rowOf(accountant.page, 'demo:teller').getByRole('button').count()).toBe(0)

      const opened = await desk.open('checker', '/day-end', { language })
      const { page } = opened
      // The question tells the same of it.
      const row = page.getByRole('table', { name: words['drawers.title'] })
        .getByRole('row').filter({ hasText: 'demo:teller' })
      const question = page.getByRole('dialog')
      await row.getByRole('button', { name: words['inbox.reject'] }).click()
      expect(await question.innerText()).toContain('10.00 CNY')
      await question.getByRole('button', { name: words['inbox.reject'] }).click()
      await question.getByText(/REASON_MISSING/).waitFor()
      await question.getByLabel(words['inbox.reason']).fill('请重新清点')
      await question.getByRole('button', { name: words['inbox.reject'] }).click()
      await row.waitFor({ state: 'detached' })
      const told = words['drawers.rejected'].replace('{teller}', 'demo:teller')
      expect(await notice(page, told).innerText()).toMatch(TRACE)

      expect(await count(institution, '-1.00')).toBeUndefined()
      expect(await count(institution, '3.00')).not.toBe(counted)
      await page.reload()
      await row.getByRole('button', { name: words['inbox.approve'] }).click()
      expect(await question.innerText()).toContain('3.00 CNY')
      expect(await seriousFindings(page)).toEqual([])
      await question.getByRole('button', { name: words['inbox.approve'] }).click()
      await page.getByText(words['drawers.none']).waitFor()
      expectQuiet(opened)
      // More cash than the books have is a credit in suspense: debit is positive.
      const { suspenseItems } = await desk.server().demo.ask(
        'accountant',
        '{ suspenseItems(state: OPEN) { edges { node { institution amount { amount } } } } }',
      )
      expect(suspenseItems.edges.map(({ node }: { node: unknown }) => node))
        .toContainEqual({ institution, amount: { amount: '-3.00' } })
    })

    it('a drawer is opened by an accountant, and not in an institution that there is not', async () => {
      const { page } = await desk.open('accountant', '/day-end', { language })
      await page.getByRole('button', { name: words['drawers.open'] }).click()
      const question = page.getByRole('dialog')
      const open = question.getByRole('button', { name: words['drawers.open'] })
      await question.getByLabel(words['drawers.teller']).fill(`teller-${language}`)
      await open.click()
      await question.getByText(
        words['entry.required'].replace('{field}', words['orders.institution']),
      ).waitFor()
      await question.getByLabel(words['orders.institution']).fill('9999')
      await open.click()
      expect(await notice(page, 'ACCOUNT_UNKNOWN').innerText()).toMatch(TRACE)
      expect(await question.getByLabel(words['drawers.teller']).inputValue())
        .toBe(`teller-${language}`)
      await question.getByLabel(words['orders.institution']).fill('1001')
      expect(await seriousFindings(page)).toEqual([])
      await open.click()
      const told = words['drawers.opened'].replace('{teller}', `teller-${language}`)
      expect(await notice(page, told).innerText()).toMatch(TRACE)
      await question.waitFor({ state: 'detached' })
    })

    it('a month is closed and opened again by an accountant, and what is no month is refused', async () => {
      const checker = await desk.open('checker', '/day-end', { language })
      await checker.page.getByText(words['periods.none']).waitFor()
      expect(await checker.page.getByLabel(words['periods.month']).count()).toBe(0)

      const { page } = await desk.open('accountant', '/day-end', { language })
      const question = page.getByRole('dialog')
      const month = page.getByLabel(words['periods.month'])
      const act = async (name: string, period: string) => {
        await page.getByRole('main').getByRole('button', { name, exact: true }).click()
        expect(await question.innerText()).toContain(period)
        await question.getByRole('button', { name, exact: true }).click()
        await question.waitFor({ state: 'detached' })
      }
      const told = (phrase: 'periods.done' | 'periods.reopened') =>
        notice(page, words[phrase].replace('{period}', '2020-01')).innerText()
      await month.fill('2020-01')
      await act(words['periods.close'], '2020-01')
      expect(await told('periods.done')).toMatch(TRACE)
      await act(words['periods.reopen'], '2020-01')
      expect(await told('periods.reopened')).toMatch(TRACE)
      await page.getByText(words['periods.none']).waitFor()
      await month.fill('12020-01')
      await act(words['periods.close'], '12020-01')
      expect(await notice(page, 'PERIOD_MALFORMED').innerText()).toMatch(TRACE)
      expect(await seriousFindings(page)).toEqual([])
    })
  })

  it('what happened to an account, and what type an order has, is told in words', {
    timeout: 60_000,
  }, async () => {
    const { account } = await lendMoney(desk.server().demo)
    for (const language of ['zh', 'en'] as const) {
      const words = wordsIn(language)
      const { page } = await desk.open('accountant', `/books/accounts/${account}`, { language })
      await page.getByText(new RegExp(` · ${words['account-change.OPENED']} · `)).waitFor()
      await page.goto(new URL('/orders?columns=serial,type', desk.url()).href)
      const orders = page.getByRole('table', { name: words['orders.title'] })
      await orders.getByText(language === 'zh' ? '对公付款' : 'Supplier payment').first().waitFor()
      expect(await orders.innerText()).not.toContain('supplier-payment')
    }
  })

  it('a count that somebody else has decided about is told with its code', {
    timeout: 60_000,
  }, async () => {
    await openDrawer('1003')
    const id = await count('1003', '5.00')
    const { page } = await desk.open('checker', '/day-end')
    await rowOf(page, '1003').getByRole('button', { name: '同意' }).click()
    const { checkDrawer } = await desk.server().demo.ask(
      'checker',
      `mutation ($input: CheckDrawerInput!) {
        checkDrawer(input: $input) { ... on DrawerCount { state } }
      }`,
      { input: { count: id, verdict: 'REJECTED', reason: '重点' } },
    )
    expect(checkDrawer).toEqual({ state: 'REJECTED' })
    await page.getByRole('dialog').getByRole('button', { name: '同意' }).click()
    expect(await notice(page, 'COUNT_DECIDED').innerText()).toMatch(TRACE)
    await page.getByText('没有等待复核的尾箱').waitFor()
  })
})
