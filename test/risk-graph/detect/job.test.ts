import { describe, expect, it } from 'vitest'
import { Mirror } from '../../../subgraphs/risk-graph/mirror.ts'
import { DETECT_KIND, detectProgress } from '../../../subgraphs/risk-graph/detect/job.ts'
import { closeFrom } from '../../../subgraphs/risk-graph/detect/detect.ts'
import { findingOf } from '../../../subgraphs/risk-graph/detect/report.ts'
import { graphOf, snapshotOf } from '../../../subgraphs/risk-graph/detect/snapshot.ts'
import { scoreOf, SHIPPED_RULES } from '../../../subgraphs/risk-graph/detect/rules.ts'
import { MOTOR_DEFAULTS, motorBook } from '../../../subgraphs/risk-graph/synthetic/motor.ts'
import type { Store } from '../../../subgraphs/kernel/store.ts'
import type { RiskTables } from '../../../subgraphs/risk-graph/tables.ts'
import { eachEngine } from '../../rig/engines.ts'
import { findings } from '../../support/rig.ts'
import { entitiesCsv, linksCsv, type RiskDesk, riskDesks } from '../../support/risk.ts'

const BOOK = motorBook({ ...MOTOR_DEFAULTS, households: 300, seed: 51 })

async function detectIn(desk: RiskDesk) {
  const id = await desk.running.jobs.submit(desk.investigator, DETECT_KIND, null)
  let last
  for await (const job of desk.running.jobs.watch(desk.tenant, id)) last = job
  return { id, state: last!.state, progress: detectProgress(last!.progress) }
}

eachEngine((engine) => {
  const newDesk = riskDesks(engine)

  async function bookDesk() {
    const desk = await newDesk()
    const { state } = await desk.load({
      'entities.csv': entitiesCsv(BOOK.entities),
      'links.csv': linksCsv(BOOK.links),
    })
    expect(state).toBe('DONE')
    return desk
  }

  describe('a detection', () => {
    it('keeps rings with all they rest on, opens cases, and knows rings again', async () => {
      const desk = await bookDesk()
      const first = await detectIn(desk)
      expect(first.state).toBe('DONE')
      expect(first.progress.alerts).toBeGreaterThan(15)
      expect(first.progress.fresh).toBe(first.progress.alerts)
      const reports = await Array.fromAsync(desk.running.alerts(desk.tenant, first.id))
      const planted = new Set(BOOK.labels.flatMap(({ members }) => members))
      const about = reports.filter(({ members }) =>
        members.filter((id) => planted.has(id)).length * 2 >= members.length
      )
      expect(about.length / reports.length).toBeGreaterThan(0.9)
      for (const report of reports) {
        expect(report.rule).toBe('ring@1')
        expect(report.evidence.length).toBeGreaterThan(2)
        expect(report.parts.length).toBeGreaterThan(0)
      }
      const again = await detectIn(desk)
      expect(again.progress).toMatchObject({ alerts: first.progress.alerts, fresh: 0 })
      const later = await Array.fromAsync(desk.running.alerts(desk.tenant, again.id))
      expect(later.map(({ alert, members }) => [alert, members]))
        .toEqual(reports.map(({ alert, members }) => [alert, members]))
      expect(new Set(later.map(({ version }) => version))).toEqual(new Set([2]))

      const db = desk.context(desk.investigator).risk.db
      const cases = await db.selectFrom('risk_case').select(['kind', 'state'])
        .where('tenant_id', '=', desk.tenant).execute()
      const kinds = Object.groupBy(cases, ({ kind }) => kind)
      expect(kinds.ALERT).toHaveLength(first.progress.alerts)
      expect(kinds.SAMPLE).toHaveLength(10)
      expect(await findings(desk.running)).toEqual([])
    })

    it('is replayed from the record alone, by another process', async () => {
      const desk = await bookDesk()
      const { id } = await detectIn(desk)
      const mirror = new Mirror(
        desk.running.store as unknown as Store<RiskTables>,
        desk.tenant,
        { report: (error) => desk.rig.reported.push(error) },
      )
      const graph = graphOf(await snapshotOf(mirror))
      const db = desk.context(desk.investigator).risk.db
      const [detection] = await db.selectFrom('detection').selectAll()
        .where('tenant_id', '=', desk.tenant).where('id', '=', id).execute()
      const rows = await db.selectFrom('alert').selectAll()
        .where('tenant_id', '=', desk.tenant).execute()
      for (const row of rows) {
        const { members, evidence } = findingOf(row)
        const nodes = members.map(({ node }) => node).toSorted((a, b) => a - b)
        const { features } = closeFrom(
          graph,
          evidence,
          nodes,
          JSON.parse(detection!.baseline),
        )
        const { score } = scoreOf(features, SHIPPED_RULES.rules)
        expect(BigInt(Math.round(score * 10_000))).toBe(row.score)
      }
    })

    it('finds nothing in an empty record', async () => {
      const desk = await newDesk()
      expect((await detectIn(desk)).progress).toMatchObject({ phase: 'DONE', alerts: 0 })
    })
  })
})
