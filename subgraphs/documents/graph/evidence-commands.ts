/**
 * What can be done with evidence cases.
 */
import { badInput } from '../../kernel/builder.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { refuse, type Result } from '../../kernel/result.ts'
import { EVENT_KINDS } from '../evidence/event.ts'
import { checkFace, type FacePerson } from '../evidence/face-session.ts'
import {
  builder,
  type DocumentsContext,
  EVIDENCE_REVEAL,
  EVIDENCE_WRITE,
  evidenceCase,
  findCase,
  refusals,
} from './base.ts'
import { unwrapped } from './operations.ts'

const { resultOf } = refusals(
  'EvidenceRefusal',
  'Why a command on evidence was not carried out. Codes: subgraphs/documents/README.md.',
)

const bundle = builder.objectRef<{ bundle: unknown }>('EvidenceBundle').implement({
  description: 'A closed case with its proofs, for `npm run -s verify-evidence`.',
  fields: (t) => ({ bundle: t.field({ type: 'JSON', resolve: (row) => row.bundle }) }),
})
const erased = builder.objectRef<{ values: number }>('ErasedEvidence').implement({
  description: 'Personal data that cannot be read any more; what was committed to stays provable.',
  fields: (t) => ({ values: t.exposeInt('values') }),
})

const openInput = builder.inputType('OpenEvidenceCaseInput', {
  fields: (t) => ({
    kind: t.string({
      required: true,
      description: 'Such as policy; approval and review are the system’s own.',
    }),
    documentHash: t.string({ required: true, description: 'SHA-256 of what is signed, as hex.' }),
    subject: t.string({ description: 'What the case is found by, such as a policy’s number.' }),
    personal: t.field({
      type: 'JSON',
      description: 'Name → text; committed to and kept encrypted.',
    }),
  }),
})
const recordInput = builder.inputType('RecordEvidenceInput', {
  fields: (t) => ({
    case: t.id({ required: true }),
    kind: t.string({ required: true, description: Object.keys(EVENT_KINDS).join(', ') }),
    body: t.field({ type: 'JSON', required: true, description: 'What may be public.' }),
    personal: t.field({
      type: 'JSON',
      description: 'Name → text; committed to and kept encrypted.',
    }),
  }),
})
const caseInput = builder.inputType('EvidenceCaseInput', {
  fields: (t) => ({ case: t.id({ required: true }) }),
})
const faceInput = builder.inputType('CheckFaceInput', {
  fields: (t) => ({
    case: t.id({ required: true }),
    name: t.string({ required: true, description: 'Committed to and kept encrypted.' }),
    idNumber: t.string({ required: true, description: 'Committed to and kept encrypted.' }),
    video: t.string({ required: true, description: 'Base64 of what the camera saw; not kept.' }),
  }),
})
const bundleInput = builder.inputType('EvidenceBundleInput', {
  fields: (t) => ({
    case: t.id({ required: true }),
    reveal: t.stringList({
      required: true,
      description: 'Names of personal data to show; none where the list is empty.',
    }),
  }),
})

const caseResult = resultOf('EvidenceCaseResult', evidenceCase)

builder.mutationFields((t) => ({
  openEvidenceCase: t.field({
    type: caseResult,
    ...EVIDENCE_WRITE,
    args: { input: t.arg({ type: openInput, required: true }) },
    resolve: async (_, { input: { kind, documentHash, subject, personal } }, context) => {
      const { documents, actor } = context
      const said = readPersonal(personal)
      const about = { subject: subject ?? null }
      return caseOf(context, await documents.evidence.open(actor, kind, documentHash, said, about))
    },
  }),
  recordEvidence: t.field({
    type: caseResult,
    description: 'Adds an event to a case that is open.',
    ...EVIDENCE_WRITE,
    args: { input: t.arg({ type: recordInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const { actor, documents } = context
      const body = readBody(input.body)
      const personal = readPersonal(input.personal)
      const done = await documents.evidence.record(
        actor.tenant,
        input.case,
        input.kind,
        body,
        personal,
      )
      return caseOf(context, done.ok ? { ok: true, value: input.case } : done)
    },
  }),
  checkFace: t.field({
    type: caseResult,
    description:
      'Has a face checked by the provider and records what it said; the simulator looks at nothing.',
    ...EVIDENCE_WRITE,
    args: { input: t.arg({ type: faceInput, required: true }) },
    resolve: async (_, { input: { case: id, name, idNumber, video } }, context) => {
      const { actor, documents } = context
      const person = { ...readPersonal({ name, idNumber }), video } as FacePerson
      const { db, evidence, faceCheck } = documents
      const done = await checkFace(db, evidence, faceCheck, actor.tenant, id, person)
      return caseOf(context, done.ok ? { ok: true, value: id } : done)
    },
  }),
  closeEvidenceCase: t.field({
    type: caseResult,
    ...EVIDENCE_WRITE,
    args: { input: t.arg({ type: caseInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const { actor, documents } = context
      const done = await documents.evidence.close(actor.tenant, input.case)
      return caseOf(context, done.ok ? { ok: true, value: input.case } : done)
    },
  }),
  exportEvidence: t.field({
    type: resultOf('EvidenceBundleResult', bundle),
    description: 'A closed case with its proofs; the log is sealed first when it has to be.',
    ...EVIDENCE_REVEAL,
    args: { input: t.arg({ type: bundleInput, required: true }) },
    resolve: async (_, { input }, { actor, documents }) => {
      const made = await documents.evidence.bundle(actor.tenant, input.case, input.reveal)
      return made.ok ? { bundle: made.value } : made
    },
  }),
  eraseEvidence: t.field({
    type: resultOf('EraseEvidenceResult', erased),
    description: 'Forgets the personal data of a case (个人信息保护法 第四十七条).',
    ...EVIDENCE_REVEAL,
    args: { input: t.arg({ type: caseInput, required: true }) },
    resolve: async (_, { input }, { actor, documents }) => {
      const done = await documents.evidence.erase(actor.tenant, input.case)
      return done.ok ? { values: Number(done.value) } : done
    },
  }),
}))

async function caseOf(context: DocumentsContext, done: Result<string>) {
  return done.ok ? (await findCase(context, done.value))! : unwrapped(done) as never
}

const PERSONAL_MAX = 20
const VALUE_MAX = 1_000_000

function readPersonal(value: unknown): Record<string, string> {
  if (value === null || value === undefined) return {}
  const entries = typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value)
    : undefined
  const good = entries?.every(([name, text]) =>
    /^[a-zA-Z]{1,40}$/.test(name) && typeof text === 'string' && text.isWellFormed() &&
    text.length <= VALUE_MAX
  )
  if (!good || entries!.length > PERSONAL_MAX) {
    throw badInput(
      refuse(
        'PERSONAL_MALFORMED',
        `Personal data is up to ${PERSONAL_MAX} names with text.`,
        '/input/personal',
      ),
    )
  }
  return Object.fromEntries(entries!) as Record<string, string>
}

const BODY_MAX = 20_000

function readBody(value: unknown): { readonly [key: string]: CanonicalValue } {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const text = isObject ? JSON.stringify(value) : ''
  // Numbers that JSON does not keep would be hashed as something else; so would what JSON leaves out.
  if (!isObject || text.length > BODY_MAX || !text.isWellFormed() || text.includes('\\u0000')) {
    throw badInput(
      refuse(
        'BODY_MALFORMED',
        `A body is an object of at most ${BODY_MAX} characters.`,
        '/input/body',
      ),
    )
  }
  return JSON.parse(text)
}
