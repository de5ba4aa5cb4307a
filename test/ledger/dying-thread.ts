/**
 * A thread that dies of the first group that it is sent, and one that lives in its place.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

const died = `${(workerData as { databaseUrl: string }).databaseUrl.slice('file:'.length)}/died`

if (existsSync(died)) {
  await import('../../subgraphs/ledger/posting-thread.ts')
} else {
  parentPort!.once('message', () => {
    writeFileSync(died, '')
    process.exit(1)
  })
}
