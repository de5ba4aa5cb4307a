/**
 * Cases: who looks into an alert, what came of it, and what that says of the rules.
 */
import { loadMany, loadOne } from '../../kernel/batch.ts'
import { PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { pageOf } from '../../kernel/page.ts'
import type { Refusal, Result } from '../../kernel/result.ts'
import type { Outcome } from '../investigate/case-state.ts'
import { type Quality, qualityOf } from '../investigate/quality.ts'
import {
  type CaseEventRow,
  type CaseRow,
  casesById,
  countOutcomes,
  detectionsOfTenant,
  eventsOfCases,
  listCases,
} from '../store/alerts.ts'
import { alert, findAlert } from './alerts.ts'
import { builder, connection, entity, namesOf, READ, resultOf, type RiskContext } from './base.ts'

const INVESTIGATE = { requiresScopes: [['risk:investigate']] }

const riskCase = builder.objectRef<CaseRow>('RiskCase')

const findCase = loadOne(
  ({ risk, actor }: RiskContext, ids: readonly string[]) => casesById(risk.db, actor.tenant, ids),
  (row) => row.id,
)
const eventsOfCase = loadMany(
  ({ risk, actor }: RiskContext, ids: readonly string[]) =>
    eventsOfCases(risk.db, actor.tenant, ids),
  (row) => row.case_id,
)

const kind = builder.enumType('RiskCaseKind', {
  values: {
    ALERT: { description: 'A ring that was found.' },
    SAMPLE: { description: 'A person in no alert, drawn at random: what do we miss?' },
  } as const,
})
const state = builder.enumType('RiskCaseState', {
  values: {
    OPEN: { description: '待分派' },
    ASSIGNED: { description: '调查中' },
    CLOSED: { description: '已结案' },
  } as const,
})
const outcome = builder.enumType('RiskOutcome', {
  values: {
    CONFIRMED: { description: '属实: it is fraud.' },
    UNFOUNDED: { description: '不属实: it is not.' },
    UNCLEAR: { description: '无法认定: nobody can say. Counts neither way.' },
  } as const,
})

const caseEvent = builder.objectRef<CaseEventRow>('RiskCaseEvent').implement({
  fields: (t) => ({
    seq: t.int({ resolve: (row) => Number(row.seq) }),
    kind: t.exposeString('kind', { description: 'ASSIGN, NOTE, CLOSE or REOPEN.' }),
    actor: t.exposeString('actor'),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
    detail: t.field({ type: 'JSON', resolve: (row) => JSON.parse(row.detail) }),
  }),
})

riskCase.implement({
  description: 'What becomes of an alert, or of a person drawn at random (案件).',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of an alert’s case, the alert’s.' }),
    kind: t.field({ type: kind, resolve: (row) => row.kind as 'ALERT' }),
    state: t.field({ type: state, resolve: (row) => row.state as 'OPEN' }),
    alert: t.field({
      type: alert,
      nullable: true,
      resolve: (row, _, context) => row.kind === 'ALERT' ? findAlert(context, row.id) : null,
    }),
    subject: t.field({
      type: entity,
      nullable: true,
      description: 'The person drawn at random.',
      resolve: async (row, _, context) => {
        await namesOf(context)
        return row.subject_no === null ? null : { no: Number(row.subject_no) }
      },
    }),
    ruleVersion: t.int({ resolve: (row) => Number(row.rule_version) }),
    assignee: t.exposeString('assignee', { nullable: true }),
    outcome: t.field({
      type: outcome,
      nullable: true,
      resolve: (row) => row.outcome as Outcome | null,
    }),
    openedAt: t.field({ type: 'DateTime', resolve: (row) => row.opened_at }),
    closedAt: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.closed_at }),
    events: t.field({
      type: [caseEvent],
      resolve: (row, _, context) => eventsOfCase(context, row.id),
    }),
  }),
})

builder.objectField(alert, 'case', (t) =>
  t.field({
    type: riskCase,
    nullable: true,
    resolve: (row, _, context) => findCase(context, row.id),
  }))

interface VersionQuality extends Quality {
  readonly version: number
  readonly confirmed: number
  readonly unfounded: number
  readonly open: number
  readonly sampled: number
  readonly sampleConfirmed: number
}

const quality = builder.objectRef<VersionQuality>('RiskRuleQuality').implement({
  description: 'How good a version of the rules is, by the outcomes of its cases.',
  fields: (t) => ({
    version: t.exposeInt('version'),
    confirmed: t.exposeInt('confirmed'),
    unfounded: t.exposeInt('unfounded'),
    open: t.exposeInt('open', { description: 'Alerts without an outcome, or an unclear one.' }),
    sampled: t.exposeInt('sampled', { description: 'People drawn at random, with an outcome.' }),
    sampleConfirmed: t.exposeInt('sampleConfirmed'),
    precision: t.exposeFloat('precision', { nullable: true }),
    precisionLow: t.exposeFloat('precisionLow', { nullable: true, description: '95 % interval.' }),
    precisionHigh: t.exposeFloat('precisionHigh', { nullable: true }),
    recall: t.exposeFloat('recall', {
      nullable: true,
      description: 'Estimated from the random sample; null without one.',
    }),
    recallLow: t.exposeFloat('recallLow', { nullable: true, description: '95 % interval.' }),
    recallHigh: t.exposeFloat('recallHigh', { nullable: true }),
  }),
})

