/**
 * Time stamps of checkpoints, and an authority of our own for where no other is configured.
 *
 * The authority is a simulator: it says the time of this machine. Whoever needs to prove a time to
 * others configures the address of an accredited one (可信时间戳).
 *
 * @see RFC 3161
 */
import { sha256 } from '@noble/hashes/sha2.js'
import * as asn1 from 'asn1js'
import * as pki from 'pkijs'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { hex } from './note.ts'

const SHA256 = '2.16.840.1.101.3.4.2.1'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const TSA_POLICY = '1.2.3.4.1'

pki.setEngine('huitong', new pki.CryptoEngine({ name: 'huitong', crypto }))

export type TimestampCode = 'TIMESTAMP_REFUSED' | 'TIMESTAMP_UNREACHABLE'

/**
 * Stamps the time on data.
 *
 * @property simulated where nobody but this machine says it
 * @property fingerprint SHA-256 of its certificate as hex, where it is known
 */
export interface TimestampAuthority {
  readonly simulated: boolean
  readonly fingerprint?: string
  /** @returns the whole response, DER */
  stamp(data: Uint8Array): Promise<Result<Uint8Array, TimestampCode>>
}

/** A request for a stamp, DER. @param nonce 8 bytes or more */
export async function timestampRequest(data: Uint8Array, nonce: Uint8Array): Promise<Uint8Array> {
  const request = new pki.TimeStampReq({
    version: 1,
    messageImprint: new pki.MessageImprint({
      hashAlgorithm: new pki.AlgorithmIdentifier({ algorithmId: SHA256 }),
      hashedMessage: new asn1.OctetString({ valueHex: await digestOf(data) }),
    }),
    nonce: new asn1.Integer({ valueHex: bytesOfInteger(nonce) }),
    certReq: true,
  })
  return new Uint8Array(request.toSchema().toBER())
}

/** An authority at an address. */
export function remoteAuthority(
  url: string,
  fetching: typeof fetch,
  random: (bytes: Uint8Array) => void,
): TimestampAuthority {
  return {
    simulated: false,
    async stamp(data) {
      const nonce = new Uint8Array(8)
      random(nonce)
      const body = await timestampRequest(data, nonce)
      let response: Response
      try {
        response = await fetching(url, {
          method: 'POST',
          headers: { 'content-type': 'application/timestamp-query' },
          body: body as Uint8Array<ArrayBuffer>,
          signal: AbortSignal.timeout(20_000),
        })
      } catch {
        return refuse('TIMESTAMP_UNREACHABLE', 'The time stamp authority does not answer.')
      }
      if (!response.ok) return refuse('TIMESTAMP_UNREACHABLE', `It answered ${response.status}.`)
      const reply = new Uint8Array(await response.arrayBuffer())
      return await isReplyTo(reply, data, nonce)
        ? ok(reply)
        : refuse('TIMESTAMP_REFUSED', 'The answer is no stamp of what was sent.')
    },
  }
}

/** Whether a response grants a stamp on the data that was sent, with the nonce that was sent. */
async function isReplyTo(reply: Uint8Array, data: Uint8Array, nonce: Uint8Array): Promise<boolean> {
  try {
    const response = pki.TimeStampResp.fromBER(buffer(reply))
    if (response.status.status !== pki.PKIStatus.granted || response.timeStampToken === undefined) {
      return false
    }
    const signed = new pki.SignedData({ schema: response.timeStampToken.content })
    const info = pki.TSTInfo.fromBER(
      signed.encapContentInfo.eContent!.valueBlock.valueHexView as Uint8Array<ArrayBuffer>,
    )
    const imprint = new Uint8Array(info.messageImprint.hashedMessage.valueBlock.valueHexView)
    const expected = new Uint8Array(await digestOf(data))
    const same = (a: Uint8Array, b: Uint8Array) =>
      a.length === b.length && a.every((byte, i) => byte === b[i])
    return same(imprint, expected) && info.nonce !== undefined &&
      same(info.nonce.valueBlock.valueHexView, new Uint8Array(bytesOfInteger(nonce)))
  } catch {
    return false
  }
}

/** A key and certificate of an authority. @property certificate DER */
export interface AuthorityKey {
  readonly key: CryptoKey
  readonly certificate: Uint8Array
}

