import { describe, expect, it } from 'vitest'
import { SUSPENSE_SUBJECT } from '../../subgraphs/ledger/chart.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor } from '../support/actors.ts'
import { toldBy } from '../support/events.ts'
import { type HandLeg, handLegs, type LedgerDesk, ledgerDesks } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings, granted, refusal } from '../support/rig.ts'

const CASH: HandLeg[] = [['1001', '1001', 'DEBIT', '5.00'], ['1001', '4001', 'CREDIT', '5.00']]

eachEngine((engine) => {
  const newDesk = ledgerDesks(engine)
  const tryPost = (desk: LedgerDesk, legs: readonly HandLeg[], change: object = {}) =>
    desk.commands().postVoucher({
      idempotencyKey: newKey(),
      summary: 's',
      legs: handLegs(legs),
      ...change,
    })
  const reverse = (desk: LedgerDesk, voucher: string, change: object = {}) =>
    desk.commands().reverseVoucher({
      idempotencyKey: newKey(),
      voucher,
      reason: 'wrong',
      ...change,
    })
  const clear = (desk: LedgerDesk, item: string, subject = '660299', change: object = {}) =>
    desk.commands().clearSuspense({
      idempotencyKey: newKey(),
      item,
      subject,
      reason: 'found',
      ...change,
    })

  describe('a voucher by hand', () => {
    it('moves the balances of its accounts, one per institution, subject and currency', async () => {
      const desk = await newDesk()
      await desk.post(...CASH)
      await desk.post(
        ['1001', '1001', 'DEBIT', '1.50'],
        ['1001', '1001', 'DEBIT', '0.50'],
        ['1001', '4001', 'CREDIT', '2.00'],
        ['1002', '1001', 'DEBIT', '7', 'JPY'],
        ['1002', '4001', 'CREDIT', '7', 'JPY'],
      )
      expect(await desk.balances()).toEqual({
        '1001 1001 CNY': 700n,
        '1001 4001 CNY': -700n,
        '1002 1001 JPY': 7n,
        '1002 4001 JPY': -7n,
      })
      expect(await toldBy(desk.running, desk.tenant), 'it belongs to no order').toEqual([])
    })

    it('is numbered without gaps within its month, whatever is refused in between', async () => {
      const desk = await newDesk()
      const unknown: HandLeg[] = [['1001', '9999', 'DEBIT', '1'], ['1001', '4001', 'CREDIT', '1']]
      await Promise.all(
        Array.from({ length: 30 }, (_, i) => tryPost(desk, i % 3 === 0 ? unknown : CASH)),
      )
      const rows = await desk.db.selectFrom('voucher').select('number')
        .where('tenant_id', '=', desk.tenant).orderBy('number').execute()
      expect(rows.map((row) => row.number))
        .toEqual(rows.map((_, i) => `2026-11-${String(i + 1).padStart(6, '0')}`))
      expect(rows).toHaveLength(20)
    })

    it('under one key is one voucher, and another body is refused', async () => {
      const desk = await newDesk()
      const idempotencyKey = newKey()
      const answers = await Promise.all(
        [1, 2, 3].map(() => tryPost(desk, CASH, { idempotencyKey })),
      )
      expect(new Set(answers.map(granted)).size).toBe(1)
      expect(await desk.counts()).toMatchObject({ voucher: 1n })
      expect(refusal(await tryPost(desk, CASH, { idempotencyKey, summary: 'other' })))
        .toBe('IDEMPOTENCY_CONFLICT /idempotencyKey')
    })

    const legs = (change: Partial<Record<0 | 1 | 2 | 3 | 4, string>>): HandLeg[] => [
      Object.assign([...CASH[0]!], change) as unknown as HandLeg,
      CASH[1]!,
    ]
    it.each<[string, readonly HandLeg[], object]>([
      ['LEGS_MISSING /legs', [], {}],
      ['VOUCHER_UNBALANCED /legs', legs({ 3: '5.01' }), {}],
      ['VOUCHER_UNBALANCED /legs', legs({ 0: '1002' }), {}],
      ['LEG_NOT_POSITIVE /legs/0', legs({ 3: '0' }), {}],
      ['LEG_NOT_POSITIVE /legs/0', legs({ 3: '-5.00' }), {}],
      ['AMOUNT_TOO_PRECISE /legs/0/amount', legs({ 3: '5.000' }), {}],
      ['CURRENCY_UNKNOWN /legs/0/amount', legs({ 4: 'XTS' }), {}],
      ['ACCOUNT_UNKNOWN /legs/0', legs({ 1: '6602' }), {}],
      ['ACCOUNT_UNKNOWN /legs/0', [['9', '1001', 'DEBIT', '1'], ['9', '1002', 'CREDIT', '1']], {}],
      ['SUSPENSE_DIRECT /legs/0/subject', legs({ 1: SUSPENSE_SUBJECT }), {}],
      ['KEY_MALFORMED /idempotencyKey', CASH, { idempotencyKey: 'short' }],
      ['DATE_MALFORMED /valueOn', CASH, { valueOn: '2026-02-30' }],
      ['TEXT_MALFORMED', CASH, { summary: 'a\0' }],
      ['TEXT_MALFORMED', CASH, { summary: '\udc00' }],
      ['TEXT_MALFORMED', legs({ 0: '\ud800' }), {}],
    ])('is refused with %s, and nothing is written (%#)', async (expected, some, change) => {
      const desk = await newDesk()
      expect(refusal(await tryPost(desk, some, change))).toBe(expected)
      expect(await desk.counts()).toMatchObject({ voucher: 0n, entry: 0n })
      expect(
        await desk.db.selectFrom('account').select('id')
          .where('tenant_id', '=', desk.tenant).execute(),
      ).toEqual([])
    })

    it('is refused where its legs together would not fit their account', async () => {
      const desk = await newDesk()
      // A thousand of the largest amounts are about what 64 bits hold; half of that is allowed.
      const pairs = (count: number) =>
        Array.from({ length: count }, (): HandLeg[] => [
          ['1001', '1001', 'DEBIT', '90000000000000.00'],
          ['1001', '4001', 'CREDIT', '90000000000000.00'],
        ]).flat()
      granted(await tryPost(desk, pairs(250)))
      expect(refusal(await tryPost(desk, pairs(251)))).toBe('BALANCE_OVERFLOW /legs/500')
      granted(await tryPost(desk, pairs(250)))
      expect(refusal(await tryPost(desk, CASH))).toBe('BALANCE_OVERFLOW /legs/0')
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('a reversal', () => {
    it('undoes a voucher to the last unit, once', async () => {
      const desk = await newDesk()
      const { serial } = await desk.approve()
      const original = await desk.voucherOf(serial)
      const before = await desk.counts()
      const undoing = granted(await reverse(desk, original.id))
      expect(await desk.balances()).toEqual({})
      expect(await desk.counts()).toMatchObject({ voucher: before.voucher! + 1n })
      expect((await toldBy(desk.running, desk.tenant)).at(-1)).toMatchObject({
        topic: 'voucher.posted',
        key: serial,
        payload: {
          kind: 'REVERSAL',
          voucher: undoing,
          reverses: original.id,
          reversedKind: 'EVENT',
        },
      })
      expect(refusal(await reverse(desk, original.id))).toBe('ALREADY_REVERSED /voucher')
      expect(refusal(await reverse(desk, undoing))).toBe('REVERSAL_OF_REVERSAL /voucher')
      expect(await findings(desk.running)).toEqual([])
    })

    it('happens once when two ask at the same moment', async () => {
      const desk = await newDesk()
      const voucher = await desk.post(...CASH)
      const answers = await Promise.all([1, 2, 3].map(() => reverse(desk, voucher)))
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
      expect(await desk.balances()).toEqual({})
    })

    it('needs a reason and a voucher of the tenant', async () => {
      const [desk, other] = [await newDesk(), await newDesk()]
      const voucher = await desk.post(...CASH)
      expect(refusal(await reverse(desk, voucher, { reason: ' ' }))).toBe('REASON_MISSING /reason')
      expect(refusal(await reverse(desk, 'vch_none'))).toBe('VOUCHER_UNKNOWN /voucher')
      expect(refusal(await reverse(other, voucher))).toBe('VOUCHER_UNKNOWN /voucher')
      expect(refusal(await reverse(desk, 'vch\0'))).toBe('TEXT_MALFORMED')
    })

    it('books today what was booked in a month that is closed now', async () => {
      const desk = await newDesk()
      const voucher = await desk.post(...CASH)
      granted(await desk.commands().closePeriod('2026-11'))
      expect(refusal(await reverse(desk, voucher))).toBe('PERIOD_CLOSED /bookingOn')
      desk.rig.ports.advance(10 * 86_400_000)
      try {
        const undoing = granted(await reverse(desk, voucher))
        const row = await desk.db.selectFrom('voucher').selectAll()
          .where('tenant_id', '=', desk.tenant).where('id', '=', undoing)
          .executeTakeFirstOrThrow()
        expect(row).toMatchObject({ booking_on: '2026-12-03', number: '2026-12-000001' })
      } finally {
        desk.rig.ports.advance(-10 * 86_400_000)
      }
    })
  })

  describe('an item in suspense', () => {
    const waiting = async (change: object = {}) => {
      const desk = await newDesk()
      const { serial } = await desk.approve({ dimensions: {}, ...change })
      const [item] = await desk.suspense()
      return { desk, serial, item: item!.id }
    }

    it('is cleared into the account where it belongs, once', async () => {
      const { desk, serial, item } = await waiting()
      const clearing = granted(await clear(desk, item))
      expect(await desk.balances())
        .toEqual({ '1001 660299 CNY': 10_000n, '1001 224101 CNY': -10_000n })
      expect(await desk.suspense()).toMatchObject([{ state: 'CLEARED', cleared_by: clearing }])
      expect((await toldBy(desk.running, desk.tenant)).at(-1)!)
        .toMatchObject({ key: serial, payload: { kind: 'CLEARING' } })
      expect(refusal(await clear(desk, item))).toBe('SUSPENSE_NOT_OPEN /item')
      expect(await findings(desk.running)).toEqual([])
    })

    it('of a credit note is cleared the other way round', async () => {
      const { desk, item } = await waiting({ type: 'supplier-credit-note.approved' })
      expect(await desk.balances())
        .toEqual({ '1001 224101 CNY': 10_000n, [`1001 ${SUSPENSE_SUBJECT} CNY`]: -10_000n })
      granted(await clear(desk, item))
      expect(await desk.balances())
        .toEqual({ '1001 224101 CNY': 10_000n, '1001 660299 CNY': -10_000n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('is cleared once when two ask at the same moment', async () => {
      const { desk, item } = await waiting()
      const answers = await Promise.all([1, 2, 3].map(() => clear(desk, item)))
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
      expect(await findings(desk.running)).toEqual([])
    })

    it('stays open where its account is unknown, is suspense again or the month is closed', async () => {
      const { desk, item } = await waiting()
      expect(refusal(await clear(desk, item, '9999'))).toBe('ACCOUNT_UNKNOWN /legs/0')
      expect(refusal(await clear(desk, item, SUSPENSE_SUBJECT))).toBe('SUSPENSE_DIRECT /subject')
      granted(await desk.commands().closePeriod('2026-11'))
      expect(refusal(await clear(desk, item))).toBe('PERIOD_CLOSED /bookingOn')
      expect(await desk.suspense()).toMatchObject([{ state: 'OPEN' }])
    })

    it('that there is not, or of another tenant, is refused alike', async () => {
      const { item } = await waiting()
      const other = await newDesk()
      expect(refusal(await clear(other, item))).toBe('SUSPENSE_UNKNOWN /item')
      expect(refusal(await clear(other, 'sus_none'))).toBe('SUSPENSE_UNKNOWN /item')
    })

    it('goes with the reversal of its voucher', async () => {
      const { desk, serial, item } = await waiting()
      granted(await reverse(desk, (await desk.voucherOf(serial)).id))
      expect(await desk.suspense()).toMatchObject([{ state: 'CLEARED' }])
      expect(refusal(await clear(desk, item))).toBe('SUSPENSE_NOT_OPEN /item')
      expect(await desk.balances()).toEqual({})
      expect(await findings(desk.running)).toEqual([])
    })

    it('that was cleared is there again once the clearing is reversed', async () => {
      const { desk, serial, item } = await waiting()
      const original = (await desk.voucherOf(serial)).id
      const clearing = granted(await clear(desk, item))
      expect(refusal(await reverse(desk, original))).toBe('SUSPENSE_CLEARED_ALREADY /voucher')
      granted(await reverse(desk, clearing))
      expect(await desk.suspense()).toMatchObject([{ state: 'OPEN', cleared_by: null }])
      expect(await findings(desk.running)).toEqual([])
      expect((await toldBy(desk.running, desk.tenant)).at(-1)!.payload)
        .toMatchObject({ kind: 'REVERSAL', reversedKind: 'CLEARING' })
      granted(await clear(desk, item, '660201'))
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('a period', () => {
    it('that is closed takes nothing until it is opened again', async () => {
      const desk = await newDesk()
      granted(await desk.commands().closePeriod('2026-11'))
      granted(await desk.commands().closePeriod('2026-11'))
      expect(refusal(await tryPost(desk, CASH))).toBe('PERIOD_CLOSED /bookingOn')
      granted(await desk.commands().reopenPeriod('2026-11'))
      expect((await tryPost(desk, CASH)).ok).toBe(true)
    })

    it.each(['2026-13', '2026-1', 'now', '2026-11-01', ''])('is not %j', async (period) => {
      const desk = await newDesk()
      expect(refusal(await desk.commands().closePeriod(period))).toBe('PERIOD_MALFORMED /period')
      expect(refusal(await desk.commands().reopenPeriod(period))).toBe('PERIOD_MALFORMED /period')
    })

    it('of one tenant is not another’s', async () => {
      const [desk, other] = [await newDesk(), await newDesk()]
      granted(await desk.commands().closePeriod('2026-11'))
      expect((await tryPost(other, CASH)).ok).toBe(true)
    })
  })

  describe('a posting rule', () => {
    const body = (credit: string) => ({
      legs: [
        { side: 'DEBIT', subject: '660299', component: 'amount' },
        { side: 'CREDIT', subject: credit, component: 'amount' },
      ],
    })
    const event = 'supplier-payment.approved'
    const propose = (desk: LedgerDesk, version: number, from: string, change: object = {}) =>
      desk.commands().proposeRule({
        event,
        version,
        effectiveFrom: from,
        body: body('1002'),
        ...change,
      })
    const decide = (
      desk: LedgerDesk,
      version: number,
      by = desk.checker,
      verdict: 'APPROVED' | 'REJECTED' = 'APPROVED',
      reason = '',
    ) => desk.commands(by).decideRule({ event, version, verdict, reason })
    const creditOf = async (desk: LedgerDesk) => {
      const { serial } = await desk.approve()
      const { rule_version } = await desk.voucherOf(serial)
      return rule_version
    }

    it('is in force from its day on, once somebody else approved it', async () => {
      const desk = await newDesk()
      granted(await propose(desk, 2, '2026-11-23'))
      expect(await creditOf(desk), 'submitted').toBe(1n)
      expect(refusal(await decide(desk, 2, desk.accountant))).toBe('SELF_APPROVAL')
      expect(await creditOf(desk), 'approved by nobody else').toBe(1n)
      granted(await decide(desk, 2))
      expect(await creditOf(desk)).toBe(2n)
      granted(await propose(desk, 3, '2026-11-24'))
      granted(await decide(desk, 3))
      expect(await creditOf(desk), 'from tomorrow').toBe(2n)
    })

    it('that was rejected is never in force, and is not decided twice', async () => {
      const desk = await newDesk()
      granted(await propose(desk, 2, '2026-01-01'))
      expect(refusal(await decide(desk, 2, desk.checker, 'REJECTED'))).toBe(
        'REASON_MISSING /reason',
      )
      granted(await decide(desk, 2, desk.checker, 'REJECTED', 'wrong account'))
      expect(refusal(await decide(desk, 2))).toBe('PROPOSAL_STATE')
      expect(await creditOf(desk)).toBe(1n)
    })

    it.each<[string, object]>([
      ['VERSION_EXISTS /version', { version: 1 }],
      ['RULE_MALFORMED /version', { version: 0 }],
      ['RULE_MALFORMED /version', { version: 1.5 }],
      ['RULE_MALFORMED /event', { event: 'Übung' }],
      ['DATE_MALFORMED /effectiveFrom', { effectiveFrom: '2026-02-30' }],
      ['RULE_MALFORMED /legs', { body: null }],
      ['RULE_UNBALANCED /legs', { body: { legs: [body('1002').legs[0], body('1002').legs[0]] } }],
      ['SUBJECT_UNKNOWN /legs/1/subject', { body: body('6602') }],
    ])('is refused with %s (%#)', async (expected, change) => {
      const desk = await newDesk()
      expect(refusal(await propose(desk, 2, '2026-11-23', change))).toBe(expected)
    })

    it('that there is not cannot be decided', async () => {
      const desk = await newDesk()
      expect(refusal(await decide(desk, 7))).toBe('PROPOSAL_UNKNOWN')
      const other = actor(desk.tenant, 'x', ['checker'])
      expect(refusal(await decide(desk, 1, other))).toBe('PROPOSAL_STATE')
    })
  })
})
