/**
 * Types of reviews: projects, filings, figures, findings.
 */
import { badInput, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { pageOf } from '../../kernel/page.ts'
import { refuse } from '../../kernel/result.ts'
import { CHECKS } from '../checks/catalogue.ts'
import type { Equation } from '../checks/finding.ts'
import type { StoredPlace } from '../commands.ts'
import { printDecimal } from '../amount.ts'
import type { Place } from '../read/model.ts'
import { reviewProgress } from '../review-job.ts'
import { listFacts, listFindings } from '../store/review.ts'
import {
  builder,
  connection,
  decision,
  decisionsOfFinding,
  documentsOfProject,
  fact,
  filing,
  findDocument,
  finding,
  findProject,
  project,
  READ,
  review,
} from './base.ts'

export const severity = builder.enumType('FindingSeverity', {
  values: {
    ERROR: { description: 'Cannot be right as it is printed.' },
    WARNING: { description: 'Likely wrong; a person decides.' },
    NOTICE: { description: 'Worth a look.' },
  } as const,
})
export const presence = builder.enumType('FindingPresence', {
  description: 'What became of a finding since the run before, by its fact and not its page.',
  values: {
    NEW: { description: '新增' },
    OPEN: { description: '仍存在' },
    FIXED: { description: '已修正: the last run did not find it.' },
  } as const,
})
export const verdict = builder.enumType('FindingVerdict', {
  values: {
    ACCEPTED: { description: '接受: the filing has to be corrected.' },
    IGNORED: { description: '忽略: with a reason.' },
  } as const,
})
const approval = builder.enumType('DecisionApproval', {
  values: { PENDING: {}, APPROVED: {}, RETURNED: {} } as const,
})
const documentState = builder.enumType('FilingState', {
  values: {
    WAITING: { description: '待审核' },
    REVIEWED: { description: '已审核' },
    REFUSED: { description: 'Could not be reviewed; code and message say why.' },
  } as const,
})
const factState = builder.enumType('FactState', {
  values: {
    VERIFIED: { description: 'Some check compared it and it held.' },
    CONTRADICTED: { description: 'Some check found it wrong.' },
    UNVERIFIED: { description: 'No check covers it: a person has to look.' },
  } as const,
})
export const scope = builder.enumType('StatementScope', {
  values: { GROUP: { description: '合并' }, PARENT: { description: '母公司' } } as const,
})

const coverage = builder.objectRef<{ figures: number; verified: number; contradicted: number }>(
  'ReviewCoverage',
).implement({
  description: 'How much of a filing’s figures was checked.',
  fields: (t) => ({
    figures: t.exposeInt('figures'),
    verified: t.exposeInt('verified'),
    contradicted: t.exposeInt('contradicted'),
    unverified: t.int({ resolve: (c) => c.figures - c.verified - c.contradicted }),
  }),
})

export const place = builder.objectRef<StoredPlace>('FindingPlace').implement({
  description: 'One place of a finding and what stands there.',
  fields: (t) => ({
    document: t.field({
      type: filing,
      nullable: true,
      resolve: (row, _, context) => findDocument(context, row.document),
    }),
    page: t.int({
      description: 'From 1; 0 where a format has no pages.',
      resolve: (row) => row.place.page,
    }),
    box: t.floatList({
      nullable: true,
      description: 'Left, top, right, bottom in points from the top left of the page.',
      resolve: (row) => (row.place.box as readonly number[] | undefined)?.slice() ?? null,
    }),
    path: t.string({
      nullable: true,
      description: 'Place in an OOXML file, such as body/p[12] or Sheet1!B7.',
      resolve: (row) => row.place.path ?? null,
    }),
    text: t.exposeString('text'),
  }),
})

export const equation = builder.objectRef<Equation>('FindingEquation').implement({
  description: 'What is printed, what it should be, and the difference; decimal strings.',
  fields: (t) => ({
    printed: t.exposeString('printed'),
    computed: t.exposeString('computed'),
    difference: t.exposeString('difference'),
    terms: t.stringList({ resolve: (row) => [...(row.terms ?? [])] }),
  }),
})

decision.implement({
  description: 'One step in what was decided about a finding.',
  fields: (t) => ({
    seq: t.int({ resolve: (row) => Number(row.seq) }),
    action: t.exposeString('action', {
      description: 'ACCEPTED, IGNORED, ASSIGNED, APPROVED or RETURNED.',
    }),
    reason: t.exposeString('reason'),
    assignee: t.exposeString('assignee', { nullable: true }),
    by: t.exposeString('by_subject'),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
  }),
})

finding.implement({
  description: 'A mistake that a check found (问题), with both places and the equation.',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The same for the same fact in the next version.' }),
    check: t.exposeString('check_name', { description: Object.keys(CHECKS).join(', ') }),
    checkZh: t.string({ resolve: (row) => CHECKS[row.check_name as keyof typeof CHECKS] ?? '' }),
    code: t.exposeString('code'),
    severity: t.field({
      type: severity,
      resolve: (row) => row.severity.toUpperCase() as 'ERROR' | 'WARNING' | 'NOTICE',
    }),
    message: t.exposeString('message'),
    equation: t.field({
      type: equation,
      nullable: true,
      resolve: (row) => row.equation === null ? null : JSON.parse(row.equation) as Equation,
    }),
    places: t.field({
      type: [place],
      description: 'The place to correct or explain first, then those that it is compared with.',
      listSize: { assumedSize: 4 },
      resolve: (row) => JSON.parse(row.places) as StoredPlace[],
    }),
    presence: t.field({ type: presence, resolve: (row) => row.presence as 'NEW' }),
    verdict: t.field({
      type: verdict,
      nullable: true,
      resolve: (row) => row.verdict as 'ACCEPTED' | null,
    }),
    reason: t.exposeString('reason', { nullable: true }),
    decidedBy: t.exposeString('decided_by', { nullable: true }),
    decidedAt: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.decided_at }),
    approval: t.field({
      type: approval,
      nullable: true,
      resolve: (row) => row.approval as 'PENDING' | null,
    }),
    approvedBy: t.exposeString('approved_by', { nullable: true }),
    assignee: t.exposeString('assignee', { nullable: true }),
    history: t.field({
      type: [decision],
      listSize: { assumedSize: 4 },
      resolve: (row, _, context) => decisionsOfFinding(context, row.id),
    }),
  }),
})

