/**
 * Files that an investigator takes along.
 */
import { findVersion } from '../../kernel/four-eyes.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { refuse } from '../../kernel/result.ts'
import { reportOf, reportParts } from '../detect/report.ts'
import { RING_RULES, RULE_KIND } from '../detect/version.ts'
import { alertCsv, alertGraphml, evidencePack, type ShownEntity } from '../investigate/pack.ts'
import { maskName } from '../masking.ts'
import { trying } from '../port-refusal.ts'
import { detectionById, eventsOfCases } from '../store/alerts.ts'
import { findAlert } from './alerts.ts'
import { builder, findEntity, namesOf, resultOf, type RiskContext } from './base.ts'

const EXPORT_MAX_BYTES = 64 * 1024 * 1024

interface Exported {
  readonly path: string
  readonly hash: string
  readonly bytes: number
}

const format = builder.enumType('RiskExportFormat', {
  values: {
    CSV: { description: 'The links of the evidence, for spreadsheets.' },
    GRAPHML: { description: 'The chart, for graph programs.' },
    EVIDENCE: {
      description: 'Everything that the alert rests on, in JSON, each part with its sha256.',
    },
  } as const,
})

const exported = builder.objectRef<Exported>('RiskExport').implement({
  description: 'A file; personal data in it is masked.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Where it is downloaded: /files/<hash>.' }),
    hash: t.exposeString('hash', { description: 'sha256 of the file.' }),
    bytes: t.exposeInt('bytes'),
  }),
})
const exportResult = resultOf('ExportRiskAlertResult', exported)
const exportInput = builder.inputType('ExportRiskAlertInput', {
  fields: (t) => ({
    alert: t.id({ required: true }),
    format: t.field({ type: format, required: true }),
  }),
})

builder.mutationField('exportRiskAlert', (t) =>
  t.field({
    type: exportResult,
    requiresScopes: [['risk:investigate']],
    args: { input: t.arg({ type: exportInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const written = await trying(() => exportText(input.alert, input.format, context))
      if (!written.ok) return written
      const text = written.value
      if (text === undefined) return refuse('ALERT_UNKNOWN', 'There is no such alert.', '/alert')
      const content = async function* () {
        yield new TextEncoder().encode(text)
      }
      const { risk, actor } = context
      const kept = await risk.blobs.put(actor.tenant, content(), EXPORT_MAX_BYTES)
      if (!kept.ok) return kept
      const { hash, bytes } = kept.value
      return { path: `/files/${hash}`, hash, bytes }
    },
  }))

async function exportText(
  id: string,
  format: 'CSV' | 'GRAPHML' | 'EVIDENCE',
  context: RiskContext,
): Promise<string | undefined> {
  const row = await findAlert(context, id)
  if (row === null) return undefined
  const { risk, actor: { tenant, subject } } = context
  const mirror = await namesOf(context)
  const report = reportOf(row, mirror, await reportParts(risk.db, mirror, [row]))
  if (format === 'CSV') return alertCsv(report)
  const ids = new Set([
    ...report.members,
    ...report.evidence.flatMap(({ from, to }) => [from, to]),
  ])
  const entities = await Promise.all(
    Array.from(ids).toSorted().map(async (id): Promise<ShownEntity> => {
      const no = mirror.ids.find(id)!
      const type = mirror.typeOf(no)
      return { id, type, name: maskName(type, (await findEntity(context, String(no)))!.name) }
    }),
  )
  if (format === 'GRAPHML') return alertGraphml(report, entities)
  const [detection] = await detectionById(risk.db, { tenant, id: row.detection_id })
  const key = { tenant, kind: RULE_KIND, subject: RING_RULES, version: row.rule_version }
  const rules = await findVersion(risk.db, key)
  const events = await eventsOfCases(risk.db, tenant, [row.id])
  return evidencePack({
    alert: report,
    entities,
    rules: JSON.parse(rules!.body) as CanonicalValue,
    baseline: JSON.parse(detection!.baseline) as CanonicalValue,
    history: events.map(({ seq, kind, actor, at, detail }) => ({
      seq: Number(seq),
      kind,
      actor,
      at,
      detail: JSON.parse(detail) as CanonicalValue,
    })),
    madeBy: subject,
    madeAt: risk.ports.clock.now(),
  })
}