/** A new authority with a certificate that it signed itself. */
export async function newAuthorityKey(name: string, from: Date): Promise<AuthorityKey> {
  const pair = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  ) as CryptoKeyPair
  const certificate = new pki.Certificate()
  certificate.version = 2
  certificate.serialNumber = new asn1.Integer({ value: 1 })
  for (const side of [certificate.issuer, certificate.subject]) {
    side.typesAndValues.push(
      new pki.AttributeTypeAndValue({
        type: '2.5.4.3',
        value: new asn1.Utf8String({ value: name }),
      }),
    )
  }
  certificate.notBefore.value = from
  certificate.notAfter.value = new Date(from.getTime() + 20 * 366 * 86_400_000)
  certificate.extensions = [
    new pki.Extension({
      extnID: '2.5.29.37',
      critical: true,
      extnValue: new pki.ExtKeyUsage({ keyPurposes: [TIME_STAMPING] }).toSchema().toBER(),
    }),
  ]
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey)
  await certificate.sign(pair.privateKey, 'SHA-256')
  return { key: pair.privateKey, certificate: new Uint8Array(certificate.toSchema(true).toBER()) }
}

/** A key as it is kept, and back. */
export async function storeAuthorityKey({ key, certificate }: AuthorityKey) {
  return { pkcs8: new Uint8Array(await crypto.subtle.exportKey('pkcs8', key)), certificate }
}

export async function loadAuthorityKey(
  pkcs8: Uint8Array,
  certificate: Uint8Array,
): Promise<AuthorityKey> {
  const ec = { name: 'ECDSA', namedCurve: 'P-256' }
  return {
    key: await crypto.subtle.importKey('pkcs8', buffer(pkcs8), ec, true, ['sign']),
    certificate,
  }
}

/** An authority in this process, which stamps the time of this machine. */
export function simulatedAuthority(
  { key, certificate }: AuthorityKey,
  now: () => Date,
): TimestampAuthority {
  let serial = 0
  return {
    simulated: true,
    fingerprint: hex(sha256(certificate)),
    async stamp(data) {
      serial += 1
      const imprint = new pki.MessageImprint({
        hashAlgorithm: new pki.AlgorithmIdentifier({
          algorithmId: SHA256,
          algorithmParams: new asn1.Null(),
        }),
        hashedMessage: new asn1.OctetString({ valueHex: await digestOf(data) }),
      })
      const at = now()
      const info = new pki.TSTInfo({
        version: 1,
        policy: TSA_POLICY,
        messageImprint: imprint,
        serialNumber: new asn1.Integer({ value: at.getTime() * 1000 + serial % 1000 }),
        genTime: at,
      })
      return ok(new Uint8Array(await responseOf(info, key, certificate)))
    },
  }
}

async function responseOf(
  info: pki.TSTInfo,
  key: CryptoKey,
  certificate: Uint8Array,
): Promise<ArrayBuffer> {
  const content = info.toSchema().toBER()
  const own = pki.Certificate.fromBER(buffer(certificate))
  const attribute = (type: string, value: asn1.BaseBlock) =>
    new pki.Attribute({ type, values: [value] })
  const certificateHash = await digestOf(certificate)
  const encapsulated = new pki.EncapsulatedContentInfo({ eContentType: TST_INFO })
  // The constructor would divide it into pieces, which DER does not allow.
  encapsulated.eContent = new asn1.OctetString({ valueHex: content })
  const signed = new pki.SignedData({
    version: 3,
    encapContentInfo: encapsulated,
    signerInfos: [
      new pki.SignerInfo({
        version: 1,
        sid: new pki.IssuerAndSerialNumber({
          issuer: own.issuer,
          serialNumber: own.serialNumber,
        }),
        signedAttrs: new pki.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            attribute(CONTENT_TYPE, new asn1.ObjectIdentifier({ value: TST_INFO })),
            attribute(
              MESSAGE_DIGEST,
              new asn1.OctetString({ valueHex: await digestOf(new Uint8Array(content)) }),
            ),
            attribute(
              SIGNING_CERTIFICATE_V2,
              new asn1.Sequence({
                value: [
                  new asn1.Sequence({
                    value: [
                      new asn1.Sequence({
                        value: [new asn1.OctetString({ valueHex: certificateHash })],
                      }),
                    ],
                  }),
                ],
              }),
            ),
          ],
        }),
      }),
    ],
    certificates: [own],
  })
  await signed.sign(key, 0, 'SHA-256')
  const response = new pki.TimeStampResp({
    status: new pki.PKIStatusInfo({ status: pki.PKIStatus.granted }),
    timeStampToken: new pki.ContentInfo({
      contentType: pki.ContentInfo.SIGNED_DATA,
      content: signed.toSchema(true),
    }),
  })
  return response.toSchema().toBER()
}

async function digestOf(data: Uint8Array): Promise<ArrayBuffer> {
  return await crypto.subtle.digest('SHA-256', buffer(data))
}

/** A positive integer of DER needs a zero before a high first bit, and none before another. */
function bytesOfInteger(bytes: Uint8Array): ArrayBuffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = bytes.slice(first === -1 ? bytes.length - 1 : first)
  return buffer(digits[0]! >= 0x80 ? new Uint8Array([0, ...digits]) : digits.slice()).buffer
}

function buffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}
