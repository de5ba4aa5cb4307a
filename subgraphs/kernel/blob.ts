/**
 * Files by content hash.
 *
 * A file is named by the sha256 of its bytes, so that a name proves its content and the same file is
 * kept once. Folders are per tenant: knowing a hash is not a way into another tenant's files.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ok, refuse, type Result } from './result.ts'

/** @property hash sha256 as 64 lower-case hex digits */
export interface Blob {
  readonly hash: string
  readonly bytes: number
}

/** A tenant names a folder. */
const TENANT = /^[a-z0-9][a-z0-9-]*$/

export type BlobCode = 'FILE_TOO_LARGE'

/** Keeps files. */
export interface BlobStore {
  /** Reads to the end of the stream. Refuses with `FILE_TOO_LARGE` past `limitBytes` and keeps nothing. */
  put(
    tenant: string,
    content: AsyncIterable<Uint8Array>,
    limitBytes: number,
  ): Promise<Result<Blob, BlobCode>>
  /** The content, or undefined when this tenant has no such file. */
  get(tenant: string, hash: string): Promise<AsyncIterable<Uint8Array> | undefined>
  size(tenant: string, hash: string): Promise<number | undefined>
}

/** Files in a folder: `<folder>/<tenant>/ab/abcdef…`. */
export function folderBlobs(folder: string): BlobStore {
  const pathOf = (tenant: string, hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash) || !TENANT.test(tenant)) return undefined
    return join(folder, tenant, hash.slice(0, 2), hash)
  }
  const size = async (tenant: string, hash: string) => {
    const path = pathOf(tenant, hash)
    if (path === undefined) return undefined
    return await stat(path).then((s) => s.size, () => undefined)
  }
  return {
    size,
    async put(tenant, content, limitBytes) {
      if (!TENANT.test(tenant)) throw new RangeError(`not a tenant: ${tenant}`)
      const parts = join(folder, 'parts')
      await mkdir(parts, { recursive: true })
      const part = join(parts, randomUUID())
      const digest = createHash('sha256')
      const file = await open(part, 'wx')
      let bytes = 0
      try {
        for await (const chunk of content) {
          bytes += chunk.byteLength
          if (bytes > limitBytes) {
            return refuse('FILE_TOO_LARGE', `A file has at most ${limitBytes} bytes.`, '/file', {
              limitBytes,
            })
          }
          digest.update(chunk)
          await file.appendFile(chunk)
        }
        // Whoever is given the hash writes it into a database that outlives a power cut.
        await file.sync()
        const hash = digest.digest('hex')
        const path = pathOf(tenant, hash)!
        await mkdir(join(path, '..'), { recursive: true })
        // A rename is atomic: nobody ever reads half a file under its final name.
        await rename(part, path)
        return ok({ hash, bytes })
      } finally {
        await file.close()
        await rm(part, { force: true })
      }
    },
    async get(tenant, hash) {
      if (await size(tenant, hash) === undefined) return undefined
      return Readable.toWeb(
        createReadStream(pathOf(tenant, hash)!),
      ) as unknown as AsyncIterable<Uint8Array>
    },
  }
}
