/**
 * Writes an annotated file in a thread of its own.
 */
import { Worker } from 'node:worker_threads'
import type { ExportLine } from './lines.ts'

/** @property document the id of the file's document @property at an instant */
export interface ExportTask {
  readonly kind: 'pdf' | 'docx'
  readonly file: Uint8Array
  readonly lines: readonly ExportLine[]
  readonly document: string
  readonly at: string
}

/** The file with its notes. @throws Error when it cannot be written */
export function annotate(task: ExportTask): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task })
    worker.once('message', (bytes: Uint8Array) => {
      void worker.terminate()
      resolve(bytes)
    })
    worker.once('error', reject)
  })
}
