/**
 * The offline verifier: proves a bundle of evidence without trusting whoever made it.
 *
 * One file on purpose: it imports nothing and uses WebCrypto alone, so that it runs in a browser, on
 * Node and on Deno, and can be kept beside the evidence and read by whoever has to rely on it. What
 * the rest of the system does is written here a second time.
 *
 * What it proves: the events of a case, their order and that none is missing; that they were in the
 * log when a witness and a time stamp saw it. What it does not prove: who held the phone. That takes a
 * certificate of the signer (电子签名法 第十三条, 第十六条).
 */

/** A bundle: one case with everything that proves it. */
export interface Bundle {
  readonly format: 'huitong-evidence/1'
  readonly case: string
  readonly events: readonly BundleEvent[]
  /** Per event, its place in the log and the proof, hashes in base64. */
  readonly leaves: readonly { readonly index: number; readonly proof: readonly string[] }[]
  /** A signed checkpoint with cosignatures. */
  readonly checkpoint: string
  /** An RFC 3161 time stamp of the checkpoint's text, DER in base64. */
  readonly timestamp: string | null
  /** Values that were committed to, as far as they are shown. */
  readonly openings: readonly {
    readonly seq: number
    readonly name: string
    readonly value: string
    readonly salt: string
  }[]
}

export interface BundleEvent {
  readonly case: string
  readonly seq: number
  readonly kind: string
  readonly at: string
  readonly prev: string
  readonly body: Readonly<Record<string, unknown>>
  readonly commitments: Readonly<Record<string, string>>
}

/**
 * Whom the verifier believes.
 *
 * @property log the log's key, as `name+id+base64`
 * @property witnesses keys of witnesses, of which `quorum` must have cosigned
 * @property tsa SHA-256 fingerprints of time stamp certificates, as hex; empty takes no time stamp
 */
export interface Trust {
  readonly log: string
  readonly witnesses: readonly string[]
  readonly quorum: number
  readonly tsa: readonly string[]
}

/** What is wrong, and where in the bundle as a JSON Pointer. */
export interface Fault {
  readonly code: string
  readonly place: string
}

/** What a bundle proves, or what is wrong with it. */
export interface Verdict {
  readonly ok: boolean
  readonly faults: readonly Fault[]
  readonly case: string
  readonly events: number
  /** When the witnesses cosigned and the time stamp was made, ISO instants. */
  readonly cosignedAt: readonly string[]
  readonly stampedAt: string | null
}

const FORMAT = 'huitong-evidence/1'
const NO_EVENT = '0'.repeat(64)
const HASH = /^[0-9a-f]{64}$/

const encoder = new TextEncoder()
const utf8 = (text: string): Bytes => encoder.encode(text) as Bytes
type Bytes = Uint8Array<ArrayBuffer>

/** Verifies a bundle as it was read from a file. Never throws for what stands in it. */
export async function verifyBundle(input: unknown, trust: Trust): Promise<Verdict> {
  const faults: Fault[] = []
  const fault = (code: string, place: string) => void faults.push({ code, place })
  const shape = shapeFault(input)
  if (shape !== undefined) {
    return { ok: false, faults: [shape], case: '', events: 0, cosignedAt: [], stampedAt: null }
  }
  const bundle = input as Bundle
  const hashes = await checkEvents(bundle, fault)
  await checkOpenings(bundle, fault)
  const head = await checkCheckpoint(bundle, trust, fault)
  if (head !== undefined) {
    for (const [i, { index, proof }] of bundle.leaves.entries()) {
      const leaf = await sha256(concat([Uint8Array.of(0), hashes[i]!]))
      const siblings = proof.map(bytesOfBase64)
      if (!await isIncluded(leaf, index, head.size, siblings, head.root)) {
        fault('NOT_IN_LOG', `/leaves/${i}`)
      }
    }
    const indices = bundle.leaves.map(({ index }) => index)
    if (indices.some((index, i) => i > 0 && index <= indices[i - 1]!)) {
      fault('LEAF_ORDER', '/leaves')
    }
  }
  const cosignedAt = await checkWitnesses(bundle, trust, fault)
  const stampedAt = await checkTimestamp(bundle, trust, fault)
  return {
    ok: faults.length === 0,
    faults,
    case: bundle.case,
    events: bundle.events.length,
    cosignedAt,
    stampedAt,
  }
}

type OnFault = (code: string, place: string) => void

