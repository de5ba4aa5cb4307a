/**
 * An investigator's day through the schema: load, detect, look, decide, export.
 */
import { describe, expect, it } from 'vitest'
import { DETECT_KIND } from '../../../subgraphs/risk-graph/detect/job.ts'
import { SHIPPED_RULES } from '../../../subgraphs/risk-graph/detect/rules.ts'
import { riskGraphSchema } from '../../../subgraphs/risk-graph/graph.ts'
import { MOTOR_DEFAULTS, motorBook } from '../../../subgraphs/risk-graph/synthetic/motor.ts'
import { eachEngine } from '../../rig/engines.ts'
import { actor } from '../../support/actors.ts'
import { dataOf, errorCodes, readAll } from '../../support/graph.ts'
import { findings } from '../../support/rig.ts'
import { entitiesCsv, linksCsv, type RiskDesk, riskDesks } from '../../support/risk.ts'

const schema = riskGraphSchema()
const BOOK = motorBook({ ...MOTOR_DEFAULTS, households: 200, seed: 52 })

async function detected(desk: RiskDesk): Promise<void> {
  await desk.load({ 'entities.csv': entitiesCsv(BOOK.entities), 'links.csv': linksCsv(BOOK.links) })
  const id = await desk.running.jobs.submit(desk.investigator, DETECT_KIND, null)
  for await (const job of desk.running.jobs.watch(desk.tenant, id)) expect(job.error).toBeNull()
}

// deno-lint-ignore no-explicit-any
type Anything = any

const ask = (
  desk: RiskDesk,
  source: string,
  variables = {},
  by = desk.investigator,
): Promise<Anything> => dataOf(schema, desk.context(by), source, variables)

