/**
 * Uploading a file, with how far it is: `fetch` does not tell, so by XMLHttpRequest.
 */
import type { Carry } from '../ask/send.ts'

/** As the server has it by default; a larger file is not sent at all. */
export const FILE_LIMIT_BYTES = 256 * 1024 * 1024

/** `1536` → `1.5 KiB`. */
export function fileSize(bytes: number): string {
  const step = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2
  const value = bytes / 1024 ** step
  return `${Number(value.toFixed(1))} ${['B', 'KiB', 'MiB'][step]}`
}

/** @property status as of HTTP */
export type Uploaded =
  & { readonly status: number }
  & (
    | { readonly ok: true; readonly hash: string }
    | { readonly ok: false; readonly code: string; readonly message: string }
  )

/** @param progress told whole percents @throws Failure when the server does not answer */
export function uploadFile(file: File, progress: (percent: number) => void): Carry<Uploaded> {
  return (token) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('POST', '/files')
      request.setRequestHeader('authorization', `Bearer ${token}`)
      request.responseType = 'json'
      request.upload.addEventListener('progress', ({ loaded, total }) => {
        progress(total === 0 ? 100 : Math.floor(100 * loaded / total))
      })
      request.addEventListener('load', () => {
        const { hash, code, title } = (request.response ?? {}) as Record<string, string | undefined>
        const { status } = request
        if (status === 201 && hash !== undefined) resolve({ status, ok: true, hash })
        else resolve({ status, ok: false, code: code ?? `HTTP ${status}`, message: title ?? '' })
      })
      request.addEventListener('error', () => {
        reject({ offline: true, message: 'upload', trace: undefined })
      })
      progress(0)
      request.send(file)
    })
}
