/**
 * The ledger against the engine below it and against PostgreSQL, in one run on one disk.
 *
 * `BENCH_SECONDS` per measurement (2), `BENCH_DAY_END_ACCOUNTS` for the largest day's end (100,000).
 */
import '../../gateway/environment.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute, parse } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { plusDays } from '../../subgraphs/kernel/time.ts'
import { ledgerSchema } from '../../subgraphs/ledger/graph.ts'
import { balanceAsOf } from '../../subgraphs/ledger/store/account.ts'
import { trialBalance } from '../../subgraphs/ledger/store/report.ts'
import { accountEntries, entryNo } from '../../subgraphs/ledger/store/voucher.ts'
import { verifyBooks } from '../../subgraphs/ledger/verify.ts'
import { actor } from '../support/actors.ts'
import { accountId, load, openOwn, type OwnLedger, TENANT } from './ledger/own.ts'
import { type PostgresPeer, startPeer } from './ledger/postgres-peer.ts'
import {
  commitMs,
  groupMs,
  integerTransfers,
  openLibsql,
  openNodeSqlite,
  pick,
  type Rate,
  runRaw,
  textTransfers,
} from './ledger/raw.ts'
import { median, type Parts, type Report } from './report.ts'

const MS = Number(process.env.BENCH_SECONDS ?? 2) * 1000
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const DAY_END_ACCOUNTS = Number(process.env.BENCH_DAY_END_ACCOUNTS ?? 100_000)

/** The suite's parts by name. */
export const PARTS: Parts = {
  posting: inFolder(benchPosting),
  graph: inFolder(benchGraph),
  reads: inFolder(benchReads),
  'day-end': inFolder(benchDayEnd),
}