eachEngine((engine) => {
  const newDesk = riskDesks(engine)

  describe('entities', () => {
    async function family(): Promise<RiskDesk> {
      const desk = await newDesk()
      await desk.put(
        [
          ['P1', 'person', '张三丰', { idNumber: '440301199001011234' }],
          ['P2', 'person', '李四光'],
          ['C1', 'claim', 'C1', { amount: '100.00' }],
          ['G1', 'garage', '城东修理厂'],
          ...Array.from({ length: 60 }, (_, i) => [`D${i}`, 'claim'] as const),
        ],
        [
          ['P1', 'C1', 'claimant', '2026-01-02'],
          ['P2', 'C1', 'driver', '2026-03-04'],
          ['C1', 'G1', 'repaired-at', '2026-01-05'],
          ...Array.from({ length: 60 }, (_, i) => [`D${i}`, 'G1', 'repaired-at'] as const),
        ],
      )
      return desk
    }

    it('are masked, and shown in full once purpose and reason are on record', async () => {
      const desk = await family()
      const { riskEntity } = await ask(
        desk,
        '{ riskEntity(id: "P1") { id type name masked attributes degree } }',
      )
      expect(riskEntity).toEqual({
        id: 'P1',
        type: 'PERSON',
        name: '张***',
        masked: true,
        attributes: { idNumber: '***' },
        degree: 1,
      })
      const reveal = `mutation ($input: RevealRiskEntityInput!) { revealRiskEntity(input: $input) {
        ... on RevealedRiskEntity { name attributes } ... on RiskRefusal { code place } } }`
      const input = { entity: 'P1', purpose: 'CLAIM_INVESTIGATION', reason: '核对身份证' }
      expect((await ask(desk, reveal, { input: { ...input, reason: '' } })).revealRiskEntity)
        .toEqual({ code: 'REASON_MISSING', place: '/reason' })
      expect((await ask(desk, reveal, { input: { ...input, entity: 'NOPE' } })).revealRiskEntity)
        .toEqual({ code: 'ENTITY_UNKNOWN', place: '/entity' })
      expect((await ask(desk, reveal, { input })).revealRiskEntity)
        .toEqual({ name: '张三丰', attributes: { idNumber: '440301199001011234' } })
      const audit = '{ riskReveals { edges { node { entity { id } actor purpose reason } } } }'
      expect((await ask(desk, audit, {}, desk.manager)).riskReveals.edges).toEqual([
        {
          node: {
            entity: { id: 'P1' },
            actor: 'investigator',
            purpose: 'CLAIM_INVESTIGATION',
            reason: '核对身份证',
          },
        },
      ])
      expect(await errorCodes(schema, desk.context(desk.investigator), audit)).toEqual([
        'FORBIDDEN',
      ])
    })

    it('are opened neighbour by neighbour: 20 of 61', async () => {
      const desk = await family()
      const page = (after: string | null) =>
        ask(
          desk,
          `query ($after: String) { riskEntity(id: "G1") { neighbours(first: 20, after: $after) {
          total page { edges { node { entity { id } link { kind } } } pageInfo { hasNextPage endCursor } } } } }`,
          { after },
        )
          .then(({ riskEntity }) => {
            expect(riskEntity.neighbours.total).toBe(61)
            return riskEntity.neighbours.page
          })
      const nodes = await readAll<{ entity: { id: string } }>(page)
      expect(new Set(nodes.map(({ entity }) => entity.id)).size).toBe(61)
      const { riskEntity } = await ask(
        desk,
        `{ riskEntity(id: "C1") {
        people: neighbours(type: PERSON) { total } early: neighbours(to: "2026-01-31") { total } } }`,
      )
      expect(riskEntity).toEqual({ people: { total: 2 }, early: { total: 2 } })
    })

    it('have surroundings with hubs left out, and ways between them in a window of time', async () => {
      const desk = await family()
      const { riskNeighbourhood } = await ask(
        desk,
        `{ riskNeighbourhood(id: "P1", hops: 3) {
        entities { entity { id } distance } links { kind } hubs { id } cut } }`,
      )
      expect(
        riskNeighbourhood.entities.map((e: Anything) => `${e.entity.id} ${e.distance}`).toSorted(),
      )
        .toEqual(['C1 1', 'G1 2', 'P1 0', 'P2 2'])
      expect(riskNeighbourhood.hubs).toEqual([{ id: 'G1' }])
      expect(riskNeighbourhood.links).toHaveLength(3)
      const paths =
        `query ($to: Date) { riskPaths(a: "P1", b: "P2", to: $to) { paths { entities { id } links { id } } cut } }`
      expect(
        (await ask(desk, paths)).riskPaths.paths.map((p: Anything) =>
          p.entities.map((e: Anything) => e.id)
        ),
      )
        .toEqual([['P1', 'C1', 'P2']])
      expect((await ask(desk, paths, { to: '2026-02-01' })).riskPaths.paths).toEqual([])
    })

    it('of another tenant are as unknown as any', async () => {
      const [ours, theirs] = [await family(), await newDesk()]
      const source = `{ riskEntity(id: "P1") { id } riskNeighbourhood(id: "P1") { cut }
        riskPaths(a: "P1", b: "P2") { cut } riskAlerts { edges { cursor } } riskCases { edges { cursor } }
        riskChanges(since: "2000-01-01T00:00:00.000Z") { edges { cursor } } riskWatchList { since } }`
      expect(await ask(theirs, source)).toEqual({
        riskEntity: null,
        riskNeighbourhood: null,
        riskPaths: null,
        riskAlerts: { edges: [] },
        riskCases: { edges: [] },
        riskChanges: { edges: [] },
        riskWatchList: [],
      })
      expect((await ask(ours, source)).riskEntity).toEqual({ id: 'P1' })
    })

    it.each([
      ['{ riskNeighbourhood(id: "P1", hops: 9) { cut } }'],
      ['{ riskNeighbourhood(id: "P1", limit: 100000) { cut } }'],
      ['{ riskPaths(a: "P1", b: "P2", maxHops: 0) { cut } }'],
    ])('refuse what is out of bounds: %s', async (source) => {
      const desk = await family()
      expect(await errorCodes(schema, desk.context(desk.investigator), source)).toEqual([
        'OUT_OF_BOUNDS',
      ])
    })

    it('need somebody signed in, and a scope', async () => {
      const desk = await newDesk()
      const source = '{ riskEntity(id: "P1") { id } }'
      expect(await errorCodes(schema, desk.context(undefined), source)).toEqual(['UNAUTHENTICATED'])
      expect(await errorCodes(schema, desk.context(actor(desk.tenant, 'x', [])), source)).toEqual([
        'FORBIDDEN',
      ])
    })

    it('on a watch list tell what came since', async () => {
      const desk = await family()
      const watch = `mutation { watchRiskEntity(input: { entity: "P1", reason: "多次出险" }) {
        ... on RiskWatch { news { id } } ... on RiskRefusal { code } } }`
      expect((await ask(desk, watch)).watchRiskEntity).toEqual({ news: [] })
      desk.rig.ports.advance(60_000)
      const since = desk.rig.ports.clock.now()
      desk.rig.ports.advance(60_000)
      await desk.put([['C2', 'claim']], [['P1', 'C2', 'claimant', '2026-05-05'], [
        'P2',
        'C2',
        'driver',
      ]])
      const { riskWatchList, riskChanges } = await ask(
        desk,
        `query ($since: DateTime!) {
        riskWatchList { entity { id } news { kind to { id } } }
        riskChanges(since: $since) { edges { node { from { id } to { id } } } } }`,
        { since },
      )
      expect(riskWatchList).toEqual([{
        entity: { id: 'P1' },
        news: [{ kind: 'claimant', to: { id: 'C2' } }],
      }])
      expect(riskChanges.edges).toHaveLength(2)
      const unwatch = `mutation { unwatchRiskEntity(input: { entity: "P1" }) {
        ... on RiskUnwatched { entity { id } } ... on RiskRefusal { code } } }`
      expect((await ask(desk, unwatch)).unwatchRiskEntity).toEqual({ entity: { id: 'P1' } })
      expect((await ask(desk, unwatch)).unwatchRiskEntity).toEqual({ code: 'WATCH_UNKNOWN' })
    })
  })

  describe('an alert', () => {
    it('is explained, replayed, assigned, closed with an outcome, counted and exported', async () => {
      const desk = await newDesk()
      await detected(desk)
      const { riskAlerts } = await ask(
        desk,
        `{ riskAlerts(first: 3) { edges { node {
        id score ruleVersion members { entity { id type name } score } claims { id }
        shared { entity { id } members { id } } path { from { id } by { id } } parts { rule part because }
        evidence(first: 2) { edges { node { id kind source } } pageInfo { hasNextPage } }
        hubs { id } features replay { score matches } case { id state }
      } } } }`,
      )
      expect(riskAlerts.edges).toHaveLength(3)
      for (const { node } of riskAlerts.edges) {
        expect(node.replay).toEqual({ score: node.score, matches: true })
        expect(node.parts.length).toBeGreaterThan(0)
        expect(node.members[0].entity).toMatchObject({
          type: 'PERSON',
          name: expect.stringContaining('***'),
        })
        expect(node.case).toEqual({ id: node.id, state: 'OPEN' })
        expect(node.evidence.edges[0].node.source).toMatch(/^job_.*:\d+$/)
      }
      const [first, second] = riskAlerts.edges.map(({ node }: Anything) => node)
      const member = first.members[0].entity.id
      expect(
        (await ask(desk, `{ riskEntity(id: "${member}") { alerts { id } } }`)).riskEntity.alerts,
      )
        .toContainEqual({ id: first.id })

      const assign = `mutation ($input: AssignRiskCaseInput!) { assignRiskCase(input: $input) {
        ... on RiskCase { state assignee } ... on RiskRefusal { code place } } }`
      const close = `mutation ($input: CloseRiskCaseInput!) { closeRiskCase(input: $input) {
        ... on RiskCase { state outcome events { kind actor detail } } ... on RiskRefusal { code } } }`
      expect(
        (await ask(desk, close, {
          input: { case: first.id, outcome: 'CONFIRMED', reason: '口供一致' },
        })).closeRiskCase,
      )
        .toEqual({ code: 'NOT_ASSIGNEE' })
      for (const { id } of [first, second]) {
        const input = { case: id, assignee: 'investigator', reason: '本人处理' }
        expect((await ask(desk, assign, { input })).assignRiskCase)
          .toEqual({ state: 'ASSIGNED', assignee: 'investigator' })
      }
      const closed = (await ask(desk, close, {
        input: { case: first.id, outcome: 'CONFIRMED', reason: '口供一致' },
      })).closeRiskCase
      expect(closed).toMatchObject({ state: 'CLOSED', outcome: 'CONFIRMED' })
      expect(closed.events.map((e: Anything) => e.kind)).toEqual(['ASSIGN', 'CLOSE'])
      await ask(desk, close, {
        input: { case: second.id, outcome: 'UNFOUNDED', reason: '正常理赔' },
      })
      expect(
        (await ask(desk, assign, { input: { case: 'NOPE', assignee: 'x', reason: '本人处理' } }))
          .assignRiskCase,
      )
        .toEqual({ code: 'CASE_UNKNOWN', place: '/case' })

      const samples = await readAll<Anything>(async (after) =>
        (await ask(
          desk,
          `query ($after: String) { riskCases(first: 7, after: $after, state: OPEN) {
          edges { node { id kind subject { id } } } pageInfo { hasNextPage endCursor } } }`,
          { after },
        )).riskCases
      )
      const sample = samples.filter((row) => row.kind === 'SAMPLE')
      expect(sample).toHaveLength(5)
      expect(sample[0].subject.id).toMatch(/^PE/)
      await ask(desk, assign, {
        input: { case: sample[0].id, assignee: 'investigator', reason: '抽样核查' },
      })
      await ask(desk, close, {
        input: { case: sample[0].id, outcome: 'UNFOUNDED', reason: '抽样无异常' },
      })
      expect(
        (await ask(
          desk,
          `{ riskRuleQuality { version confirmed unfounded precision precisionLow precisionHigh
            sampled recall } }`,
        )).riskRuleQuality,
      )
        .toMatchObject([{
          precisionLow: expect.closeTo(0.0945, 3),
          precisionHigh: expect.closeTo(0.9055, 3),
          version: 1,
          confirmed: 1,
          unfounded: 1,
          precision: 0.5,
          sampled: 1,
          recall: 1,
        }])

      const dry = (await ask(
        desk,
        `mutation ($rules: JSON!) { dryRunRiskRules(input: { rules: $rules }) {
          ... on RiskDryRun {
            judgedBefore { confirmed unfounded missed precision recall sampleConfirmed }
            judgedAfter { confirmed unfounded missed recall recallInterval { low high } } }
          ... on RiskRefusal { code } } }`,
        { rules: { ...SHIPPED_RULES, threshold: 1 } },
      )).dryRunRiskRules
      expect(dry).toEqual({
        judgedBefore: {
          confirmed: 1,
          unfounded: 1,
          missed: 0,
          precision: 0.5,
          recall: 1,
          sampleConfirmed: 0,
        },
        judgedAfter: {
          confirmed: 0,
          unfounded: 0,
          missed: 1,
          recall: 0,
          recallInterval: { low: 0, high: expect.closeTo(0.793, 2) },
        },
      })

      const exported = `mutation ($input: ExportRiskAlertInput!) { exportRiskAlert(input: $input) {
        ... on RiskExport { path hash bytes } ... on RiskRefusal { code place } } }`
      for (const format of ['CSV', 'GRAPHML', 'EVIDENCE']) {
        const { exportRiskAlert } = await ask(desk, exported, {
          input: { alert: first.id, format },
        })
        expect(exportRiskAlert.path).toBe(`/files/${exportRiskAlert.hash}`)
        expect(await desk.running.blobs.size(desk.tenant, exportRiskAlert.hash)).toBe(
          exportRiskAlert.bytes,
        )
      }
      expect(
        (await ask(desk, exported, { input: { alert: 'NOPE', format: 'CSV' } })).exportRiskAlert,
      )
        .toEqual({ code: 'ALERT_UNKNOWN', place: '/alert' })
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('rules', () => {
    const propose = `mutation ($input: ProposeRiskRulesInput!) { proposeRiskRules(input: $input) {
      ... on RiskRules { version state } ... on RiskRefusal { code place } } }`
    const decide = `mutation ($input: DecideRiskRulesInput!) { decideRiskRules(input: $input) {
      ... on RiskRules { version state } ... on RiskRefusal { code } } }`

    it('are proposed by one, approved by another, and change what is found', async () => {
      const desk = await newDesk()
      await detected(desk)
      const strict = { ...SHIPPED_RULES, threshold: 0.95 }
      const dry = (await ask(
        desk,
        `mutation ($rules: JSON!) { dryRunRiskRules(input: { rules: $rules }) {
        ... on RiskDryRun { before after kept added { score } dropped { score members { id } } }
        ... on RiskRefusal { code place } } }`,
        { rules: strict },
      )).dryRunRiskRules
      expect(dry.after).toBeLessThan(dry.before)
      expect(dry).toMatchObject({ kept: dry.after, added: [] })
      expect(dry.dropped).toHaveLength(dry.before - dry.after)
      const input = { version: 2, rules: strict, effectiveFrom: '2026-01-01' }
      expect((await ask(desk, propose, { input })).proposeRiskRules).toEqual({
        version: 2,
        state: 'SUBMITTED',
      })
      expect((await ask(desk, propose, { input })).proposeRiskRules).toMatchObject({
        code: 'VERSION_EXISTS',
      })
      const own = actor(desk.tenant, 'investigator', ['investigator', 'risk-manager'])
      const approve = { input: { version: 2, verdict: 'APPROVED' } }
      expect((await ask(desk, decide, approve, own)).decideRiskRules).toEqual({
        code: 'SELF_APPROVAL',
      })
      expect((await ask(desk, decide, approve, desk.manager)).decideRiskRules).toEqual({
        version: 2,
        state: 'APPROVED',
      })
      const id = await desk.running.jobs.submit(desk.investigator, DETECT_KIND, null)
      for await (const job of desk.running.jobs.watch(desk.tenant, id)) expect(job.error).toBeNull()
      const { riskAlerts } = await ask(
        desk,
        '{ riskAlerts(first: 100) { edges { node { ruleVersion version } } } }',
      )
      expect(riskAlerts.edges).toHaveLength(dry.after)
      expect(riskAlerts.edges[0].node).toEqual({ ruleVersion: 2, version: 2 })
    })

    it('are listed with what they say, who drafted them and who decided', async () => {
      const desk = await newDesk()
      const input = { version: 2, rules: SHIPPED_RULES, effectiveFrom: '2026-01-01' }
      await ask(desk, propose, { input })
      const list = `{ riskRules { version state body draftedBy decidedBy reason effectiveFrom } }`
      const [first, second] = (await ask(desk, list)).riskRules
      expect(first).toMatchObject({ version: 1, state: 'APPROVED', body: SHIPPED_RULES })
      expect(second).toMatchObject({
        version: 2,
        state: 'SUBMITTED',
        draftedBy: 'investigator',
        decidedBy: null,
        effectiveFrom: '2026-01-01',
      })
      const reject = { input: { version: 2, verdict: 'REJECTED', reason: '阈值过低' } }
      expect((await ask(desk, decide, reject, desk.manager)).decideRiskRules)
        .toEqual({ version: 2, state: 'REJECTED' })
      expect((await ask(desk, list)).riskRules[1]).toMatchObject({ reason: '阈值过低' })
    })

    it('that cannot be read are refused at their place', async () => {
      const desk = await newDesk()
      const input = { version: 2, rules: { threshold: 7 }, effectiveFrom: '2026-01-01' }
      expect((await ask(desk, propose, { input })).proposeRiskRules)
        .toEqual({ code: 'RULE_MALFORMED', place: '/rules/threshold' })
      expect(
        (await ask(desk, propose, { input: { ...input, rules: SHIPPED_RULES, version: 0 } }))
          .proposeRiskRules,
      )
        .toEqual({ code: 'OUT_OF_BOUNDS', place: '/version' })
      expect(
        (await ask(desk, decide, { input: { version: 9, verdict: 'APPROVED' } }, desk.manager))
          .decideRiskRules,
      )
        .toEqual({ code: 'PROPOSAL_UNKNOWN' })
    })
  })
})
