/**
 * The thread that builds rows: one message in, one out.
 */
import { parentPort } from 'node:worker_threads'
import { buffersOf, buildFor } from './compact.ts'

parentPort!.once('message', (columns: Parameters<typeof buildFor>[0]) => {
  const { nodes, offsets, targets, edgeOf } = buildFor(columns)
  const own = offsets.slice()
  const transfer = buffersOf(own, targets, edgeOf)
  parentPort!.postMessage({ nodes, offsets: own, targets, edgeOf }, transfer)
})