/** Gives a part a folder of its own, and takes it away after. */
function inFolder(bench: (folder: string, report: Report) => Promise<void>) {
  return async (report: Report) => {
    const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-ledger-'))
    try {
      await bench(folder, report)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function figure(
  report: Report,
  name: string,
  value: number,
  unit: string,
  compared?: { peer: string; ratio: number; bar?: string; ok?: boolean },
): void {
  report({ suite: 'ledger', case: name, value, unit, ...compared })
}

/** A bar on a ratio that is to be at least so much, or at most. */
function bar(peer: string, ratio: number, least: number): Parameters<typeof figure>[4] {
  return { peer, ratio, bar: `>= ${least}`, ok: ratio >= least }
}

async function benchPosting(folder: string, report: Report): Promise<void> {
  const integers = openLibsql(folder, 'raw-integers')
  const texts = openLibsql(folder, 'raw-texts')
  const [byInteger, byText] = [integerTransfers(integers), textTransfers(texts)]
  const node = await openNodeSqlite(folder)
  const byNode = node === undefined ? undefined : integerTransfers(node)
  const own = await openOwn(join(folder, 'own'))
  const peer = await startPeer()
  const rounds: Record<string, Rate[]> = {}
  const add = (name: string, rate: Rate) => (rounds[name] ??= []).push(rate)
  const latencies: number[] = []
  const commits: number[] = []
  const groups: number[] = []
  try {
    // Interleaved, so that what else the machine does is shared by all.
    for (let round = 0; round < ROUNDS; round++) {
      commits.push(commitMs(integers))
      groups.push(groupMs(integers, byInteger))
      add('raw', runRaw(integers, byInteger, { batch: 100, ms: MS }))
      add('raw hot', runRaw(integers, byInteger, { batch: 100, ms: MS / 2, hot: true }))
      add('raw text', runRaw(texts, byText, { batch: 100, ms: MS }))
      if (byNode !== undefined) add('node', runRaw(node!, byNode, { batch: 100, ms: MS / 2 }))
      const at64 = await load(own, { flight: 64, ms: MS, full: true })
      add('full 64', at64)
      latencies.push(at64.latencies[Math.floor(at64.latencies.length * 0.99)]!)
      add('full 256', await load(own, { flight: 256, ms: MS, full: true }))
      add('bare 64', await load(own, { flight: 64, ms: MS, full: false }))
      add('hot 64', await load(own, { flight: 64, ms: MS, full: true, hot: true }))
      add('postgres', await ofPeer(peer, false))
      add('postgres hot', await ofPeer(peer, true))
    }
    const findings = await verifyBooks(own.store, TENANT)
    if (findings.length > 0) throw new Error(`the books do not verify: ${findings[0]!.message}`)
  } finally {
    await own.running.stop()
    await peer.stop()
  }
  reportPosting(rounds, report)
  const p99 = median(latencies)
  const commit = median(commits)
  figure(report, 'p99 of a full posting, 64 in flight', p99, 'ms', {
    peer: 'one commit of one row',
    ratio: p99 / commit,
    bar: '<= 4',
    ok: p99 / commit <= 4,
  })
  figure(report, 'p99 of a full posting, 64 in flight', p99, 'ms', {
    peer: 'one commit of 64 bare transfers',
    ratio: p99 / median(groups),
  })
}

async function ofPeer(peer: PostgresPeer, hot: boolean): Promise<Rate> {
  return { perSecond: await peer.run(32, MS, hot), cpuUs: NaN }
}

function reportPosting(rounds: Readonly<Record<string, Rate[]>>, report: Report): void {
  const rate = (name: string) => median(rounds[name]!.map((one) => one.perSecond))
  // The least is what the work itself costs; the rest is the machine's other work.
  const cpu = (name: string) => Math.min(...rounds[name]!.map((one) => one.cpuUs))
  const raw = 'raw libsql, batch 100'
  const s = '/s'
  figure(report, `${raw}: integer keys (the limit)`, rate('raw'), s)
  figure(report, `${raw}: keys as the ledger has them`, rate('raw text'), s)
  if (rounds.node !== undefined) figure(report, 'raw node:sqlite, batch 100', rate('node'), s)
  for (const [flight, least] of [[64, 0.5], [256, 0.6]] as const) {
    const own = rate(`full ${flight}`)
    const name = `full posting, ${flight} in flight`
    figure(report, name, own, s, bar(raw, own / rate('raw'), least))
    figure(report, `${name}, own keys`, own, s, { peer: raw, ratio: own / rate('raw text') })
  }
  const bare = rate('bare 64')
  figure(report, 'posting by hand, 64 in flight', bare, s, bar(raw, bare / rate('raw'), 0.8))
  const full = cpu('full 64')
  const times = full / cpu('raw')
  figure(report, 'CPU of a full posting, 64 in flight', full, 'us', {
    peer: raw,
    ratio: times,
    bar: '<= 2',
    ok: times <= 2,
  })
  figure(report, 'CPU of a full posting, 256 in flight', cpu('full 256'), 'us', {
    peer: `${raw}, own keys`,
    ratio: cpu('full 256') / cpu('raw text'),
  })
  const postgres = 'PostgreSQL, stored function, 32 clients'
  figure(report, postgres, rate('postgres'), s)
  for (const [name, least] of [['full 64', 1.5], ['full 256', 2.5]] as const) {
    const own = rate(name)
    figure(report, `${name} in flight`, own, s, bar(postgres, own / rate('postgres'), least))
  }
  const hot = rate('hot 64')
  figure(
    report,
    'one hot account, 64 in flight',
    hot,
    s,
    bar(`${postgres}, hot`, hot / rate('postgres hot'), 5),
  )
}

const SINGLE = `mutation ($input: PostVoucherInput!) {
  postVoucher(input: $input) { ... on Voucher { id } ... on LedgerRefusal { code } }
}`
const BATCH = `mutation ($input: PostVouchersInput!) {
  postVouchers(input: $input) { ... on PostedBatch { posted } ... on LedgerRefusal { code } }
}`

type Answer = Record<string, Record<string, unknown>>

/** One GraphQL operation of an accountant, whatever it goes through. */
type Run = (query: string, input: unknown) => Promise<Answer>

/** Through Yoga in process, from the bytes of a request to the bytes of its answer: as a client's. */
function throughYoga(own: OwnLedger): Run {
  const asker = { actor: actor(TENANT, 'accountant'), traceId: 'bench' }
  const yoga = createYoga({
    schema: ledgerSchema(),
    context: () => own.running.context(asker) as object,
    logging: false,
    graphiql: false,
  })
  return async (query, input) => {
    const response = await yoga.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input } }),
    })
    const done = await response.json() as { data: Answer; errors?: { message: string }[] }
    if (done.errors !== undefined) throw new Error(done.errors[0]!.message)
    return done.data
  }
}

