import { describe, expect, it } from 'vitest'
import { riskGraphSchema } from '../../../subgraphs/risk-graph/graph.ts'
import { eachEngine } from '../../rig/engines.ts'
import { dataOf } from '../../support/graph.ts'
import { findings } from '../../support/rig.ts'
import { type RiskDesk, riskDesks } from '../../support/risk.ts'

const schema = riskGraphSchema()
const DECIDE = `mutation ($input: DecideRiskIdentityInput!) { decideRiskIdentity(input: $input) {
  ... on RiskIdentity { verdict method score decidedBy a { id } b { id } evidence }
  ... on RiskRefusal { code place }
} }`
const LIST = `query ($verdict: RiskIdentityVerdict!) { riskIdentities(verdict: $verdict) {
  edges { node { a { id } b { id } verdict method score evidence } }
} }`

const reach = async (desk: RiskDesk, id: string) => {
  const mirror = desk.running.mirror(desk.tenant)
  await mirror.catchUp()
  const { ids } = mirror
  const walk = { hops: 1, hubCap: 99, limit: 99 }
  const { nodes } = await mirror.ask((graph) => graph.walk(ids.find(id)!, walk))
  return Array.from(nodes, (no) => ids.name(no)).toSorted()
}

eachEngine((engine) => {
  const newDesk = riskDesks(engine)

  async function desk(): Promise<RiskDesk> {
    const desk = await newDesk()
    await desk.put(
      [
        ['P1', 'person'],
        ['P2', 'person'],
        ['T1', 'phone', '138 1234 5678'],
        ['T2', 'phone', '+8613812345678'],
        ['T3', 'phone', '13912345678'],
      ],
      [['P1', 'T1', 'phone'], ['P2', 'T2', 'phone']],
    )
    return desk
  }

  describe('a merge', () => {
    it('shortens ways, is undone by a person, and is not found again', async () => {
      const d = await desk()
      expect(await reach(d, 'P1')).toEqual(['P1', 'T1', 'T2'])
      const list = async (verdict: string) =>
        (await dataOf(schema, d.context(d.investigator), LIST, { verdict })).riskIdentities.edges
      expect((await list('SAME'))[0].node).toMatchObject({
        a: { id: 'T1' },
        b: { id: 'T2' },
        method: 'phone-number',
        score: 1,
        evidence: { key: '***78' },
      })
      const input = { a: 'T2', b: 'T1', same: false, reason: '两个不同的登记' }
      const { decideRiskIdentity } = await dataOf(schema, d.context(d.investigator), DECIDE, {
        input,
      })
      expect(decideRiskIdentity).toMatchObject({ verdict: 'DIFFERENT', decidedBy: 'investigator' })
      expect(await reach(d, 'P1')).toEqual(['P1', 'T1'])
      await d.put([['P3', 'person']], [])
      expect(await reach(d, 'P1')).toEqual(['P1', 'T1'])
      expect(await list('SAME')).toEqual([])
      expect(await list('DIFFERENT')).toHaveLength(1)
      await dataOf(schema, d.context(d.investigator), DECIDE, { input: { ...input, same: true } })
      expect(await reach(d, 'P1')).toEqual(['P1', 'T1', 'T2'])
      expect(await findings(d.running)).toEqual([])
    })

    it.each([
      [{ a: 'T1', b: 'NOPE' }, 'ENTITY_UNKNOWN', '/b'],
      [{ a: 'NOPE', b: 'T1' }, 'ENTITY_UNKNOWN', '/a'],
      [{ a: 'T1', b: 'T1' }, 'SELF_LOOP', '/b'],
      [{ a: 'T1', b: 'P1' }, 'TYPE_CONFLICT', '/b'],
      [{ a: 'T1', b: 'T3', reason: ' ' }, 'REASON_MISSING', '/reason'],
      [{ a: 'T1', b: 'T3', reason: 'half \ud800 a character' }, 'TEXT_MALFORMED', null],
    ])('%j is refused with %s', async (given, code, place) => {
      const d = await desk()
      const input = { same: true, reason: 'they are one', ...given }
      const { decideRiskIdentity } = await dataOf(schema, d.context(d.investigator), DECIDE, {
        input,
      })
      expect(decideRiskIdentity).toEqual({ code, place })
      expect(await reach(d, 'P1')).toEqual(['P1', 'T1', 'T2'])
    })
  })
})