function shapeFault(input: unknown): Fault | undefined {
  const malformed = (place: string): Fault => ({ code: 'BUNDLE_MALFORMED', place })
  if (!isObject(input)) return malformed('')
  const members = ['case', 'checkpoint', 'events', 'format', 'leaves', 'openings', 'timestamp']
  if (Object.keys(input).sort().join() !== members.join()) return malformed('')
  if (input.format !== FORMAT) return malformed('/format')
  if (typeof input.case !== 'string') return malformed('/case')
  if (typeof input.checkpoint !== 'string') return malformed('/checkpoint')
  if (input.timestamp !== null && typeof input.timestamp !== 'string') {
    return malformed('/timestamp')
  }
  if (!Array.isArray(input.events) || input.events.length === 0) return malformed('/events')
  for (const [i, event] of input.events.entries()) {
    const place = `/events/${i}`
    if (!isObject(event)) return malformed(place)
    if (Object.keys(event).sort().join() !== 'at,body,case,commitments,kind,prev,seq') {
      return malformed(place)
    }
    const { at, body, commitments, kind, prev, seq } = event
    if (typeof at !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at)) {
      return malformed(`${place}/at`)
    }
    if (typeof event.case !== 'string') return malformed(`${place}/case`)
    if (typeof kind !== 'string') return malformed(`${place}/kind`)
    if (typeof prev !== 'string' || !HASH.test(prev)) return malformed(`${place}/prev`)
    if (!Number.isSafeInteger(seq)) return malformed(`${place}/seq`)
    if (!isObject(body)) return malformed(`${place}/body`)
    if (
      !isObject(commitments) ||
      !Object.values(commitments).every((one) => typeof one === 'string' && HASH.test(one))
    ) return malformed(`${place}/commitments`)
  }
  if (!Array.isArray(input.leaves) || input.leaves.length !== input.events.length) {
    return malformed('/leaves')
  }
  for (const [i, leaf] of input.leaves.entries()) {
    if (
      !isObject(leaf) || Object.keys(leaf).sort().join() !== 'index,proof' ||
      !Number.isSafeInteger(leaf.index) || Number(leaf.index) < 0 || !Array.isArray(leaf.proof) ||
      leaf.proof.length > 63 ||
      !leaf.proof.every((one) => typeof one === 'string' && isBase64(one, 32))
    ) return malformed(`/leaves/${i}`)
  }
  if (!Array.isArray(input.openings)) return malformed('/openings')
  for (const [i, opening] of input.openings.entries()) {
    if (
      !isObject(opening) || Object.keys(opening).sort().join() !== 'name,salt,seq,value' ||
      typeof opening.name !== 'string' || typeof opening.value !== 'string' ||
      !Number.isSafeInteger(opening.seq) || typeof opening.salt !== 'string' ||
      !isBase64(opening.salt)
    ) return malformed(`/openings/${i}`)
  }
  return undefined
}

/** The chain of events and what they say together. @returns the hash of each event */
async function checkEvents({ case: caseId, events }: Bundle, fault: OnFault): Promise<Bytes[]> {
  const hashes: Bytes[] = []
  let prev = NO_EVENT
  for (const [i, event] of events.entries()) {
    const place = `/events/${i}`
    if (event.case !== caseId) fault('EVENT_OF_ANOTHER_CASE', `${place}/case`)
    if (event.seq !== i) fault('EVENT_MISSING', `${place}/seq`)
    if (event.prev !== prev) fault('CHAIN_BROKEN', `${place}/prev`)
    if (i > 0 && event.at < events[i - 1]!.at) fault('EVENT_BEFORE_THE_LAST', `${place}/at`)
    const hash = await sha256(utf8(canonical(event)))
    hashes.push(hash)
    prev = hex(hash)
  }
  const [first] = events
  if (first!.kind !== 'session.opened') fault('CASE_NOT_OPENED', '/events/0/kind')
  const documentHash = first!.body.document
  if (typeof documentHash !== 'string') fault('DOCUMENT_UNKNOWN', '/events/0/body/document')
  const nonce = hex(await sha256(utf8(`liveness/v1\n${caseId}\n${documentHash}\n`)))
  for (const [i, { kind, body }] of events.entries()) {
    const place = `/events/${i}/body`
    if (kind === 'session.opened' && i > 0) fault('CASE_OPENED_TWICE', `/events/${i}/kind`)
    if (kind === 'liveness.result' && body.nonce !== nonce) {
      fault('LIVENESS_REPLAYED', `${place}/nonce`)
    }
    if (kind === 'document.signed' && body.document !== documentHash) {
      fault('DOCUMENT_EXCHANGED', `${place}/document`)
    }
  }
  const last = events.at(-1)!
  const at = `/events/${events.length - 1}`
  if (last.kind !== 'case.closed') fault('CASE_NOT_CLOSED', `${at}/kind`)
  else {
    if (last.body.events !== events.length - 1) fault('EVENT_MISSING', `${at}/body/events`)
    if (last.body.head !== last.prev) fault('CHAIN_BROKEN', `${at}/body/head`)
  }
  if (events.slice(0, -1).some(({ kind }) => kind === 'case.closed')) {
    fault('EVENT_AFTER_CLOSING', at)
  }
  return hashes
}

