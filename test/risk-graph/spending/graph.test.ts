import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { riskGraphSchema } from '../../../subgraphs/risk-graph/graph.ts'
import { eachEngine, onEngine } from '../../rig/engines.ts'
import { deliver, delivery } from '../../support/events.ts'
import { dataOf, errorCodes } from '../../support/graph.ts'
import { newSerial } from '../../support/ledger.ts'
import { findings } from '../../support/rig.ts'
import { riskDesks } from '../../support/risk.ts'

const ROOT = join(import.meta.dirname!, '../../..')
const DATA = process.env.HUITONG_DATA ?? join(ROOT, '../shared/data')
const SPENDING = join(DATA, 'spending/gla-2008-2011.csv')
const MAPPING = JSON.parse(
  readFileSync(join(ROOT, 'test/fixtures/spending-graph-mapping.json'), 'utf8'),
)
const schema = riskGraphSchema()
const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on BusinessOrder { serial orderRisk: risk { kind score reason documents { id name } } }
  ... on Claim { id risk { type } riskScore { score } }
  ... on Party { id risk { name masked } riskAlerts { id } }
} }`

const payable = (serial: string, change: object = {}) => ({
  serial,
  round: '1',
  maker: 'maker',
  institution: '1001',
  direction: 'PAY',
  amount: '12800.50',
  currency: 'CNY',
  payee: { name: '城东办公用品有限公司', account: '6222000000005678' },
  purpose: 'p',
  accounting: {},
  ...change,
})

eachEngine((engine) => {
  const newDesk = riskDesks(engine)

  describe('an order that is paid', () => {
    it('is a document of the graph, once, and shows what is odd beside others', async () => {
      const desk = await newDesk()
      const serials = [newSerial(), newSerial(), newSerial()]
      for (const [i, serial] of serials.entries()) {
        const change = i === 2 ? { amount: '77.00', payee: { name: '李经办', account: '622' } } : {}
        const event = delivery(
          { tenant: desk.tenant, source: 'orders', topic: 'order.payable', key: serial },
          payable(serial, change),
        )
        await Promise.all([deliver(desk.running, event), deliver(desk.running, event)])
      }
      const r = serials.map((serial) => ({ __typename: 'BusinessOrder', serial }))
      const { _entities } = await dataOf(schema, desk.context(desk.investigator), ENTITIES, { r })
      const twice = [{
        kind: 'DUPLICATE',
        score: 0.7,
        reason: 'The same amount went to the supplier 2 times on one day.',
        documents: serials.slice(0, 2).map((serial) => ({ id: `order:${serial}`, name: serial })),
      }]
      expect(_entities.map((order: { orderRisk: unknown }) => order.orderRisk)).toEqual([
        twice,
        twice,
        [],
      ])
      const { riskNeighbourhood } = await dataOf(
        schema,
        desk.context(desk.investigator),
        `query ($id: ID!) { riskNeighbourhood(id: $id, hops: 1) { entities { entity { type name masked } } } }`,
        { id: `order:${serials[2]}` },
      )
      expect(riskNeighbourhood.entities.map((e: { entity: object }) => e.entity)).toContainEqual(
        { type: 'PERSON', name: '李***', masked: true },
      )
      expect(await findings(desk.running)).toEqual([])
    })

    it('of another tenant, or unknown, has no risk to show', async () => {
      const [ours, theirs] = [await newDesk(), await newDesk()]
      const serial = newSerial()
      const event = delivery(
        { tenant: ours.tenant, source: 'orders', topic: 'order.payable', key: serial },
        payable(serial),
      )
      await deliver(ours.running, event)
      const r = [{ __typename: 'BusinessOrder', serial }]
      expect((await dataOf(schema, theirs.context(theirs.investigator), ENTITIES, { r }))._entities)
        .toEqual([{ serial, orderRisk: [] }])
    })
  })

  describe('claims and parties of other systems', () => {
    it('gain what the risk graph knows of them', async () => {
      const desk = await newDesk()
      await desk.put([['C1', 'claim'], ['P1', 'person', '张三']], [['C1', 'P1', 'claimant']])
      const r = [
        { __typename: 'Claim', id: 'C1' },
        { __typename: 'Claim', id: 'P1' },
        { __typename: 'Party', id: 'P1' },
        { __typename: 'Party', id: 'NOBODY' },
      ]
      const context = desk.context(desk.investigator)
      expect((await dataOf(schema, context, ENTITIES, { r }))._entities).toEqual([
        { id: 'C1', risk: { type: 'CLAIM' }, riskScore: null },
        { id: 'P1', risk: null, riskScore: null },
        { id: 'P1', risk: { name: '张***', masked: true }, riskAlerts: [] },
        { id: 'NOBODY', risk: null, riskAlerts: [] },
      ])
      const codes = await errorCodes(schema, desk.context(undefined), ENTITIES, {
        r: r.slice(0, 1),
      })
      expect(codes).toEqual(['UNAUTHENTICATED'])
    })
  })
})

onEngine('sqlite', (engine) => {
  const newDesk = riskDesks(engine)
  const absent = !existsSync(SPENDING)

  describe.skipIf(absent)(
    `published spending${absent ? ' (skipped: the file is not here)' : ''}`,
    () => {
      it('loads whole as a graph, and each finding is one by the file itself', async () => {
        const desk = await newDesk()
        const text = readFileSync(SPENDING, 'utf8')
        const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[]
        const byId = new Map(rows.map((row) => [`document:${row.ID}`, row]))
        const { progress, state } = await desk.load({ 'gla-2008-2011.csv': text }, MAPPING)
        expect(state).toBe('DONE')
        expect(progress).toMatchObject({ rows: 15_742, refused: 0 })
        const found = await desk.running.oddPayments(desk.tenant)
        const of = (kind: string) => found.filter((finding) => finding.kind === kind)
        expect(of('DUPLICATE').length).toBeGreaterThan(100)
        expect(of('SPLIT').length).toBeGreaterThan(10)
        expect(of('ROUND_TRIP').length).toBeGreaterThan(0)
        for (const { kind, documents, score } of found) {
          const own = documents.map((id) => byId.get(id)!)
          const vendors = new Set(
            own.map((row) => row.Vendor!.toLowerCase().replace(/\s+/g, ' ').trim()),
          )
          const amounts = own.map((row) => Number(row.Amount))
          if (kind === 'ROUND_TRIP') {
            expect([vendors.size, amounts[0], amounts[2]]).toEqual([2, -amounts[1]!, -amounts[1]!])
            continue
          }
          expect(vendors.size).toBe(1)
          if (kind === 'DUPLICATE') expect(new Set(amounts).size).toBe(1)
          if (kind === 'DUPLICATE' && score === 0.95) {
            expect(new Set(own.map((row) => row.DocNo)).size).toBe(1)
          }
          if (kind !== 'SPLIT') continue
          expect(Math.max(...amounts)).toBeLessThan(10_000)
          expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBeGreaterThanOrEqual(10_000)
        }
      }, 60_000)
    },
  )
})
