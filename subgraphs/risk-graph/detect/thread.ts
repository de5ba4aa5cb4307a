/**
 * The thread that detects: one message in, one out.
 */
import { parentPort } from 'node:worker_threads'
import { detectFor, type Task } from './beside.ts'

parentPort!.once('message', (task: Task) => parentPort!.postMessage(detectFor(task)))
