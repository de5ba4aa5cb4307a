import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../subgraphs/ledger/graph.ts'
import { SHIPPED_RULES } from '../../subgraphs/ledger/shipped-rules.ts'
import { eachEngine } from '../rig/engines.ts'
import { dataOf } from '../support/graph.ts'
import { type LedgerDesk, ledgerDesks } from '../support/ledger.ts'
import { granted, refusal } from '../support/rig.ts'

const EVENT = 'supplier-payment.approved'

eachEngine((engine) => {
  const newDesk = ledgerDesks(engine)
  const schema = ledgerSchema()
  const propose = (desk: LedgerDesk, version: number, legs: object[]) =>
    desk.commands().proposeRule({
      event: EVENT,
      version,
      effectiveFrom: '2026-12-01',
      body: { legs },
    })
  const simulate = (desk: LedgerDesk, version: number, change: object = {}) =>
    desk.commands().simulateRule({
      event: EVENT,
      version,
      from: '2026-11-01',
      to: '2026-11-30',
      ...change,
    })
  const leg = (side: string, subject: unknown) => ({ side, subject, component: 'amount' })

  describe('a simulation of a posting rule', () => {
    it('under the rule that made the books finds no difference', async () => {
      const desk = await newDesk()
      for (let i = 0; i < 3; i++) await desk.approve()
      expect(granted(await simulate(desk, 1)))
        .toEqual({ events: 3, changed: 0, refused: {}, differences: [] })
    })

    it('shows what every place would come to under another, before anybody approves it', async () => {
      const desk = await newDesk()
      await desk.approve()
      await desk.approve({ dimensions: { expenseCategory: 'travel' }, components: { amount: '7' } })
      await desk.approve({ dimensions: {} })
      const [debit] = SHIPPED_RULES[EVENT]!.legs
      const refusing = { ...(debit!.subject as object), otherwise: 'refuse' }
      granted(await propose(desk, 2, [leg('DEBIT', refusing), leg('CREDIT', '1002')]))
      const { ruleSimulation } = await dataOf(
        schema,
        desk.context(desk.accountant),
        `{ ruleSimulation(event: "${EVENT}", version: 2, from: "2026-11-01", to: "2026-11-30") {
          ... on RuleSimulation { events changed refused differences {
            institution subject { code } before { amount } after { amount }
          } }
        } }`,
      )
      const place = (code: string, before: string, after: string) => ({
        institution: '1001',
        subject: { code },
        before: { amount: before },
        after: { amount: after },
      })
      expect(ruleSimulation).toEqual({
        events: 3,
        changed: 2,
        refused: { DIMENSION_UNKNOWN: 1 },
        differences: [
          place('1002', '0.00', '-107.00'),
          place('122199', '100.00', '0.00'),
          place('224101', '-207.00', '0.00'),
        ],
      })
      expect((await desk.counts()).voucher, 'nothing was posted').toBe(3n)
    })

    it('looks at its period and its type alone', async () => {
      const desk = await newDesk()
      await desk.approve()
      const october = { from: '2026-10-01', to: '2026-10-31' }
      expect(granted(await simulate(desk, 1, october))).toMatchObject({ events: 0 })
      expect(refusal(await simulate(desk, 9))).toBe('PROPOSAL_UNKNOWN /version')
      expect(refusal(await simulate(desk, NaN))).toBe('PROPOSAL_UNKNOWN /version')
    })
  })
})
