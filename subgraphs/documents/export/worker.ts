/**
 * The thread that writes an annotated file: a long PDF takes seconds.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { commentedDocx } from './docx.ts'
import type { ExportTask } from './run.ts'
import { annotatedPdf } from './pdf.ts'

const { kind, file, lines, document, at } = workerData as ExportTask
parentPort!.postMessage(
  kind === 'pdf' ? await annotatedPdf(file, lines, document) : commentedDocx(file, lines, at),
)
