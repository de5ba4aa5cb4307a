/**
 * A thread that dies of the first group that it is sent, and one that lives in its place. It throws
 * when its URL says `?throws`, and otherwise just ends.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

const died = `${(workerData as { databaseUrl: string }).databaseUrl.slice('file:'.length)}/died`

if (existsSync(died)) {
  await import('../../subgraphs/ledger/posting-thread.ts')
} else {
  parentPort!.once('message', () => {
    writeFileSync(died, '')
    if (import.meta.url.endsWith('?throws')) throw new Error('as it was told to')
    process.exit(1)
  })
}
