/**
 * Parts of an OOXML package, unpacked within limits.
 *
 * What the directory says of sizes is a claim of whoever made the file: the limits hold for what
 * comes out.
 */
import { Inflate } from 'fflate'
import { ok, refuse, type Result } from '../../../kernel/result.ts'

export type ZipCode = 'FILE_DAMAGED' | 'FILE_EXPANDS' | 'FILE_ENCRYPTED'

/** @property bytesMax of all parts together @property ratioMax unpacked to packed, of one part */
export interface ZipLimits {
  readonly entriesMax: number
  readonly bytesMax: number
  readonly ratioMax: number
}

export const ZIP_LIMITS: ZipLimits = {
  entriesMax: 20_000,
  bytesMax: 300 * 1024 * 1024,
  ratioMax: 400,
}

/** A package whose parts are unpacked when they are asked for. */
export interface ZipPackage {
  readonly names: readonly string[]
  has(name: string): boolean
  /** One part, unpacked. Refuses what grows beyond the limits. */
  read(name: string): Result<Uint8Array, ZipCode>
}

interface Entry {
  readonly method: number
  readonly packed: number
  readonly checksum: number
  readonly at: number
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
/** Below this a high ratio is no danger. */
const SMALL = 1024 * 1024

/** Reads the directory of a ZIP file. */
export function openZip(data: Uint8Array, limits = ZIP_LIMITS): Result<ZipPackage, ZipCode> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const damaged = refuse('FILE_DAMAGED', 'The file is cut short or no package.', '/file')
  let end = data.length - 22
  const lowest = Math.max(0, data.length - 22 - 0xffff)
  while (end >= lowest && view.getUint32(end, true) !== END) end -= 1
  if (end < lowest) return damaged
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if (count > limits.entriesMax) {
    return refuse('FILE_EXPANDS', `A package has at most ${limits.entriesMax} parts.`, '/file')
  }
  const entries = new Map<string, Entry>()
  for (let i = 0; i < count; i++) {
    if (at + 46 > data.length || view.getUint32(at, true) !== CENTRAL) return damaged
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(data.subarray(at + 46, at + 46 + nameLength))
    if ((view.getUint16(at + 8, true) & 1) === 1) {
      return refuse('FILE_ENCRYPTED', 'Parts of the package are encrypted.', '/file')
    }
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    })
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  let total = 0
  return ok({
    names: Array.from(entries.keys()),
    has: (name) => entries.has(name),
    read(name) {
      const entry = entries.get(name)
      if (
        entry === undefined || entry.at + 30 > data.length ||
        view.getUint32(entry.at, true) !== LOCAL
      ) return damaged
      const from = entry.at + 30 + view.getUint16(entry.at + 26, true) +
        view.getUint16(entry.at + 28, true)
      if (from + entry.packed > data.length) return damaged
      const packed = data.subarray(from, from + entry.packed)
      const allowed = Math.min(
        limits.bytesMax - total,
        Math.max(SMALL, packed.length * limits.ratioMax),
      )
      const unpacked = entry.method === 0
        ? (packed.length <= allowed ? ok(packed) : tooLarge())
        : entry.method === 8
        ? inflate(packed, allowed)
        : damaged
      if (!unpacked.ok) return unpacked
      if (crc32(unpacked.value) !== entry.checksum) return damaged
      total += unpacked.value.length
      return unpacked
    },
  })
}

function tooLarge() {
  return refuse(
    'FILE_EXPANDS',
    'A part of the package grows beyond what a document needs.',
    '/file',
  )
}

const CHUNK = 64 * 1024

function inflate(packed: Uint8Array, allowed: number): Result<Uint8Array, ZipCode> {
  const chunks: Uint8Array[] = []
  let length = 0
  const stream = new Inflate((chunk) => {
    length += chunk.length
    // Past the limit nothing is kept; the loop below stops at the next piece.
    if (length <= allowed) chunks.push(chunk)
  })
  try {
    for (let at = 0; at < packed.length; at += CHUNK) {
      stream.push(packed.subarray(at, at + CHUNK), at + CHUNK >= packed.length)
      if (length > allowed) return tooLarge()
    }
  } catch {
    return refuse('FILE_DAMAGED', 'A part of the package cannot be unpacked.', '/file')
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return ok(all)
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
  return n
})

/** @see ISO 3309, as ZIP uses it */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
