/**
 * The ledger itself under load: accounts with limits and numbers, postings in flight.
 */
import { join } from 'node:path'
import { folderBlobs } from '../../../subgraphs/kernel/blob.ts'
import { bodyHashOf } from '../../../subgraphs/kernel/once.ts'
import { systemPorts } from '../../../subgraphs/kernel/ports.ts'
import { rowsStatement, type Store } from '../../../subgraphs/kernel/store.ts'
import { dateOf } from '../../../subgraphs/kernel/time.ts'
import { AccountCache } from '../../../subgraphs/ledger/account-cache.ts'
import type { Draft } from '../../../subgraphs/ledger/book.ts'
import { ledger, type RunningLedger } from '../../../subgraphs/ledger/mod.ts'
import { PostingBeside } from '../../../subgraphs/ledger/posting-beside.ts'
import { inThread } from '../../../subgraphs/ledger/posting-engine.ts'
import { PostingChoice } from '../../../subgraphs/ledger/posting-choice.ts'
import { PostingQueue } from '../../../subgraphs/ledger/posting-queue.ts'
import type { LedgerTables } from '../../../subgraphs/ledger/tables.ts'
import { ACCOUNTS, pick, type Rate } from './raw.ts'

export const TENANT = 'bank'

/** A ledger in a folder, with accounts. */
export interface OwnLedger {
  readonly running: RunningLedger
  readonly store: Store<LedgerTables>
  readonly queue: PostingQueue
}

const addAccounts = rowsStatement<LedgerTables>(
  ['text', 'text', 'text', 'text'],
  (values) =>
    `insert into account_record (tenant_id, id, institution, subject, currency, number, customer, ` +
    `product, normal, status, min_balance, max_balance, opened_at) ` +
    `select a.column1, a.column2, '1001', '2011', 'CNY', a.column3, a.column4, null, 'CREDIT', 'OPEN', ` +
    `-1000000000000, 1000000000000000, '2026-01-01T00:00:00.000Z' from (${values}) as a`,
)

/**
 * Opens a ledger with `accounts` accounts of customers.
 *
 * @param always beside: every group is booked in a thread of its own, and not where it takes least
 */
export async function openOwn(
  folder: string,
  { accounts = ACCOUNTS, always }: { accounts?: number; always?: 'beside' } = {},
): Promise<OwnLedger> {
  const databaseUrl = `file:${folder}`
  const running = await ledger.open({
    databaseUrl,
    ports: systemPorts(),
    blobs: folderBlobs(join(folder, 'files')),
    report: (error) => {
      throw error
    },
  })
  await running.provision({
    tenant: TENANT,
    institutions: { '1001': { zh: '总行', en: 'Head office' } },
  })
  const store = running.store as unknown as Store<LedgerTables>
  for (let from = 1; from <= accounts; from += 20_000) {
    const count = Math.min(20_000, accounts - from + 1)
    await store.write((tx) =>
      addAccounts(
        tx,
        Array.from({ length: count }, (_, i) => [
          TENANT,
          accountId(from + i),
          `62${(from + i).toString().padStart(12, '0')}`,
          `cus_${from + i}`,
        ]),
      )
    )
  }
  await store.write((tx) =>
    tx.insertInto('account_balance').columns([
      'account_no',
      'balance',
      'held',
      'day_debit',
      'day_credit',
    ]).expression((eb) =>
      eb.selectFrom('account_record').select([
        'account_no',
        eb.lit(0).as('balance'),
        eb.lit(0).as('held'),
        eb.lit(0).as('day_debit'),
        eb.lit(0).as('day_credit'),
      ]).where(
        'account_no',
        'not in',
        (eb) => eb.selectFrom('account_balance').select('account_no'),
      )
    ).execute()
  )
  const cache = new AccountCache(store)
  const beside = new PostingBeside(databaseUrl, store, cache)
  const engine = always === 'beside'
    ? beside
    : new PostingChoice(inThread(store, cache), beside, cache)
  return {
    store,
    queue: new PostingQueue(engine),
    running: {
      ...running,
      async stop() {
        await engine.close()
        await running.stop()
      },
    },
  }
}

export function accountId(n: number): string {
  return `acc_${n.toString().padStart(26, '0')}`
}

const ports = systemPorts()
let keys = 0

/**
 * One transfer. @param full as an order's: with its serial, an event to tell, and so a place in the
 * lineage; otherwise as by hand
 */
export async function post({ queue }: OwnLedger, full: boolean, hot = false): Promise<void> {
  keys += 1
  const at = ports.clock.now()
  const bookingOn = dateOf(at)
  const leg = (account: string, side: 'DEBIT' | 'CREDIT') =>
    ({ account, institution: '', subject: '', currency: 'CNY', side, minor: 5n }) as const
  const draft: Draft = {
    head: {
      tenant: TENANT,
      id: ports.ids.next('vch'),
      kind: 'MANUAL',
      serial: full ? `OA20261123-${keys}` : null,
      eventId: null,
      eventType: null,
      eventHash: null,
      ruleVersion: null,
      reverses: null,
      bookingOn,
      valueOn: bookingOn,
      recordedAt: at,
      postedBy: 'bench',
      summary: 'transfer',
    },
    legs: [leg(accountId(hot ? 1 : pick()), 'DEBIT'), leg(accountId(pick()), 'CREDIT')],
    announceId: ports.ids.next('evt'),
  }
  const key = `bench-${keys}`
  const done = await queue.post({ key, bodyHash: bodyHashOf(key), draft })
  if (!done.ok) throw new Error(`${done.code}: ${done.message}`)
}

/** Postings with so many in flight for `ms` milliseconds; latencies in milliseconds, sorted. */
export async function load(
  own: OwnLedger,
  { flight, ms, full, hot = false }: { flight: number; ms: number; full: boolean; hot?: boolean },
): Promise<Rate & { readonly latencies: readonly number[] }> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const latencies: number[] = []
  await Promise.all(Array.from({ length: flight }, async () => {
    while (performance.now() - began < ms) {
      const sent = performance.now()
      await post(own, full, hot)
      latencies.push(performance.now() - sent)
    }
  }))
  const used = process.cpuUsage(cpu)
  return {
    perSecond: latencies.length / ((performance.now() - began) / 1000),
    cpuUs: (used.user + used.system) / latencies.length,
    latencies: latencies.toSorted((a, b) => a - b),
  }
}
