/**
 * A face check inside a signing session: what the provider said becomes two events.
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { casesById } from '../store/evidence.ts'
import type { DocumentsReader } from '../store/review.ts'
import { livenessNonce } from './event.ts'
import type { FaceCheck, FaceCode, FaceResult } from './face-check.ts'
import type { EvidenceCode, EvidenceLog } from './log.ts'

/** Whose face is checked. @property video base64 of what the camera saw; it is not kept */
export interface FacePerson {
  readonly name: string
  readonly idNumber: string
  readonly video: string
}

/** Has a face checked and records the result, bound to the case and to what is signed in it. */
export async function checkFace(
  db: DocumentsReader,
  evidence: EvidenceLog,
  faceCheck: FaceCheck,
  tenant: string,
  caseId: string,
  person: FacePerson,
): Promise<Result<FaceResult, EvidenceCode | FaceCode>> {
  const [row] = await casesById(db, tenant, [caseId])
  if (row === undefined) return refuse('CASE_UNKNOWN', 'There is no such case.', '/input/case')
  if (row.closed === 1n) return refuse('CASE_CLOSED', 'The case is closed.', '/input/case')
  const nonce = livenessNonce(caseId, row.document_hash)
  const checked = await faceCheck.check({ ...person, nonce })
  if (!checked.ok) return checked
  const { vendor, requestId, alive, matched, score, vendorHash } = checked.value
  const said = { vendor, simulated: faceCheck.simulated, requestId, answer: vendorHash }
  const liveness = await evidence.record(tenant, caseId, 'liveness.result', {
    ...said,
    alive,
    nonce,
  })
  if (!liveness.ok) return liveness
  const { name, idNumber } = person
  const match = await evidence.record(
    tenant,
    caseId,
    'face.match',
    { ...said, matched, score },
    { customer: name, idNumber },
  )
  return match.ok ? ok(checked.value) : match
}