async function qualities({ risk, actor: { tenant } }: RiskContext): Promise<VersionQuality[]> {
  const counts = await countOutcomes(risk.db, tenant)
  const detections = await detectionsOfTenant(risk.db, { tenant })
  const versions = [...new Set(counts.map((row) => row.rule_version))]
  return versions.map((version) => {
    const count = (kind: string, ...outcomes: (string | null)[]) =>
      counts.filter((row) =>
        row.rule_version === version && row.kind === kind && outcomes.includes(row.outcome)
      ).reduce((sum, row) => sum + Number(row.count), 0)
    const alerts = {
      confirmed: count('ALERT', 'CONFIRMED'),
      unfounded: count('ALERT', 'UNFOUNDED'),
    }
    const sample = {
      confirmed: count('SAMPLE', 'CONFIRMED'),
      unfounded: count('SAMPLE', 'UNFOUNDED'),
    }
    const latest = detections.find((row) => row.rule_version === version)
    const usual = latest === undefined ? undefined : JSON.parse(latest.baseline)
    return {
      version: Number(version),
      confirmed: alerts.confirmed,
      unfounded: alerts.unfounded,
      open: count('ALERT', null, 'UNCLEAR'),
      sampled: sample.confirmed + sample.unfounded,
      sampleConfirmed: sample.confirmed,
      ...qualityOf({
        alerts,
        sample,
        unalerted: usual?.unalerted ?? 0,
        membersPerAlert: usual?.membersPerAlert ?? 1,
      }),
    }
  })
}

builder.queryFields((t) => ({
  riskCase: t.field({
    type: riskCase,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findCase(context, id),
  }),
  riskCases: t.field({
    type: connection('RiskCase', riskCase),
    description: 'Oldest first.',
    ...READ,
    ...PAGE_SIZE,
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      state: t.arg({ type: state }),
      mine: t.arg.boolean({ description: 'Those assigned to the caller alone.' }),
    },
    resolve: async (_, args, { risk, actor }) => {
      const page = readPageArgs(args)
      const filter = {
        state: args.state ?? undefined,
        assignee: args.mine ? actor.subject : undefined,
      }
      const rows = await listCases(risk.db, actor.tenant, filter, page)
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
  riskRuleQuality: t.field({
    type: [quality],
    description: 'By version of the rules.',
    ...READ,
    resolve: (_, __, context) => qualities(context),
  }),
}))

const caseResult = resultOf('RiskCaseResult', riskCase)

const assignInput = builder.inputType('AssignRiskCaseInput', {
  fields: (t) => ({
    case: t.id({ required: true }),
    assignee: t.string({ required: true, description: 'Subject of a person.' }),
    reason: t.string({ required: true }),
  }),
})
const noteInput = builder.inputType('NoteRiskCaseInput', {
  fields: (t) => ({ case: t.id({ required: true }), note: t.string({ required: true }) }),
})
const closeInput = builder.inputType('CloseRiskCaseInput', {
  fields: (t) => ({
    case: t.id({ required: true }),
    outcome: t.field({ type: outcome, required: true }),
    reason: t.string({ required: true }),
  }),
})
const reopenInput = builder.inputType('ReopenRiskCaseInput', {
  fields: (t) => ({ case: t.id({ required: true }), reason: t.string({ required: true }) }),
})

async function acted(
  done: Promise<Result<{ id: string }>>,
  context: RiskContext,
): Promise<CaseRow | Refusal> {
  const result = await done
  return result.ok ? (await findCase(context, result.value.id))! : result
}

builder.mutationFields((t) => ({
  assignRiskCase: t.field({
    type: caseResult,
    ...INVESTIGATE,
    args: { input: t.arg({ type: assignInput, required: true }) },
    resolve: (_, { input }, context) =>
      acted(
        context.risk.investigate.act(
          input.case,
          { kind: 'ASSIGN', to: input.assignee },
          input.reason,
        ),
        context,
      ),
  }),
  noteRiskCase: t.field({
    type: caseResult,
    ...INVESTIGATE,
    args: { input: t.arg({ type: noteInput, required: true }) },
    resolve: (_, { input }, context) =>
      acted(context.risk.investigate.act(input.case, { kind: 'NOTE' }, input.note), context),
  }),
  closeRiskCase: t.field({
    type: caseResult,
    description:
      'Its assignee says what came of it; the outcome is the label that rules are judged by.',
    ...INVESTIGATE,
    args: { input: t.arg({ type: closeInput, required: true }) },
    resolve: (_, { input }, context) =>
      acted(
        context.risk.investigate.act(
          input.case,
          { kind: 'CLOSE', outcome: input.outcome },
          input.reason,
        ),
        context,
      ),
  }),
  reopenRiskCase: t.field({
    type: caseResult,
    ...INVESTIGATE,
    args: { input: t.arg({ type: reopenInput, required: true }) },
    resolve: (_, { input }, context) =>
      acted(context.risk.investigate.act(input.case, { kind: 'REOPEN' }, input.reason), context),
  }),
}))
