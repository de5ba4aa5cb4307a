/**
 * What can be asked and done with reviews.
 */
import { badInput, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { findJob, type Job } from '../../kernel/job.ts'
import { pageOf } from '../../kernel/page.ts'
import { refuse, type Result } from '../../kernel/result.ts'
import type { Reader } from '../../kernel/store.ts'
import type { KernelTables } from '../../kernel/tables.ts'
import type { Equation } from '../checks/finding.ts'
import { REVIEW_KIND } from '../review-job.ts'
import { listProjects } from '../store/review.ts'
import {
  APPROVE,
  builder,
  connection,
  type DocumentsContext,
  filing,
  findDocument,
  findFinding,
  finding,
  findProject,
  project,
  READ,
  refusals,
  REVIEW,
  review,
} from './base.ts'
import { verdict } from './types.ts'

const { resultOf } = refusals(
  'ReviewRefusal',
  'Why a command of a review was not carried out. Codes: subgraphs/documents/README.md.',
)

/** A review of the tenant's. */
async function findReview({ actor, documents }: DocumentsContext, id: string): Promise<Job | null> {
  const db = documents.db as unknown as Reader<KernelTables>
  const job = await findJob(db, actor.tenant, id)
  return job?.kind === REVIEW_KIND ? job : null
}

builder.queryFields((t) => ({
  filingProject: t.field({
    type: project,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findProject(context, id),
  }),
  filingProjects: t.field({
    type: connection('FilingProject', project),
    description: 'Newest first.',
    ...READ,
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, args, { actor, documents }) => {
      const page = readPageArgs(args)
      const rows = await listProjects(documents.db, actor.tenant, page)
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
  filingDocument: t.field({
    type: filing,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findDocument(context, id),
  }),
  reviewFinding: t.field({
    type: finding,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findFinding(context, id),
  }),
  filingReview: t.field({
    type: review,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findReview(context, id),
  }),
}))

builder.subscriptionType({
  fields: (t) => ({
    reviewProgress: t.field({
      type: review,
      description: 'A review now and at each step, until it has ended.',
      ...READ,
      args: { id: t.arg.id({ required: true }) },
      subscribe: async (_, { id }, context) => {
        if (await findReview(context, id) === null) {
          throw badInput(refuse('REVIEW_UNKNOWN', 'There is no such review.', '/id'))
        }
        return context.documents.jobs.watch(context.actor.tenant, id)
      },
      resolve: (job) => job as Job,
    }),
  }),
})

const exportKind = builder.enumType('ReviewExportKind', {
  values: {
    JSON: { description: 'One finding a line.' },
    XLSX: {},
    ANNOTATED: {
      description: 'The filing itself: a PDF with frames and notes, a DOCX with comments.',
    },
  } as const,
})

const exported = builder.objectRef<{ file: string; name: string }>('ExportedReview').implement({
  fields: (t) => ({
    file: t.exposeString('file', { description: 'Fetch it from /files/<file>.' }),
    name: t.exposeString('name'),
  }),
})

const sum = builder.objectRef<{ holds: boolean; equation: Equation }>('CheckedSum').implement({
  description: 'Whether figures add up, as a reviewer says they should.',
  fields: (t) => ({
    holds: t.exposeBoolean('holds'),
    printed: t.string({ resolve: (row) => row.equation.printed }),
    computed: t.string({ resolve: (row) => row.equation.computed }),
    difference: t.string({ resolve: (row) => row.equation.difference }),
  }),
})

const input = {
  createProject: builder.inputType('CreateFilingProjectInput', {
    fields: (t) => ({
      name: t.string({ required: true }),
      issuer: t.string({ required: true, description: '统一社会信用代码, 18 characters.' }),
    }),
  }),
  addDocument: builder.inputType('AddFilingDocumentInput', {
    fields: (t) => ({
      project: t.id({ required: true }),
      name: t.string({ required: true, description: 'With its extension: .pdf, .docx or .xlsx.' }),
      file: t.string({ required: true, description: 'Hash that the upload to /files answered.' }),
      series: t.string({
        description: 'The filing that this is a version of; its name when absent.',
      }),
    }),
  }),
  startReview: builder.inputType('StartReviewInput', {
    fields: (t) => ({ project: t.id({ required: true }) }),
  }),
  decide: builder.inputType('DecideFindingInput', {
    fields: (t) => ({
      finding: t.id({ required: true }),
      verdict: t.field({ type: verdict, required: true }),
      reason: t.string({ description: 'Required to ignore.' }),
    }),
  }),
  approve: builder.inputType('ApproveFindingInput', {
    fields: (t) => ({
      finding: t.id({ required: true }),
      approve: t.boolean({ required: true, description: 'False sends the decision back.' }),
      reason: t.string({ description: 'Required to send it back.' }),
    }),
  }),
  assign: builder.inputType('AssignFindingInput', {
    fields: (t) => ({
      finding: t.id({ required: true }),
      assignee: t.string({ required: true, description: 'Subject of a person.' }),
    }),
  }),
  export: builder.inputType('ExportReviewInput', {
    fields: (t) => ({
      project: t.id({ required: true }),
      kind: t.field({ type: exportKind, required: true }),
      document: t.id({ description: 'The filing that is to be annotated.' }),
    }),
  }),
}
const factName = builder.inputType('FactNameInput', {
  fields: (t) => ({ document: t.id({ required: true }), seq: t.int({ required: true }) }),
})
const sumPart = builder.inputType('SumPartInput', {
  fields: (t) => ({
    document: t.id({ required: true }),
    seq: t.int({ required: true }),
    subtract: t.boolean(),
  }),
})
const sumInput = builder.inputType('CheckSumInput', {
  fields: (t) => ({
    total: t.field({ type: factName, required: true }),
    parts: t.field({ type: [sumPart], required: true, description: 'At most 200.' }),
  }),
})

const SUM_PARTS_MAX = 200
const ASSIGNEE_MAX = 200

/** Text that a database takes. */
function isText(text: string, max: number): boolean {
  return text.length <= max && text.isWellFormed() && !text.includes('\0')
}

const findingResult = resultOf('ReviewFindingResult', finding)

builder.mutationType({
  fields: (t) => ({
    createFilingProject: t.field({
      type: resultOf('CreateFilingProjectResult', project),
      ...REVIEW,
      args: { input: t.arg({ type: input.createProject, required: true }) },
      resolve: async (_, { input: { name, issuer } }, { documents }) =>
        unwrapped(await documents.commands.createProject(name, issuer)),
    }),
    addFilingDocument: t.field({
      type: resultOf('AddFilingDocumentResult', filing),
      description:
        'Puts an uploaded file into a project; the same series again is the next version.',
      ...REVIEW,
      args: { input: t.arg({ type: input.addDocument, required: true }) },
      resolve: async (_, { input: { project, name, file, series } }, { documents }) =>
        unwrapped(
          await documents.commands.addDocument({
            project,
            name,
            file,
            series: series ?? undefined,
          }),
        ),
    }),
    startReview: t.field({
      type: resultOf('StartReviewResult', review),
      description: 'Reviews the latest version of every filing of a project together.',
      ...REVIEW,
      args: { input: t.arg({ type: input.startReview, required: true }) },
      resolve: async (_, { input: { project } }, context) => {
        const started = await context.documents.commands.startReview(project)
        return started.ok ? (await findReview(context, started.value))! : started
      },
    }),
    decideFinding: t.field({
      type: findingResult,
      ...REVIEW,
      args: { input: t.arg({ type: input.decide, required: true }) },
      resolve: async (_, { input: { finding, verdict, reason } }, { documents }) =>
        unwrapped(await documents.commands.decide(finding, verdict, readReason(reason))),
    }),
    approveFinding: t.field({
      type: findingResult,
      description: 'Approves what somebody else decided, or sends it back.',
      ...APPROVE,
      args: { input: t.arg({ type: input.approve, required: true }) },
      resolve: async (_, { input: { finding, approve, reason } }, { documents }) =>
        unwrapped(await documents.commands.approve(finding, approve, readReason(reason))),
    }),
    assignFinding: t.field({
      type: findingResult,
      ...REVIEW,
      args: { input: t.arg({ type: input.assign, required: true }) },
      resolve: async (_, { input: { finding, assignee } }, { documents }) => {
        if (assignee.trim() === '' || !isText(assignee, ASSIGNEE_MAX)) {
          return refuse(
            'ASSIGNEE',
            'Somebody has a subject of 1 to 200 characters.',
            '/input/assignee',
          )
        }
        return unwrapped(await documents.commands.assign(finding, assignee))
      },
    }),
    checkSum: t.field({
      type: resultOf('CheckSumResult', sum),
      description: 'Checks that figures add up, now and in every version to come.',
      ...REVIEW,
      args: { input: t.arg({ type: sumInput, required: true }) },
      resolve: async (_, { input: { total, parts } }, { documents }) => {
        if (parts.length > SUM_PARTS_MAX) {
          return refuse('FACT_UNKNOWN', `A sum has at most ${SUM_PARTS_MAX} parts.`, '/input/parts')
        }
        return unwrapped(
          await documents.commands.addSum(
            { document: total.document, seq: total.seq },
            parts.map(({ document, seq, subtract }) => ({
              document,
              seq,
              weight: subtract === true ? -1 as const : 1 as const,
            })),
          ),
        )
      },
    }),
    exportReview: t.field({
      type: resultOf('ExportReviewResult', exported),
      ...READ,
      args: { input: t.arg({ type: input.export, required: true }) },
      resolve: async (_, { input: { project, kind, document } }, { documents }) =>
        unwrapped(
          await documents.commands.export({ project, kind, document: document ?? undefined }),
        ),
    }),
  }),
})

function readReason(reason: string | null | undefined): string {
  const text = reason ?? ''
  if (!isText(text, 10_000)) {
    throw badInput(refuse('REASON_MISSING', 'A reason is text.', '/input/reason'))
  }
  return text
}

/** The success of a command, or its refusal: the members of a result union. */
export function unwrapped<T, Code extends string>(result: Result<T, Code>) {
  return result.ok ? result.value : result
}
