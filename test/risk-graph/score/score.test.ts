import { describe, expect, it } from 'vitest'
import { riskGraphSchema } from '../../../subgraphs/risk-graph/graph.ts'
import { eachEngine } from '../../rig/engines.ts'
import { dataOf } from '../../support/graph.ts'
import { findings } from '../../support/rig.ts'
import { type EntityLine, type LinkLine, type RiskDesk, riskDesks } from '../../support/risk.ts'
import { DETECT_KIND } from '../../../subgraphs/risk-graph/detect/job.ts'

const schema = riskGraphSchema()
const SCORE = `mutation ($input: ScoreClaimInput!) { scoreClaim(input: $input) {
  ... on RiskScore { id claim { id } score band parts { rule part } people { id } rings { id } evidence { id } ruleVersion }
  ... on RiskRefusal { code place }
} }`

/** Four strangers, each with a claim, paid to one account; and one more with nothing to do with them. */
const ENTITIES: EntityLine[] = [
  ...Array.from({ length: 60 }, (_, i) => [`P${i}`, 'person', `某人${i}`] as const),
  ...Array.from({ length: 60 }, (_, i) => [`A${i}`, 'account', `62220000000${10000 + i}`] as const),
  ...Array.from({ length: 60 }, (_, i) => [`H${i}`, 'address', `深圳市人民路${i}号`] as const),
  ...Array.from({ length: 60 }, (_, i) => [`C${i}`, 'claim'] as const),
]
const LINKS: LinkLine[] = [
  ...Array.from({ length: 60 }, (_, i) => [`P${i}`, `A${i}`, 'account'] as const),
  ...Array.from({ length: 60 }, (_, i) => [`P${i}`, `H${i}`, 'lives-at'] as const),
  ...Array.from({ length: 60 }, (_, i) => [`C${i}`, `P${i}`, 'claimant', '2026-01-02'] as const),
  ...[0, 1, 2, 3].map((i) => [`C${i}`, 'A50', 'paid-to', '2026-01-02'] as const),
  ...Array.from(
    { length: 40 },
    (_, i) => [`C${i + 4}`, `A${i + 4}`, 'paid-to', '2026-01-02'] as const,
  ),
]

// deno-lint-ignore no-explicit-any
const score = async (desk: RiskDesk, input: object): Promise<any> =>
  (await dataOf(schema, desk.context(desk.investigator), SCORE, { input })).scoreClaim

const open = (claim: string, person: string, account: string, key = `key-${claim}`) => ({
  claim,
  links: [
    { to: person, kind: 'claimant', on: '2026-05-06' },
    { to: account, kind: 'paid-to', on: '2026-05-06' },
  ],
  idempotencyKey: `${key}-0001`,
})

eachEngine((engine) => {
  const newDesk = riskDesks(engine)
  async function desk() {
    const desk = await newDesk()
    await desk.put(ENTITIES, LINKS)
    return desk
  }

  describe('an open claim', () => {
    it('paid to the account of strangers is to be looked into, with the reasons; one’s own is not', async () => {
      const d = await desk()
      const bad = await score(d, open('N1', 'P30', 'A50'))
      expect(bad.parts.map((p: { rule: string }) => p.rule)).toContain('shared-account')
      expect(bad.band).not.toBe('PASS')
      expect(bad.people.map((p: { id: string }) => p.id).toSorted())
        .toEqual(['P0', 'P1', 'P2', 'P3', 'P30', 'P50'])
      expect(bad.evidence.length).toBeGreaterThan(4)
      const good = await score(d, open('N2', 'P31', 'A31'))
      expect(good).toMatchObject({ score: 0, band: 'PASS', parts: [], ruleVersion: 1 })
      expect(await findings(d.running)).toEqual([])
    })

    it('is the same the second time, and another under its key is refused', async () => {
      const d = await desk()
      const first = await score(d, open('N1', 'P30', 'A50'))
      expect(await score(d, open('N1', 'P30', 'A50'))).toEqual(first)
      expect(await score(d, open('N1', 'P31', 'A50'))).toEqual({
        code: 'IDEMPOTENCY_CONFLICT',
        place: '/idempotencyKey',
      })
      expect(d.running.mirror(d.tenant).ids.find('N1')).toBeDefined()
      const { riskEntity } = await dataOf(
        schema,
        d.context(d.investigator),
        '{ riskEntity(id: "N1") { scores { id } } }',
      )
      expect(riskEntity.scores).toEqual([{ id: first.id }])
    })

    it('brings in what is new, and remembers a ring that was found', async () => {
      const d = await desk()
      await d.put(
        Array.from({ length: 8 }, (_, i) => [`R${i}`, 'claim'] as const),
        Array.from({ length: 8 }, (_, i) => [
          [`R${i}`, `P${i % 4}`, 'claimant', '2026-02-02'] as const,
          [`R${i}`, `P${(i + 1) % 4}`, 'driver', '2026-02-02'] as const,
          [`R${i}`, 'A50', 'paid-to', '2026-02-02'] as const,
        ]).flat(),
      )
      const job = await d.running.jobs.submit(d.investigator, DETECT_KIND, null)
      for await (const { error } of d.running.jobs.watch(d.tenant, job)) expect(error).toBeNull()
      const found = await score(d, {
        claim: 'N9',
        links: [
          { to: 'NEWBIE', kind: 'driver', type: 'PERSON', name: '新来的' },
          { to: 'P0', kind: 'claimant', on: '2026-05-06' },
        ],
        idempotencyKey: 'ring-member-1',
      })
      expect(found.rings).toHaveLength(1)
      expect(found.parts.map((p: { rule: string }) => p.rule)).toContain('known-ring')
      expect(found.band).toBe('INVESTIGATE')
    })

    it.each([
      [{ ...open('N1', 'NOPE', 'A1') }, 'ENDPOINT_UNKNOWN', '/to'],
      [{ ...open('N1', 'P1', 'A1'), links: [] }, 'OUT_OF_BOUNDS', '/links'],
      [{ ...open('N1', 'P1', 'A1'), idempotencyKey: 'x' }, 'KEY_MALFORMED', '/idempotencyKey'],
      [{ ...open('P1', 'P2', 'A1') }, 'TYPE_CONFLICT', '/type'],
      [{ ...open('N1', 'N1', 'A1') }, 'SELF_LOOP', '/links/0/to'],
      [{ ...open('N1', 'P1', 'A1'), attributes: [1] }, 'ATTRIBUTES_MALFORMED', '/attributes'],
    ])('%j is refused with %s and leaves nothing behind', async (input, code, place) => {
      const d = await desk()
      const read = () => d.running.mirror(d.tenant).ask((graph) => graph.cursor())
      const before = await read()
      expect(await score(d, input)).toEqual({ code, place })
      expect(await read()).toEqual(before)
    })
  })
})