fact.implement({
  description: 'A figure in a table of a filing: what it says and how it fared.',
  fields: (t) => ({
    seq: t.int({
      description: 'Its place among the figures of the filing.',
      resolve: (row) => Number(row.seq),
    }),
    scope: t.field({
      type: scope,
      resolve: (row) => row.scope === 'group' ? 'GROUP' as const : 'PARENT' as const,
    }),
    section: t.exposeString('section'),
    item: t.exposeString('item'),
    header: t.exposeString('header'),
    period: t.exposeString('period', {
      nullable: true,
      description: 'A year, or its last day for what stands at a point in time.',
    }),
    unitPower: t.int({
      nullable: true,
      description: 'Power of ten to 元: 4 for 万元; null for what is no money.',
      resolve: (row) => row.power === null ? null : Number(row.power),
    }),
    printed: t.string({
      description: 'As printed, with separators.',
      resolve: (row) =>
        printDecimal({ digits: BigInt(row.digits), decimals: Number(row.decimals) }) +
        (row.percent === 1n ? '%' : ''),
    }),
    page: t.int({ resolve: (row) => Number(row.page) }),
    box: t.floatList({
      nullable: true,
      description: 'Left, top, right, bottom in points from the top left of the page.',
      resolve: (row) => (JSON.parse(row.place) as Place).box?.slice() ?? null,
    }),
    path: t.string({
      nullable: true,
      description: 'Place in an OOXML file.',
      resolve: (row) => (JSON.parse(row.place) as Place).path ?? null,
    }),
    state: t.field({ type: factState, resolve: (row) => row.state as 'VERIFIED' }),
  }),
})

const factConnection = connection('FilingFact', fact)

/** Cursors of facts are their numbers. */
const padded = (seq: bigint) => seq.toString()

