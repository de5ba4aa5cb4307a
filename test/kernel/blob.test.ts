import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { must } from '../../subgraphs/kernel/result.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'huitong-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let made = 0
const freshFolder = () => join(folder, `f${++made}`)

async function* chunks(...parts: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
}

async function read(content: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of content!) parts.push(part)
  return Buffer.concat(parts)
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

const filesBelow = (below: string) =>
  readdirSync(below, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())

it('gives back the bytes that were put, under their hash', async () => {
  const blobs = folderBlobs(freshFolder())
  const parts = Array.from({ length: 40 }, () => randomBytes(50_000))
  const whole = Buffer.concat(parts)
  const blob = must(await blobs.put('demo', chunks(...parts), 10_000_000))
  expect(blob).toEqual({ hash: sha256(whole), bytes: whole.length })
  expect((await read(await blobs.get('demo', blob.hash))).equals(whole)).toBe(true)
  expect(await blobs.size('demo', blob.hash)).toBe(whole.length)
})

it('keeps an empty file', async () => {
  const blobs = folderBlobs(freshFolder())
  const { hash } = must(await blobs.put('demo', chunks(), 0))
  expect(await blobs.size('demo', hash)).toBe(0)
  expect(await read(await blobs.get('demo', hash))).toHaveLength(0)
})

it('keeps the same content once, also when it is put many times at once', async () => {
  const at = freshFolder()
  const blobs = folderBlobs(at)
  const put = await Promise.all(
    Array.from({ length: 8 }, () => blobs.put('demo', chunks('a', 'b'), 10)),
  )
  expect(new Set(put.map((blob) => must(blob).hash))).toEqual(new Set([sha256('ab')]))
  expect(filesBelow(at).map((f) => f.name)).toEqual([sha256('ab')])
})

it('refuses what is too large and keeps nothing of it', async () => {
  const at = freshFolder()
  const blobs = folderBlobs(at)
  let asked = 0
  async function* endless() {
    for (;;) {
      asked++
      yield new Uint8Array(100)
    }
  }
  expect(await blobs.put('demo', endless(), 250))
    .toMatchObject({ code: 'FILE_TOO_LARGE', detail: { limitBytes: 250 } })
  expect(asked).toBe(3)
  expect(filesBelow(at)).toEqual([])
  expect(await blobs.put('demo', chunks(new Uint8Array(250)), 250)).toMatchObject({ ok: true })
})

it('keeps nothing of a stream that breaks off', async () => {
  const at = freshFolder()
  async function* broken() {
    yield new Uint8Array(10)
    throw new Error('connection lost')
  }
  await expect(folderBlobs(at).put('demo', broken(), 100)).rejects.toThrow('connection lost')
  expect(filesBelow(at)).toEqual([])
})

it('does not let a tenant reach the files of another', async () => {
  const blobs = folderBlobs(freshFolder())
  const { hash } = must(await blobs.put('demo', chunks('secret'), 10))
  expect(await blobs.get('other', hash)).toBeUndefined()
  expect(await blobs.size('other', hash)).toBeUndefined()
})

it.each(['../demo', 'Demo', '', '.', 'a/b', 'a\0', '-a'])(
  'the tenant %j is no folder',
  async (tenant) => {
    const at = freshFolder()
    const blobs = folderBlobs(at)
    const { hash } = must(await blobs.put('demo', chunks('secret'), 10))
    let asked = false
    async function* content() {
      asked = true
      yield new Uint8Array(1)
    }
    await expect(blobs.put(tenant, content(), 10)).rejects.toThrow(RangeError)
    expect(asked).toBe(false)
    expect(await blobs.get(tenant, hash)).toBeUndefined()
    expect(filesBelow(at)).toHaveLength(1)
  },
)

it.each(['', 'x', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(64)}\n`])(
  'the hash %j names nothing',
  async (hash) => {
    const blobs = folderBlobs(freshFolder())
    expect(await blobs.get('demo', hash)).toBeUndefined()
    expect(await blobs.size('demo', hash)).toBeUndefined()
  },
)

it('a folder that cannot be written fails the put and nothing else', async () => {
  const at = join(folder, 'a-file')
  writeFileSync(at, 'in the way')
  await expect(folderBlobs(at).put('demo', chunks('a'), 10)).rejects.toThrow()
  const parts = join(folder, 'blocked')
  const blobs = folderBlobs(parts)
  must(await blobs.put('demo', chunks('a'), 10))
  // The name of the final folder is taken by a file.
  writeFileSync(join(parts, 'other'), 'in the way')
  await expect(blobs.put('other', chunks('b'), 10)).rejects.toThrow()
  expect(filesBelow(join(parts, 'parts'))).toEqual([])
})

it('a reader may stop early', async () => {
  const blobs = folderBlobs(freshFolder())
  const { hash } = must(await blobs.put('demo', chunks(randomBytes(1_000_000)), 2_000_000))
  for await (const part of (await blobs.get('demo', hash))!) {
    expect(part.byteLength).toBeGreaterThan(0)
    break
  }
  expect(await read(await blobs.get('demo', hash))).toHaveLength(1_000_000)
})
