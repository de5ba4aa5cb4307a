import { describe, expect, it } from 'vitest'
import { must } from '../../../subgraphs/kernel/result.ts'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import { parametersOn } from '../../../subgraphs/ledger/parameter/in-force.ts'
import { priceOf, type VersionedTable } from '../../../subgraphs/ledger/parameter/pricing.ts'
import { formatRate } from '../../../subgraphs/ledger/parameter/rate.ts'
import { checkParameter } from '../../../subgraphs/ledger/parameter/table.ts'
import { eachEngine } from '../../rig/engines.ts'
import { actor } from '../../support/actors.ts'
import { dataOf } from '../../support/graph.ts'
import { type LedgerDesk, ledgerDesks } from '../../support/ledger.ts'
import { granted, refusal } from '../../support/rig.ts'

const DEMAND = 'rate.deposit.demand'
const rates = (...steps: [from: string, rate: string, to?: string][]) => ({
  kind: 'RATE',
  rows: steps.map(([from, rate, to]) => ({
    dimensions: {},
    from,
    ...(to === undefined ? {} : { to }),
    value: { rate },
  })),
})

describe('a price', () => {
  const tables = (all: Record<string, unknown>) => (key: string): VersionedTable | undefined =>
    key in all ? { key, version: 1n, table: must(checkParameter(all[key])) } : undefined
  const on = '2026-11-23'

  it('is a base and its spreads, with the trace of each', () => {
    const find = tables({
      'a': {
        kind: 'RATE',
        rows: [{ dimensions: {}, from: '2020-01-01', value: { base: 'b', bp: 60 } }],
      },
      'b': {
        kind: 'RATE',
        rows: [{ dimensions: {}, from: '2020-01-01', value: { base: 'c', bp: -5 } }],
      },
      'c': rates(['2020-01-01', '0.03', '2026-01-01'], ['2026-01-01', '0.035']),
    })
    const price = must(priceOf(find, 'a', { dimensions: {}, on }))
    expect(formatRate(price.rate!)).toBe('0.0405')
    expect(price.trace.map(({ key, index, note }) => [key, index, note])).toEqual([
      ['a', 0, 'b + 60 bp'],
      ['b', 0, 'c - 5 bp'],
      ['c', 1, '0.035'],
    ])
  })

  it('that rests on itself is refused, and one that nothing is known of', () => {
    const find = tables({
      'a': {
        kind: 'RATE',
        rows: [{ dimensions: {}, from: '2020-01-01', value: { base: 'a', bp: 1 } }],
      },
      'late': rates(['2027-01-01', '0.03']),
    })
    const codeOf = (key: string) => {
      const price = priceOf(find, key, { dimensions: {}, on })
      return price.ok ? 'ok' : price.code
    }
    expect(['a', 'late', 'none'].map(codeOf)).toEqual([
      'PRICE_LOOP',
      'PRICE_MISSING',
      'PARAMETER_UNKNOWN',
    ])
  })

  it.each([
    [0n, 100n, '0.0002 of the amount, at least 1.00'],
    [1_000_000n, 200n, '0.0002 of the amount'],
    [1_000_000_000n, 5000n, '0.0002 of the amount, at most 50.00'],
  ])('of a fee over %s fen is %s, and says why', (minor, fee, note) => {
    const find = tables({
      'fee': {
        kind: 'FEE',
        currency: 'CNY',
        rows: [
          {
            dimensions: {},
            from: '2020-01-01',
            value: { rate: '0.0002', min: '1.00', max: '50.00' },
          },
        ],
      },
    })
    const price = must(priceOf(find, 'fee', { dimensions: {}, minor, on }))
    expect(price).toMatchObject({ minor: fee, currency: 'CNY', trace: [{ note }] })
  })

  it('of a currency is the side that is asked for, or the middle', () => {
    const find = tables({
      'fx.usd.cny': {
        kind: 'FX',
        rows: [{ dimensions: {}, from: '2020-01-01', value: { mid: '7.1', sell: '7.12' } }],
      },
    })
    const rate = (side: 'mid' | 'buy' | 'sell') =>
      formatRate(must(priceOf(find, 'fx.usd.cny', { dimensions: {}, on }, side)).rate!)
    expect([rate('mid'), rate('sell'), rate('buy')]).toEqual(['7.1', '7.12', '7.1'])
  })
})

