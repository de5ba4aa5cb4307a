import { describe, expect, it } from 'vitest'
import { SUSPENSE_SUBJECT } from '../../subgraphs/ledger/chart.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor } from '../support/actors.ts'
import { deliver, delivery, toldBy } from '../support/events.ts'
import {
  accounting,
  type HandLeg,
  type LedgerDesk,
  ledgerDesks,
  newSerial,
} from '../support/ledger.ts'
import { findings, granted, refusal } from '../support/rig.ts'

const send = (desk: LedgerDesk, key: string, payload: unknown, id?: string) =>
  deliver(
    desk.running,
    delivery({
      tenant: desk.tenant,
      source: 'orders',
      topic: 'order.approved',
      key,
      ...(id === undefined ? {} : { id }),
    }, payload),
  )

eachEngine((engine) => {
  const newDesk = ledgerDesks(engine)

  describe('an accounting event', () => {
    it('becomes a voucher under the rule in force, and the order is told', async () => {
      const desk = await newDesk()
      const { serial } = await desk.approve()
      expect(await desk.balances())
        .toEqual({ '1001 660208 CNY': 10_000n, '1001 224101 CNY': -10_000n })
      const voucher = await desk.voucherOf(serial)
      expect(voucher).toMatchObject({
        number: '2026-11-000001',
        kind: 'EVENT',
        event_type: 'supplier-payment.approved',
        rule_version: 1n,
        booking_on: '2026-11-23',
        value_on: '2026-11-20',
        posted_by: 'rule:supplier-payment.approved@1',
      })
      expect(await toldBy(desk.running, desk.tenant)).toMatchObject([{
        topic: 'voucher.posted',
        key: serial,
        payload: {
          serial,
          voucher: voucher.id,
          kind: 'EVENT',
          eventType: 'supplier-payment.approved',
          debit: [{ amount: '100.00', currency: 'CNY' }],
          suspense: false,
        },
      }])
      expect(await findings(desk.running)).toEqual([])
    })

    it('is posted once, however often it is delivered and under whatever id', async () => {
      const desk = await newDesk()
      const body = accounting()
      const payload = { serial: body.serial, accounting: body }
      await Promise.all([1, 2, 3].map(() => send(desk, body.serial, payload, 'evt_same')))
      await send(desk, body.serial, payload, 'evt_same')
      await send(desk, body.serial, payload)
      expect(await desk.counts()).toMatchObject({ voucher: 1n, entry: 2n, outbox: 1n })
    })

    it('with another body for the same order and type is refused, recorded and told', async () => {
      const desk = await newDesk()
      const body = await desk.approve()
      await desk.approve({ ...body, components: { amount: '100.01' } })
      expect(await desk.events(body.serial)).toMatchObject([
        { outcome: 'POSTED', code: null },
        { outcome: 'REFUSED', code: 'EVENT_CONFLICT' },
      ])
      expect(await desk.counts()).toMatchObject({ voucher: 1n })
      expect((await toldBy(desk.running, desk.tenant)).at(-1)).toMatchObject({
        topic: 'posting.refused',
        key: body.serial,
        payload: { code: 'EVENT_CONFLICT', eventType: body.type, serial: body.serial },
      })
    })

    it('of two tenants with one serial is two postings', async () => {
      const [one, two] = [await newDesk(), await newDesk()]
      const body = await one.approve()
      await two.approve(body)
      expect(await one.balances()).toEqual(await two.balances())
      expect((await two.voucherOf(body.serial)).number).toBe('2026-11-000001')
    })

    it.each([
      ['RULE_MISSING', { type: 'lease.granted' }],
      ['ACCOUNT_UNKNOWN', { institution: '9999' }],
      ['AMOUNT_NEGATIVE', { components: { amount: '-1.00' } }],
      ['COMPONENT_MISSING', { components: {} }],
      ['LEGS_MISSING', { components: { amount: '0.00' } }],
      ['EVENT_MALFORMED', { components: { amount: '1.005' } }],
      ['EVENT_MALFORMED', { valueOn: 'yesterday' }],
      ['EVENT_MALFORMED', { reference: 'a\0b' }],
    ])('is recorded as refused with %s and told to its order (%#)', async (code, change) => {
      const desk = await newDesk()
      const { serial } = await desk.approve(change)
      expect(await desk.events(serial)).toMatchObject([{ outcome: 'REFUSED', code }])
      expect(await toldBy(desk.running, desk.tenant))
        .toMatchObject([{ topic: 'posting.refused', key: serial, payload: { code, serial } }])
      expect(await desk.counts()).toMatchObject({ voucher: 0n, entry: 0n })
      expect(await desk.balances()).toEqual({})
      expect(await findings(desk.running)).toEqual([])
    })

    it.each([null, 7, 'text', {}, { accounting: null }, { accounting: [] }])(
      'is recorded as refused when its payload is %j',
      async (payload) => {
        const desk = await newDesk()
        const serial = newSerial()
        await send(desk, serial, JSON.stringify(payload))
        expect(await desk.events(serial))
          .toMatchObject([{ outcome: 'REFUSED', code: 'EVENT_MALFORMED', type: 'order.approved' }])
      },
    )

    it('is refused while its period is closed, and opens no account', async () => {
      const desk = await newDesk()
      granted(await desk.commands().closePeriod('2026-11'))
      const { serial } = await desk.approve()
      expect(await desk.events(serial)).toMatchObject([{ code: 'PERIOD_CLOSED' }])
      const accounts = await desk.db.selectFrom('account').select('id')
        .where('tenant_id', '=', desk.tenant).execute()
      expect(accounts).toEqual([])
    })

    it('is refused where its account would not fit, and one that fits is taken', async () => {
      const desk = await newDesk()
      const most = (amount: string): HandLeg[] => [
        ['1001', '660208', 'DEBIT', amount],
        ['1001', '4001', 'CREDIT', amount],
      ]
      const full = Array.from({ length: 499 }, () => most('90000000000000.00')).flat()
      await desk.post(...full, ...most('89999999999999.99'))
      const tooMuch = await desk.approve({ components: { amount: '0.02' } })
      expect(await desk.events(tooMuch.serial)).toMatchObject([{ code: 'BALANCE_OVERFLOW' }])
      const fits = await desk.approve({ components: { amount: '0.01' } })
      expect(await desk.events(fits.serial)).toMatchObject([{ outcome: 'POSTED' }])
    })

    it('between two branches balances in each', async () => {
      const desk = await newDesk()
      await desk.approve({
        type: 'branch-transfer.approved',
        dimensions: { toInstitution: '1002' },
      })
      expect(await desk.balances()).toEqual({
        '1001 3001 CNY': 10_000n,
        '1001 1003 CNY': -10_000n,
        '1002 1003 CNY': 10_000n,
        '1002 3001 CNY': -10_000n,
      })
    })
  })

  describe('an amount without an account', () => {
    it('waits in suspense with its reference', async () => {
      const desk = await newDesk()
      const { serial } = await desk.approve({ dimensions: {}, reference: 'Sundry fees' })
      expect(await desk.balances())
        .toEqual({ [`1001 ${SUSPENSE_SUBJECT} CNY`]: 10_000n, '1001 224101 CNY': -10_000n })
      expect(await desk.suspense())
        .toMatchObject([{ serial, reference: 'Sundry fees', state: 'OPEN', cleared_by: null }])
      expect((await toldBy(desk.running, desk.tenant))[0]!.payload.suspense).toBe(true)
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('a refused event', () => {
    const retry = (desk: LedgerDesk, event: string, by = desk.accountant) =>
      desk.commands(by).retryEvent(event)

    it('is posted again once its cause is mended, as an event of its own', async () => {
      const desk = await newDesk()
      granted(await desk.commands().closePeriod('2026-11'))
      const { serial } = await desk.approve()
      const [refused] = await desk.events(serial)
      granted(await desk.commands().reopenPeriod('2026-11'))
      desk.rig.ports.advance(1000)
      const voucher = granted(await retry(desk, refused!.id))
      const events = await desk.events(serial)
      expect(events[0]).toEqual(refused)
      expect(events[1]).toMatchObject({
        outcome: 'POSTED',
        code: null,
        body: refused!.body,
        source: 'orders',
        type: refused!.type,
      })
      expect(events[1]!.id).toMatch(/^evt_/)
      expect(await desk.voucherOf(serial))
        .toMatchObject({ id: voucher, event_id: events[1]!.id, posted_by: 'accountant' })
      expect((await toldBy(desk.running, desk.tenant)).map((event) => event.topic))
        .toEqual(['posting.refused', 'voucher.posted'])
      expect(await findings(desk.running)).toEqual([])
    })

    it('is refused with the code of its posting while its cause lasts, and nothing is written', async () => {
      const desk = await newDesk()
      granted(await desk.commands().closePeriod('2026-11'))
      const { serial } = await desk.approve()
      const [refused] = await desk.events(serial)
      const before = await desk.counts()
      expect(refusal(await retry(desk, refused!.id))).toBe('PERIOD_CLOSED /bookingOn')
      expect(await desk.counts()).toEqual(before)
      const rule = await desk.approve({ type: 'lease.granted' })
      const [missing] = await desk.events(rule.serial)
      granted(await desk.commands().reopenPeriod('2026-11'))
      expect(refusal(await retry(desk, missing!.id))).toBe('RULE_MISSING')
    })

    it('is posted once, even when two people retry at the same moment', async () => {
      const desk = await newDesk()
      granted(await desk.commands().closePeriod('2026-11'))
      const { serial } = await desk.approve()
      const [refused] = await desk.events(serial)
      granted(await desk.commands().reopenPeriod('2026-11'))
      const second = actor(desk.tenant, 'second', ['accountant'])
      const answers = await Promise.all([
        retry(desk, refused!.id),
        retry(desk, refused!.id, second),
      ])
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
      expect(answers.filter((answer) => !answer.ok).map(refusal)).toEqual(['EVENT_POSTED /event'])
      expect(refusal(await retry(desk, refused!.id))).toBe('EVENT_POSTED /event')
      expect(await desk.counts()).toMatchObject({ voucher: 1n })
    })

    it('that was posted, is unknown or another tenant’s is refused', async () => {
      const [desk, other] = [await newDesk(), await newDesk()]
      const { serial } = await desk.approve()
      const [posted] = await desk.events(serial)
      expect(refusal(await retry(desk, posted!.id))).toBe('EVENT_POSTED /event')
      expect(refusal(await retry(desk, 'evt_none'))).toBe('EVENT_UNKNOWN /event')
      expect(await retry(other, posted!.id)).toEqual(await retry(other, 'evt_none'))
    })

    it('that could not be read cannot be posted either', async () => {
      const desk = await newDesk()
      const serial = newSerial()
      await send(desk, serial, {})
      const [event] = await desk.events(serial)
      expect(refusal(await retry(desk, event!.id))).toBe('EVENT_MALFORMED /accounting')
    })
  })
})