async function checkOpenings({ events, openings }: Bundle, fault: OnFault): Promise<void> {
  for (const [i, { seq, name, value, salt }] of openings.entries()) {
    const committed = events[seq]?.commitments[name]
    const key = await crypto.subtle.importKey(
      'raw',
      bytesOfBase64(salt),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    )
    const opened = await crypto.subtle.sign('HMAC', key, utf8(canonical({ name, value })))
    if (committed !== hex(new Uint8Array(opened))) fault('COMMITMENT_DIFFERS', `/openings/${i}`)
  }
}

interface Key {
  readonly name: string
  readonly id: string
  readonly kind: number
  readonly key: Bytes
}

async function readKey(text: string): Promise<Key | undefined> {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text)
  if (match === null || !isBase64(match[3]!, 33)) return undefined
  const bytes = bytesOfBase64(match[3]!)
  const digest = await sha256(concat([utf8(`${match[1]}\n`), bytes]))
  if (hex(digest.subarray(0, 4)) !== match[2]) return undefined
  return { name: match[1]!, id: match[2]!, kind: bytes[0]!, key: bytes.slice(1) }
}

interface SignedText {
  readonly text: string
  readonly signatures: readonly {
    readonly name: string
    readonly id: string
    readonly bytes: Bytes
  }[]
}

function readNote(note: string): SignedText | undefined {
  const at = note.lastIndexOf('\n\n')
  if (at === -1 || !note.endsWith('\n')) return undefined
  const signatures = []
  for (const line of note.slice(at + 2, -1).split('\n')) {
    const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line)
    if (match === null || !isBase64(match[2]!)) return undefined
    const bytes = bytesOfBase64(match[2]!)
    signatures.push({ name: match[1]!, id: hex(bytes.subarray(0, 4)), bytes: bytes.slice(4) })
  }
  return { text: note.slice(0, at + 1), signatures }
}

async function isEd25519(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
  return await crypto.subtle.verify('Ed25519', imported, signature, message)
}

async function checkCheckpoint({ checkpoint }: Bundle, trust: Trust, fault: OnFault) {
  const note = readNote(checkpoint)
  const key = await readKey(trust.log)
  if (key === undefined || key.kind !== 1) {
    fault('TRUST_MALFORMED', '')
    return undefined
  }
  if (note === undefined) {
    fault('CHECKPOINT_MALFORMED', '/checkpoint')
    return undefined
  }
  const [origin, size, root] = note.text.split('\n')
  let signed = false
  for (const { name, id, bytes } of note.signatures) {
    if (name === key.name && id === key.id) {
      signed ||= await isEd25519(key.key, utf8(note.text), bytes)
    }
  }
  if (!signed) fault('CHECKPOINT_UNSIGNED', '/checkpoint')
  if (origin !== key.name) fault('CHECKPOINT_OF_ANOTHER_LOG', '/checkpoint')
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size ?? '') || !isBase64(root ?? '', 32)) {
    fault('CHECKPOINT_MALFORMED', '/checkpoint')
    return undefined
  }
  return { size: Number(size), root: bytesOfBase64(root!) }
}

async function checkWitnesses(
  { checkpoint }: Bundle,
  trust: Trust,
  fault: OnFault,
): Promise<string[]> {
  const note = readNote(checkpoint)
  const times: string[] = []
  let count = 0
  const own = await readKey(trust.log)
  for (const text of new Set(trust.witnesses)) {
    const witness = await readKey(text)
    if (witness === undefined || witness.kind !== 4) {
      fault('TRUST_MALFORMED', '')
      continue
    }
    for (const { name, id, bytes } of note?.signatures ?? []) {
      if (name !== witness.name || id !== witness.id) continue
      const time = bytes.length === 72
        ? new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
        : undefined
      const message = utf8(`cosignature/v1\ntime ${time}\n${note!.text}`)
      if (time !== undefined && await isEd25519(witness.key, message, bytes.slice(8))) {
        count += 1
        times.push(new Date(Number(time) * 1000).toISOString())
        break
      }
      fault('COSIGNATURE_WRONG', '/checkpoint')
    }
  }
  if (count < trust.quorum) fault('WITNESS_MISSING', '/checkpoint')
  const known = new Set(
    [own, ...await Promise.all(trust.witnesses.map(readKey))].map((k) => `${k?.name} ${k?.id}`),
  )
  // A line that nobody known has signed proves nothing, and is no place to hide a change.
  for (const { name, id } of note?.signatures ?? []) {
    if (!known.has(`${name} ${id}`)) fault('SIGNATURE_OF_NOBODY_KNOWN', '/checkpoint')
  }
  return times
}

