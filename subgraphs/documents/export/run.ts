/**
 * Writes an annotated file in a thread of its own.
 */
import { Worker } from 'node:worker_threads'
import type { ExportLine } from './lines.ts'

/** @property document the id of the file's document @property at an instant */
export interface ExportTask {
  readonly kind: 'pdf' | 'docx'
  /** A bare buffer: Deno looks through all that a message holds, byte by byte in a view of one. */
  readonly file: ArrayBuffer
  readonly lines: readonly ExportLine[]
  readonly document: string
  readonly at: string
}

/** The file with its notes. @throws Error when it cannot be written */
export function annotate(
  { file, ...task }: Omit<ExportTask, 'file'> & { readonly file: Uint8Array },
): Promise<Uint8Array> {
  const workerData: ExportTask = { ...task, file: file.slice().buffer as ArrayBuffer }
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    worker.once('message', (bytes: ArrayBuffer) => {
      void worker.terminate()
      resolve(new Uint8Array(bytes))
    })
    worker.once('error', reject)
  })
}
