/**
 * A thread that dies of the first group that it is sent: one just ends, the next one throws, and the
 * third lives in their place.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

const folder = (workerData as { databaseUrl: string }).databaseUrl.slice('file:'.length)
const [ended, threw] = [`${folder}/ended`, `${folder}/threw`]
const buffers: Uint8Array[] = []

if (!existsSync(ended)) {
  parentPort!.once('message', () => {
    writeFileSync(ended, '')
    process.exit(1)
  })
} else if (!existsSync(threw)) {
  parentPort!.once('message', () => {
    writeFileSync(threw, '')
    // To give them back takes tens of milliseconds: between what is told of an error and the end.
    buffers.push(...Array.from({ length: 100_000 }, () => new Uint8Array(600)))
    throw new Error('as it is meant to')
  })
} else {
  await import('../../subgraphs/ledger/posting-thread.ts')
}