/** @see RFC 9162, section 2.1.3.2 */
async function isIncluded(
  leaf: Bytes,
  index: number,
  size: number,
  proof: readonly Bytes[],
  root: Bytes,
): Promise<boolean> {
  if (index >= size) return false
  let fn = BigInt(index)
  let sn = BigInt(size - 1)
  let hash = leaf
  for (const sibling of proof) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      hash = await sha256(concat([Uint8Array.of(1), sibling, hash]))
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else hash = await sha256(concat([Uint8Array.of(1), hash, sibling]))
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && hex(hash) === hex(root)
}

/** A value of DER. @property at where it begins, header included */
interface Der {
  readonly tag: number
  readonly bytes: Bytes
  readonly whole: Bytes
}

function readDer(bytes: Bytes): Der[] {
  const values: Der[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at]!
    let length = bytes[at + 1]
    let from = at + 2
    if (length === undefined) throw new RangeError('DER ends early')
    if (length >= 0x80) {
      const count = length & 0x7f
      if (count === 0 || count > 4) throw new RangeError('a length that DER has not')
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[from + i] ?? NaN)
      from += count
    }
    if (!(from + length <= bytes.length)) throw new RangeError('DER ends early')
    if (from > at + 2 && (length < 0x80 || bytes[at + 2] === 0)) throw new RangeError('not DER')
    values.push({
      tag,
      bytes: bytes.slice(from, from + length),
      whole: bytes.slice(at, from + length),
    })
    at = from + length
  }
  return values
}

const inside = (value: Der | undefined): Der[] => value === undefined ? [] : readDer(value.bytes)

const OID = {
  signedData: '2a864886f70d010702',
  tstInfo: '2a864886f70d0109100104',
  messageDigest: '2a864886f70d010904',
  rsa: '2a864886f70d010101',
  ec: '2a8648ce3d0201',
  p256: '2a8648ce3d030107',
} as const

/** @see RFC 3161, RFC 5652 */
async function checkTimestamp(
  { checkpoint, timestamp }: Bundle,
  trust: Trust,
  fault: OnFault,
): Promise<string | null> {
  if (trust.tsa.length === 0) {
    if (timestamp !== null) fault('TIMESTAMP_UNTRUSTED', '/timestamp')
    return null
  }
  if (timestamp === null) {
    fault('TIMESTAMP_MISSING', '/timestamp')
    return null
  }
  if (!isBase64(timestamp)) {
    fault('TIMESTAMP_WRONG', '/timestamp')
    return null
  }
  try {
    const { stampedAt, imprint, certificate, good } = await readTimestamp(bytesOfBase64(timestamp))
    const note = readNote(checkpoint)
    const expected = hex(await sha256(utf8(note?.text ?? '')))
    if (imprint !== expected) fault('TIMESTAMP_OF_SOMETHING_ELSE', '/timestamp')
    if (!trust.tsa.includes(certificate)) fault('TIMESTAMP_UNTRUSTED', '/timestamp')
    if (!good) fault('TIMESTAMP_WRONG', '/timestamp')
    return stampedAt
  } catch {
    fault('TIMESTAMP_WRONG', '/timestamp')
    return null
  }
}