eachEngine((engine) => {
  const newDesk = ledgerDesks(engine)
  const schema = ledgerSchema()
  const commands = (desk: LedgerDesk, by = desk.accountant) => desk.context(by).ledger.parameters
  const propose = (desk: LedgerDesk, version: number, body: unknown, from = '2026-11-23') =>
    commands(desk).propose({ key: DEMAND, version, effectiveFrom: from, body })
  const decide = (desk: LedgerDesk, version: number, by = desk.checker) =>
    commands(desk, by).decide({ key: DEMAND, version, verdict: 'APPROVED', reason: '' })
  const demandOn = async (desk: LedgerDesk, on: string, knownAt?: string) => {
    const parameters = await parametersOn(desk.db, desk.tenant, on, knownAt)
    return formatRate(must(parameters.price(DEMAND, { dimensions: {}, on })).rate!)
  }

  describe('a parameter', () => {
    it('is in force once somebody else approved it, from its day on', async () => {
      const desk = await newDesk()
      granted(await propose(desk, 2, rates(['2015-10-24', '0.002']), '2026-12-01'))
      expect(await demandOn(desk, '2026-12-01')).toBe('0.0035')
      const self = actor(desk.tenant, 'accountant', ['accountant', 'checker'])
      expect(refusal(await decide(desk, 2, self))).toBe('SELF_APPROVAL')
      granted(await decide(desk, 2))
      expect(await demandOn(desk, '2026-11-30')).toBe('0.0035')
      expect(await demandOn(desk, '2026-12-01')).toBe('0.002')
      expect(refusal(await decide(desk, 2))).toBe('PROPOSAL_STATE')
      expect(refusal(await decide(desk, 9))).toBe('PROPOSAL_UNKNOWN')
      expect(refusal(await propose(desk, 2, rates(['2015-10-24', '0.002']))))
        .toBe('VERSION_EXISTS /version')
    })

    it('that is backdated leaves what was known before as it was', async () => {
      const desk = await newDesk()
      const before = desk.rig.ports.clock.now()
      desk.rig.ports.advance(60_000)
      granted(await propose(desk, 2, rates(['2015-10-24', '0.001']), '2026-01-01'))
      granted(await decide(desk, 2))
      expect(await demandOn(desk, '2026-06-01')).toBe('0.001')
      expect(await demandOn(desk, '2026-06-01', before)).toBe('0.0035')
    })

    it('is refused before it is kept when it cannot be read', async () => {
      const desk = await newDesk()
      const overlapping = rates(['2015-10-24', '0.002'], ['2020-01-01', '0.001'])
      expect(refusal(await propose(desk, 2, overlapping))).toBe('PARAMETER_OVERLAP /body/rows/1')
      expect(refusal(await propose(desk, 2, rates(['2020-01-01', 'NaN']))))
        .toBe('RATE_MALFORMED /body/rows/0/value/rate')
      expect(refusal(await propose(desk, 0, rates(['2020-01-01', '0.1']))))
        .toBe('PARAMETER_MALFORMED /version')
      expect(refusal(await propose(desk, 2, rates(['2020-01-01', '0.1']), '2026-13-01')))
        .toBe('DATE_MALFORMED /effectiveFrom')
      expect(refusal(
        await commands(desk).propose({
          key: 'Rate',
          version: 1,
          effectiveFrom: '2026-01-01',
          body: rates(['2020-01-01', '0.1']),
        }),
      )).toBe('PARAMETER_MALFORMED /key')
      const again = { key: DEMAND, version: 2, on: '2026-11-23', probes: [] }
      expect(refusal(await commands(desk).simulate(again))).toBe('PROPOSAL_UNKNOWN /version')
    })

    it('shows what it would change before it is approved, and prices with their rows', async () => {
      const desk = await newDesk()
      granted(await propose(desk, 2, rates(['2015-10-24', '0.002'])))
      const answer = await dataOf(
        schema,
        desk.context(desk.accountant),
        `{
          parameterDiff(key: "${DEMAND}", version: 2, against: 1) {
            ... on ParameterDiff { added removed changed }
          }
          parameterSimulation(key: "${DEMAND}", version: 2, on: "2026-11-23", probes: [
            { key: "${DEMAND}" }
            { key: "rate.loan", dimensions: { product: "mortgage" } }
          ]) { ... on ParameterSimulation { prices { key changed before { rate } after { rate } } } }
          price(of: { key: "rate.loan", dimensions: { product: "mortgage" } }, on: "2025-06-01") {
            ... on Price { kind rate trace { key row note } }
          }
          fee: price(of: {
            key: "fee.transfer", dimensions: { channel: "counter" }
            amount: { amount: "100000.00", currency: "CNY" }
          }) { ... on Price { amount { amount currency } trace { note } } }
          unknown: price(of: { key: "nothing" }) { ... on LedgerRefusal { code } }
        }`,
      )
      const row = (rate: string) => ({ dimensions: {}, from: '2015-10-24', value: { rate } })
      expect(answer).toEqual({
        parameterDiff: {
          added: [],
          removed: [],
          changed: [{ before: row('0.0035'), after: row('0.002') }],
        },
        parameterSimulation: {
          prices: [
            { key: DEMAND, changed: true, before: { rate: '0.0035' }, after: { rate: '0.002' } },
            {
              key: 'rate.loan',
              changed: false,
              before: { rate: '0.033' },
              after: { rate: '0.033' },
            },
          ],
        },
        price: {
          kind: 'RATE',
          rate: '0.033',
          trace: [
            { key: 'rate.loan', row: 1, note: 'rate.lpr.5y - 20 bp' },
            { key: 'rate.lpr.5y', row: 4, note: '0.0350' },
          ],
        },
        fee: {
          amount: { amount: '20.00', currency: 'CNY' },
          trace: [{ note: '0.0002 of the amount' }],
        },
        unknown: { code: 'PARAMETER_UNKNOWN' },
      })
    })
  })
})