/** The executor alone, on a document that is read already. */
function throughExecutor(own: OwnLedger): Run {
  const schema = ledgerSchema()
  const contextValue = own.running.context({
    actor: actor(TENANT, 'accountant'),
    traceId: 'bench',
  })
  const documents = new Map([SINGLE, BATCH].map((query) => [query, parse(query)]))
  return async (query, input) => {
    const document = documents.get(query)!
    const done = await execute({ schema, document, contextValue, variableValues: { input } })
    if (done.errors !== undefined) throw done.errors[0]!
    return done.data as Answer
  }
}

/** Through GraphQL in process: single mutations against one that does nothing, and a batch. */
async function benchGraph(folder: string, report: Report): Promise<void> {
  const own = await openOwn(folder)
  const [yoga, executor] = [throughYoga(own), throughExecutor(own)]
  let keys = 0
  const input = () => {
    const amount = { amount: '0.05', currency: 'CNY' }
    return {
      idempotencyKey: `graph-${(++keys).toString().padStart(8, '0')}`,
      summary: 'transfer',
      legs: [
        { account: accountId(pick()), side: 'DEBIT', amount },
        { account: accountId(pick()), side: 'CREDIT', amount },
      ],
    }
  }
  /** The same mutation, refused before it does anything: all that GraphQL costs, and nothing else. */
  const noop = { ...input(), summary: 'a\0' }
  const measure = async (flight: number, one: () => Promise<number>) => {
    const began = performance.now()
    let done = 0
    await Promise.all(Array.from({ length: flight }, async () => {
      while (performance.now() - began < MS) {
        // Not `done += await`: that adds to what was there before the others added theirs.
        const more = await one()
        done += more
      }
    }))
    return done / ((performance.now() - began) / 1000)
  }
  const nothing = (run: Run) => measure(64, async () => (await run(SINGLE, noop), 1))
  const single = (run: Run) =>
    measure(64, async () => {
      const { postVoucher } = await run(SINGLE, input())
      if (postVoucher!.id === undefined) throw new Error(String(postVoucher!.code))
      return 1
    })
  const rates: Record<string, number[]> = {}
  const add = (name: string, rate: number) => (rates[name] ??= []).push(rate)
  for (let round = 0; round < ROUNDS; round++) {
    add('nothing', await nothing(yoga))
    add('single', await single(yoga))
    add('nothing, executor', await nothing(executor))
    add('single, executor', await single(executor))
    add(
      'batch',
      await measure(2, async () => {
        const vouchers = Array.from({ length: 100 }, input)
        return (await yoga(BATCH, { vouchers })).postVouchers!.posted as number
      }),
    )
    add('direct', (await load(own, { flight: 200, ms: MS, full: false })).perSecond)
  }
  await own.running.stop()
  const rate = (name: string) => median(rates[name]!)
  figure(report, 'GraphQL mutation that does nothing, 64 in flight', rate('nothing'), '/s')
  figure(
    report,
    'GraphQL single postings, 64 in flight',
    rate('single'),
    '/s',
    bar('a mutation that does nothing', rate('single') / rate('nothing'), 0.7),
  )
  figure(
    report,
    'GraphQL single postings, 64 in flight, the executor alone',
    rate('single, executor'),
    '/s',
    {
      peer: 'a mutation that does nothing, the executor alone',
      ratio: rate('single, executor') / rate('nothing, executor'),
    },
  )
  figure(
    report,
    'GraphQL batches of 100, postings',
    rate('batch'),
    '/s',
    bar('postings without GraphQL', rate('batch') / rate('direct'), 0.6),
  )
}

