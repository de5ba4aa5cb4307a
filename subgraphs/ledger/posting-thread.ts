/**
 * The thread of `posting-beside.ts`: it books the groups that it is sent, on a connection of its own.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { openStore, StoreError } from '../kernel/store.ts'
import { AccountCache } from './account-cache.ts'
import { CLOSE, type GroupAnswered, type GroupAsked } from './posting-beside.ts'
import { inThread } from './posting-engine.ts'
import { packAnswers, unpackPostings } from './posting-message.ts'
import type { LedgerTables } from './tables.ts'

let opened: ReturnType<typeof open> | undefined

async function open() {
  const { databaseUrl } = workerData as { databaseUrl: string }
  const store = await openStore<LedgerTables>(databaseUrl, 'ledger', { beside: true })
  const cache = new AccountCache(store)
  return { store, cache, engine: inThread(store, cache) }
}

/** Opened with the first group; where that failed, the next one tries again. */
function opening(): ReturnType<typeof open> {
  return opened ??= open().catch((error) => {
    opened = undefined
    throw error
  })
}

async function book({ tenant, changed, postings }: GroupAsked): Promise<GroupAnswered> {
  try {
    const { cache, engine } = await opening()
    cache.drop(changed)
    const group = unpackPostings(tenant, postings)
    const answers = packAnswers(await engine.book(tenant, () => group), group)
    return { answers, commitMs: engine.commitMs }
  } catch (error) {
    const code = error instanceof StoreError ? error.code : 'failed'
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    // A StoreError puts its code before the message, and so will the one that is made of this.
    return { failed: { code, message: message.replace(`${code}: `, ''), stack } }
  }
}

// One thing at a time: the next is sent once this one is answered.
parentPort!.on('message', async (asked: GroupAsked | typeof CLOSE) => {
  if (asked === CLOSE) await opened?.then(({ store }) => store.close())
  parentPort!.postMessage(asked === CLOSE ? CLOSE : await book(asked))
})