/** Reads a stamp, strictly: what no signature covers has one form only. */
async function readTimestamp(der: Bytes) {
  const [response] = exactly(readDer(der), '30')
  const parts = inside(response)
  // A response begins with its status, a token with the name of what it is.
  const contentInfo = parts[0]?.tag === 0x06 ? response! : parts[1]
  if (contentInfo !== response) {
    const [status] = exactly(parts, '30', '30')
    demand(hex(status!.bytes) === '020100')
  }
  const [type, wrapped] = exactly(inside(contentInfo), '06', 'a0')
  demand(hex(type!.bytes) === OID.signedData)
  const [signedData] = exactly(inside(wrapped), '30')
  const [version, digests, encapsulated, certificates, signers] = exactly(
    inside(signedData),
    '02',
    '31',
    '30',
    'a0',
    '31',
  )
  demand(hex(version!.bytes) === '03')
  demandSha256(exactly(inside(digests), '30')[0]!)
  const [contentType, contentWrapped] = exactly(inside(encapsulated), '06', 'a0')
  demand(hex(contentType!.bytes) === OID.tstInfo)
  const content = exactly(inside(contentWrapped), '04')[0]!.bytes
  const info = inside(readDer(content)[0])
  const [algorithm, hashed] = inside(info[2])
  demandSha256(algorithm!)
  const time = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(
    new TextDecoder().decode(info[4]!.bytes),
  )
  demand(time !== null)
  const [, y, mo, d, h, mi, s, fraction = ''] = time!
  const stampedAt = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}${fraction.slice(0, 4)}Z`)
    .toISOString()

  const [signer] = exactly(inside(signers), '30')
  const [signerVersion, sid, digest, attributes, signatureAlgorithm, signature] = exactly(
    inside(signer),
    '02',
    '30',
    '30',
    'a0',
    '30',
    '04',
  )
  demand(hex(signerVersion!.bytes) === '01')
  demandSha256(digest!)
  demand(SIGNATURE_ALGORITHMS.has(hex(signatureAlgorithm!.whole)))
  const certificate = inside(certificates).find((one) => {
    const tbs = inside(inside(one)[0])
    const from = tbs[0]!.tag === 0xa0 ? 1 : 0
    // Serial number, then the algorithm, then the issuer.
    return hex(concat([tbs[from + 2]!.whole, tbs[from]!.whole])) === hex(sid!.bytes)
  })
  demand(certificate !== undefined)
  const messageDigest = inside(attributes).map(inside).find(([name]) =>
    hex(name!.bytes) === OID.messageDigest
  )
  const contentDigest = hex(inside(messageDigest?.[1])[0]!.bytes)
  // What is signed are the attributes as a set, whatever tag they stand under.
  const signed = attributes!.whole.slice()
  signed[0] = 0x31
  const good = contentDigest === hex(await sha256(content)) &&
    await isSignature(certificate!, signed, signature!.bytes)
  return {
    stampedAt,
    imprint: hex(hashed!.bytes),
    certificate: hex(await sha256(certificate!.whole)),
    good,
  }
}

/** RSA by either of its names, and ECDSA, with SHA-256. */
const SIGNATURE_ALGORITHMS = new Set([
  '300d06092a864886f70d0101010500',
  '300d06092a864886f70d01010b0500',
  '300a06082a8648ce3d040302',
])

function demand(holds: boolean): void {
  if (!holds) throw new RangeError('not a time stamp as it has to be')
}

/** The values when they are of these tags and no others. */
function exactly(values: readonly Der[], ...tags: readonly string[]): readonly Der[] {
  demand(values.map(({ tag }) => tag.toString(16).padStart(2, '0')).join() === tags.join())
  return values
}

function demandSha256(algorithm: Der): void {
  demand(
    ['300b0609608648016503040201', '300d06096086480165030402010500'].includes(hex(algorithm.whole)),
  )
}

async function isSignature(certificate: Der, message: Bytes, signature: Bytes): Promise<boolean> {
  const tbs = inside(inside(certificate)[0])
  const info = tbs[tbs[0]!.tag === 0xa0 ? 6 : 5]!
  const [algorithm] = inside(info)
  const [name, parameters] = inside(algorithm)
  if (hex(name!.bytes) === OID.rsa) {
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('spki', info.whole, rsa, false, ['verify'])
    return await crypto.subtle.verify(rsa, key, signature, message)
  }
  if (hex(name!.bytes) !== OID.ec || hex(parameters!.bytes) !== OID.p256) return false
  const ec = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('spki', info.whole, ec, false, ['verify'])
  const [r, s] = exactly(inside(exactly(readDer(signature), '30')[0]), '02', '02')
  const raw = concat([fixed(r!.bytes), fixed(s!.bytes)])
  return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, message)
}

/** An integer of DER as 32 bytes. */
function fixed(bytes: Bytes): Bytes {
  const padded = bytes[0] === 0
  demand(bytes.length > 0 && bytes[0]! < 0x80 && (!padded || bytes[1]! >= 0x80))
  const trimmed = padded ? bytes.slice(1) : bytes
  demand(trimmed.length <= 32)
  const out = new Uint8Array(32)
  out.set(trimmed, 32 - trimmed.length)
  return out
}

/** @see RFC 8785 */
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = value as Record<string, unknown>
  return `{${
    Object.keys(members).sort().map((key) => `${JSON.stringify(key)}:${canonical(members[key])}`)
      .join(',')
  }}`
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBase64(text: string, length?: number): boolean {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return false
  try {
    const bytes = atob(text)
    return btoa(bytes) === text && (length === undefined || bytes.length === length)
  } catch {
    return false
  }
}

function bytesOfBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
}

function concat(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
