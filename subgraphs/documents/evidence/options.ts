/**
 * Who watches and stamps the log, as configured.
 */
import { must } from '../../kernel/result.ts'
import { tencentFaceCheck } from './face-check.ts'
import type { EvidenceOptions } from './log.ts'
import { parseKey } from './note.ts'
import { remoteAuthority } from './timestamp.ts'
import { remoteWitness } from './witness.ts'

/**
 * Reads `FACE_CHECK_SECRET_ID`, `FACE_CHECK_SECRET_KEY`, `FACE_CHECK_REGION`, `EVIDENCE_WITNESS_URL`, `EVIDENCE_WITNESS_KEY`, `EVIDENCE_TSA_URL` and
 * `EVIDENCE_TSA_FINGERPRINT`. Without them this process stands in for both, which proves nothing to
 * others and says so.
 */
export async function evidenceOptions(
  env: Readonly<Record<string, string | undefined>>,
): Promise<EvidenceOptions> {
  const random = (bytes: Uint8Array) => {
    crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)
  }
  const { EVIDENCE_WITNESS_URL: url, EVIDENCE_WITNESS_KEY: key, EVIDENCE_TSA_URL: tsa } = env
  if ((url === undefined) !== (key === undefined)) {
    throw new Error('EVIDENCE_WITNESS_URL and EVIDENCE_WITNESS_KEY are set together')
  }
  const witness = url === undefined
    ? {}
    : { witness: remoteWitness(url, must(await parseKey(key!)), fetch) }
  const fingerprint = env.EVIDENCE_TSA_FINGERPRINT
  const authority = tsa === undefined ? {} : {
    authority: {
      ...remoteAuthority(tsa, fetch, random),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    },
  }
  return { random, ...authority, ...witness, ...faceCheckOf(env) }
}

function faceCheckOf(
  env: Readonly<Record<string, string | undefined>>,
): Pick<EvidenceOptions, 'faceCheck'> {
  const { FACE_CHECK_SECRET_ID: secretId, FACE_CHECK_SECRET_KEY: secretKey } = env
  if (secretId === undefined && secretKey === undefined) return {}
  if (secretId === undefined || secretKey === undefined) {
    throw new Error('FACE_CHECK_SECRET_ID and FACE_CHECK_SECRET_KEY are set together')
  }
  const region = env.FACE_CHECK_REGION ?? 'ap-guangzhou'
  return {
    faceCheck: tencentFaceCheck({ secretId, secretKey, region, fetching: fetch, now: Date.now }),
  }
}
