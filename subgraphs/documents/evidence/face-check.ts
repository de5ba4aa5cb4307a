/**
 * The port to whoever checks that a face is alive and whose it is.
 *
 * What a provider says is recorded with its own words and request id; nothing here looks at a face.
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { hex } from './note.ts'

/**
 * What a provider found.
 *
 * @property vendorHash SHA-256 of its answer as it came, so that the answer can be shown later
 * @property score its own, 0 to 100, as decimal text
 */
export interface FaceResult {
  readonly vendor: string
  readonly requestId: string
  readonly alive: boolean
  readonly matched: boolean
  readonly score: string
  readonly vendorHash: string
}

export type FaceCode = 'FACE_CHECK_UNREACHABLE' | 'FACE_CHECK_REFUSED'

/** Checks faces. @property simulated where nobody checks anything */
export interface FaceCheck {
  readonly vendor: string
  readonly simulated: boolean
  /**
   * @param video base64 of what the camera saw @param nonce which the session's check has to repeat
   */
  check(input: {
    readonly name: string
    readonly idNumber: string
    readonly video: string
    readonly nonce: string
  }): Promise<Result<FaceResult, FaceCode>>
}

/** Answers by the last digit of the number, and looks at nothing. It says so in every result. */
export function simulatedFaceCheck(): FaceCheck {
  return {
    vendor: 'simulator',
    simulated: true,
    check({ idNumber, nonce }) {
      const last = idNumber.at(-1)
      if (last === '9') {
        return Promise.resolve(
          refuse('FACE_CHECK_UNREACHABLE', 'The simulator was told to be silent.'),
        )
      }
      const answer = {
        vendor: 'simulator',
        requestId: `sim-${nonce.slice(0, 12)}`,
        alive: last !== '7',
        matched: last !== '8',
        score: last === '8' ? '31.00' : '97.50',
      }
      return Promise.resolve(ok({ ...answer, vendorHash: hashOf(JSON.stringify(answer)) }))
    },
  }
}

/** @property secretId, secretKey of the cloud account @property now milliseconds since 1970 */
export interface TencentOptions {
  readonly secretId: string
  readonly secretKey: string
  readonly region: string
  readonly host?: string
  readonly fetching: typeof fetch
  readonly now: () => number
}

const FACEID_HOST = 'faceid.tencentcloudapi.com'
const FACEID_VERSION = '2018-03-01'
/** The provider's own words for a check that went well. */
const SUCCESS = 'Success'

/** Tencent Cloud's face check (人脸核身, LivenessRecognition). Unverified against the real service. */
export function tencentFaceCheck(options: TencentOptions): FaceCheck {
  const host = options.host ?? FACEID_HOST
  return {
    vendor: 'tencent-faceid',
    simulated: false,
    async check({ name, idNumber, video }) {
      const payload = JSON.stringify({
        IdCard: idNumber,
        Name: name,
        VideoBase64: video,
        LivenessType: 'SILENT',
      })
      const seconds = Math.floor(options.now() / 1000)
      let text: string
      try {
        const response = await options.fetching(`https://${host}/`, {
          method: 'POST',
          headers: {
            'content-type': CONTENT_TYPE,
            'x-tc-action': 'LivenessRecognition',
            'x-tc-version': FACEID_VERSION,
            'x-tc-timestamp': String(seconds),
            'x-tc-region': options.region,
            authorization: tc3Authorization({
              secretId: options.secretId,
              secretKey: options.secretKey,
              service: 'faceid',
              host,
              seconds,
              payload,
            }),
          },
          body: payload,
          signal: AbortSignal.timeout(20_000),
        })
        text = await response.text()
      } catch {
        return refuse('FACE_CHECK_UNREACHABLE', 'The face check does not answer.')
      }
      return readAnswer(text)
    },
  }
}

function readAnswer(text: string): Result<FaceResult, FaceCode> {
  const malformed = refuse('FACE_CHECK_REFUSED', 'The face check answered something else.')
  let answer: unknown
  try {
    answer = (JSON.parse(text) as { Response?: unknown }).Response
  } catch {
    return malformed
  }
  const { Error: error, Result: result, Sim: sim, RequestId: requestId } = (answer ?? {}) as {
    Error?: { Code?: unknown }
    Result?: unknown
    Sim?: unknown
    RequestId?: unknown
  }
  if (typeof requestId !== 'string') return malformed
  if (error !== undefined) {
    return refuse(
      'FACE_CHECK_REFUSED',
      `The face check refused: ${String(error.Code)}.`,
      undefined,
      {
        requestId,
      },
    )
  }
  if (typeof result !== 'string' || typeof sim !== 'number') return malformed
  return ok({
    vendor: 'tencent-faceid',
    requestId,
    alive: result === SUCCESS || result.startsWith('FailedOperation.CompareLowSimilarity'),
    matched: result === SUCCESS,
    score: sim.toFixed(2),
    vendorHash: hashOf(text),
  })
}

const CONTENT_TYPE = 'application/json; charset=utf-8'

/** What is signed of a request. @property seconds since 1970 @property payload the body as sent */
export interface Tc3Request {
  readonly secretId: string
  readonly secretKey: string
  readonly service: string
  readonly host: string
  readonly seconds: number
  readonly payload: string
}

/**
 * The `Authorization` header of a POST with a JSON body.
 *
 * @see TC3-HMAC-SHA256, 腾讯云 API 3.0 签名方法 v3
 */
export function tc3Authorization(request: Tc3Request): string {
  const { secretId, secretKey, service, host, seconds, payload } = request
  const date = new Date(seconds * 1000).toISOString().slice(0, 10)
  const headers = `content-type:${CONTENT_TYPE}\nhost:${host}\n`
  const canonical = `POST\n/\n\n${headers}\ncontent-type;host\n${hashOf(payload)}`
  const scope = `${date}/${service}/tc3_request`
  const toSign = `TC3-HMAC-SHA256\n${seconds}\n${scope}\n${hashOf(canonical)}`
  let key: Uint8Array = encoder.encode(`TC3${secretKey}`)
  for (const part of [date, service, 'tc3_request']) key = hmac(sha256, key, encoder.encode(part))
  const signature = hex(hmac(sha256, key, encoder.encode(toSign)))
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=content-type;host, ` +
    `Signature=${signature}`
}

const encoder = new TextEncoder()

function hashOf(text: string): string {
  return hex(sha256(encoder.encode(text)))
}
