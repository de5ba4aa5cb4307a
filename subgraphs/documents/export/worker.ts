/**
 * The thread that writes an annotated file: a long PDF takes seconds.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { commentedDocx } from './docx.ts'
import type { ExportTask } from './run.ts'
import { annotatedPdf } from './pdf.ts'

const { kind, file, lines, document, at } = workerData as ExportTask
const bytes = new Uint8Array(file)
const written = kind === 'pdf'
  ? await annotatedPdf(bytes, lines, document)
  : commentedDocx(bytes, lines, at)
parentPort!.postMessage(written.slice().buffer)