/** Reports over much: the general ledger of many days, an account with many entries. */
async function benchReads(folder: string, report: Report): Promise<void> {
  const own = await openOwn(folder, 100)
  const days = 250
  await fillGeneral(own, days)
  await fillAccount(own, 100_000)
  const ms = async (times: number, read: () => Promise<unknown>) => {
    await read()
    const took: number[] = []
    for (let i = 0; i < times; i++) {
      const began = performance.now()
      await read()
      took.push(performance.now() - began)
    }
    return median(took)
  }
  const limit = (name: string, value: number, most: number) =>
    report({
      suite: 'ledger',
      case: name,
      value,
      unit: 'ms',
      bar: `<= ${most} ms`,
      ok: value <= most,
    })
  const { read } = own.store
  limit(
    'trial balance over the days of 10 million entries',
    await ms(
      5,
      () =>
        trialBalance(read, TENANT, {
          from: '2025-06-01',
          to: '2025-12-31',
          institution: undefined,
        }),
    ),
    200,
  )
  const account = accountId(1)
  limit(
    'balance as of a day, of an account with 100,000 entries',
    await ms(50, () => balanceAsOf(read, TENANT, account, { bookedBy: '2025-06-30' })),
    1,
  )
  limit(
    'statement page of 50, of an account with 100,000 entries',
    await ms(50, () => accountEntries(read, TENANT, account, { limit: 50, after: undefined })),
    5,
  )
  await own.running.stop()
}

/** 10 institutions, 50 subjects, 250 days: what 10 million entries of them come to. */
async function fillGeneral({ store }: OwnLedger, days: number): Promise<void> {
  for (let institution = 0; institution < 10; institution++) {
    await store.write(async (tx) => {
      for (let subject = 0; subject < 50; subject++) {
        for (let day = 0; day < days; day += 125) {
          await tx.insertInto('general_day').values(
            Array.from({ length: 125 }, (_, i) => ({
              tenant_id: TENANT,
              institution: String(2000 + institution),
              subject: String(6000 + subject),
              currency: 'CNY',
              booking_on: plusDays('2025-01-01', day + i),
              debit: 80_000n,
              credit: 80_000n,
            })),
          ).execute()
        }
      }
    })
  }
}

/** Entries of one account over 250 days, with their daily sums. */
async function fillAccount({ store }: OwnLedger, entries: number): Promise<void> {
  const id = accountId(1)
  const perDay = entries / 250
  const { account_no } = await store.read.selectFrom('account').select('account_no')
    .where('id', '=', id).executeTakeFirstOrThrow()
  let last: bigint | null = null
  for (let day = 0; day < 250; day++) {
    const on = plusDays('2025-01-01', day)
    await store.write(async (tx) => {
      for (let i = 0; i < perDay; i += 100) {
        const numbers = Array.from({ length: 100 }, (_, k) => BigInt(day * perDay + i + k + 1))
        await tx.insertInto('voucher').values(numbers.map((no) => ({
          voucher_no: no,
          tenant_id: TENANT,
          id: `vch_${no.toString().padStart(26, '0')}`,
          number: `n${no}`,
          kind: 'MANUAL',
          serial: null,
          event_id: null,
          event_type: null,
          rule_version: null,
          reverses: null,
          booking_on: on,
          value_on: on,
          recorded_at: `${on}T04:00:00.000Z`,
          posted_by: 'bench',
          summary: 's',
          hash: new Uint8Array(32),
          link: BigInt(day + 1),
          red: 0n,
          posting_key: null,
          body_hash: null,
          hold_id: null,
          channel: null,
        }))).execute()
        await tx.insertInto('entry_line').values(numbers.map((no) => {
          const prev_entry = last
          last = entryNo(no, 1n)
          return { entry_no: last, account_no, amount: 1n, balance_after: 0n, prev_entry }
        })).execute()
      }
      await tx.insertInto('account_day').values({
        tenant_id: TENANT,
        account_id: id,
        booking_on: on,
        value_on: on,
        debit: BigInt(perDay),
        credit: 0n,
      }).execute()
      await tx.updateTable('account_balance').set({ last_entry: last })
        .where('account_no', '=', account_no).execute()
    })
  }
}