filing.implement({
  description: 'One version of a filing (申报文件).',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    series: t.exposeString('series', { description: 'What its versions share.' }),
    version: t.int({ description: 'From 1.', resolve: (row) => Number(row.version) }),
    sha256: t.exposeString('file', { description: 'Hash of the file; its name at /files/.' }),
    bytes: t.float({ resolve: (row) => Number(row.bytes) }),
    state: t.field({ type: documentState, resolve: (row) => row.state as 'WAITING' }),
    code: t.exposeString('code', { nullable: true }),
    message: t.exposeString('message', { nullable: true }),
    kind: t.exposeString('kind', { nullable: true, description: 'pdf, docx or xlsx.' }),
    pages: t.int({
      nullable: true,
      resolve: (row) => row.pages === null ? null : Number(row.pages),
    }),
    year: t.int({ nullable: true, resolve: (row) => row.year === null ? null : Number(row.year) }),
    company: t.exposeString('company', { nullable: true }),
    coverage: t.field({
      type: coverage,
      nullable: true,
      resolve: (row) =>
        row.figures === null ? null : {
          figures: Number(row.figures),
          verified: Number(row.verified),
          contradicted: Number(row.contradicted),
        },
    }),
    project: t.field({
      type: project,
      nullable: true,
      resolve: (row, _, context) => findProject(context, row.project_id),
    }),
    createdBy: t.exposeString('created_by'),
    createdAt: t.field({ type: 'DateTime', resolve: (row) => row.created_at }),
    facts: t.field({
      type: factConnection,
      description: 'Figures in the order of the filing.',
      ...PAGE_SIZE,
      args: {
        first: t.arg.int(),
        after: t.arg.string(),
        state: t.arg({ type: factState }),
        item: t.arg.string(),
      },
      resolve: async (row, args, { actor, documents }) => {
        const page = readPageArgs(args)
        if (page.after !== undefined && !/^\d{1,9}$/.test(page.after)) {
          throw badInput(
            refuse('CURSOR_MALFORMED', 'The cursor is not one that a page gave.', '/after'),
          )
        }
        const filter = { state: args.state ?? undefined, item: args.item ?? undefined }
        const rows = await listFacts(documents.db, actor.tenant, row.id, filter, page)
        return pageOf(rows, page.limit, (one) => padded(one.seq))
      },
    }),
  }),
})
builder.asEntity(filing, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: (key, context) => findDocument(context, key.id) as Promise<never>,
})

const findingConnection = connection('ReviewFinding', finding)

project.implement({
  description: 'Filings that are reviewed together (项目).',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    issuer: t.exposeString('issuer', { description: '统一社会信用代码' }),
    createdBy: t.exposeString('created_by'),
    createdAt: t.field({ type: 'DateTime', resolve: (row) => row.created_at }),
    documents: t.field({
      type: [filing],
      description: 'All versions, by filing.',
      listSize: { assumedSize: 6 },
      resolve: (row, _, context) => documentsOfProject(context, row.id),
    }),
    findings: t.field({
      type: findingConnection,
      ...PAGE_SIZE,
      args: {
        first: t.arg.int(),
        after: t.arg.string(),
        severity: t.arg({ type: severity }),
        check: t.arg.string(),
        presence: t.arg({ type: presence }),
      },
      resolve: async (row, args, { actor, documents }) => {
        const page = readPageArgs(args)
        const filter = {
          severity: args.severity?.toLowerCase(),
          check: args.check ?? undefined,
          presence: args.presence ?? undefined,
        }
        const rows = await listFindings(documents.db, actor.tenant, row.id, filter, page)
        return pageOf(rows, page.limit, (one) => one.id)
      },
    }),
  }),
})
builder.asEntity(project, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: (key, context) => findProject(context, key.id) as Promise<never>,
})

const reviewState = builder.enumType('FilingReviewState', {
  values: ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED'] as const,
})

review.implement({
  description: 'A review under way or done: the latest versions of a project’s filings.',
  fields: (t) => ({
    id: t.exposeID('id'),
    state: t.field({ type: reviewState, resolve: (job) => job.state }),
    error: t.exposeString('error', { nullable: true }),
    phase: t.string({
      description: 'READING, WRITING or DONE.',
      resolve: (job) => reviewProgress(job.progress).phase,
    }),
    document: t.int({
      description: 'The filing that is being read, from 1.',
      resolve: (job) => reviewProgress(job.progress).document,
    }),
    documents: t.int({ resolve: (job) => reviewProgress(job.progress).documents }),
    page: t.int({ resolve: (job) => reviewProgress(job.progress).page }),
    pages: t.int({ resolve: (job) => reviewProgress(job.progress).pages }),
    errors: t.int({ resolve: (job) => reviewProgress(job.progress).errors }),
    warnings: t.int({ resolve: (job) => reviewProgress(job.progress).warnings }),
    notices: t.int({ resolve: (job) => reviewProgress(job.progress).notices }),
    first: t.stringList({
      description: 'The first findings, before all are known; at most 20.',
      resolve: (job) => [...reviewProgress(job.progress).first],
    }),
  }),
})