/** A day's end over accounts that bear interest: cost per account, at three sizes. */
async function benchDayEnd(folder: string, report: Report): Promise<void> {
  const sizes = [DAY_END_ACCOUNTS / 10, DAY_END_ACCOUNTS].map(Math.floor)
  const costs: number[] = []
  for (const size of sizes) {
    const own = await openOwn(join(folder, `day-end-${size}`), size)
    await own.store.write(async (tx) => {
      await tx.updateTable('account_balance').set({ balance: -3_600_000n }).execute()
      await tx.insertInto('interest_account')
        .columns([
          'tenant_id',
          'account_id',
          'rate_key',
          'day_count',
          'accrued_to',
          'accrued_minor',
          'accrued_rest',
          'posted',
        ])
        .expression((eb) =>
          eb.selectFrom('account').select([
            'tenant_id',
            'id',
            eb.val('rate.deposit.demand').as('rate_key'),
            eb.val('ACT/360').as('day_count'),
            eb.val(plusDays(new Date().toISOString().slice(0, 10), -2)).as('accrued_to'),
            eb.lit(0).as('a'),
            eb.lit(0).as('r'),
            eb.lit(0).as('p'),
          ])
        ).execute()
      // The general ledger has them, too, or the day would not close.
      await tx.insertInto('general_day').values({
        tenant_id: TENANT,
        institution: '1001',
        subject: '2011',
        currency: 'CNY',
        booking_on: '2025-01-01',
        debit: 0n,
        credit: 3_600_000n * BigInt(size),
      }).execute()
    })
    const context = own.running.context({ actor: actor(TENANT, 'accountant'), traceId: 'b' })
    const { days, jobs } = (context as unknown as {
      ledger: {
        days: { endDay(i: { dryRun: boolean }): Promise<{ ok: boolean; value?: string }> }
        jobs: { watch(t: string, id: string): AsyncIterable<{ state: string; error: unknown }> }
      }
    }).ledger
    const before = process.memoryUsage().rss
    const cpu = process.cpuUsage()
    const began = performance.now()
    const started = await days.endDay({ dryRun: false })
    let last: { state: string; error: unknown } | undefined
    for await (const job of jobs.watch(TENANT, started.value!)) last = job
    if (last!.state !== 'DONE') throw new Error(String(last!.error))
    const seconds = (performance.now() - began) / 1000
    const used = process.cpuUsage(cpu)
    const cost = (used.user + used.system) / size
    costs.push(cost)
    const grown = (process.memoryUsage().rss - before) / 2 ** 20
    figure(report, `day's end over ${size} accounts`, size / seconds, 'accounts/s')
    figure(report, `day's end over ${size} accounts, CPU of an account`, cost, 'us')
    figure(report, `day's end over ${size} accounts, memory grown by`, grown, 'MB')
    await own.running.stop()
  }
  const growth = costs[1]! / costs[0]!
  report({
    suite: 'ledger',
    case: `day's end, CPU of an account at ${sizes[1]} against ${sizes[0]}`,
    value: growth,
    unit: 'x',
    bar: '<= 1.5',
    ok: growth <= 1.5,
  })
}
