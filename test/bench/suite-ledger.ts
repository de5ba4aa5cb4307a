/**
 * The ledger against the engine below it and against PostgreSQL, in one run on one disk.
 *
 * `BENCH_SECONDS` per measurement (2), `BENCH_DAY_END_ACCOUNTS` for the largest day's end (100,000).
 */
import '../../gateway/environment.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plusDays } from '../../subgraphs/kernel/time.ts'
import { balanceAsOf } from '../../subgraphs/ledger/store/account.ts'
import { trialBalance } from '../../subgraphs/ledger/store/report.ts'
import { accountEntries } from '../../subgraphs/ledger/store/statement.ts'
import { verifyBooks } from '../../subgraphs/ledger/verify.ts'
import { actor } from '../support/actors.ts'
import { bar, figure, MS, ROUNDS } from './ledger/figures.ts'
import { fillAccount, fillGeneral } from './ledger/fill.ts'
import { benchGraph } from './ledger/graph.ts'
import { accountId, load, openOwn, TENANT } from './ledger/own.ts'
import { type PostgresPeer, startPeer } from './ledger/postgres-peer.ts'
import {
  commitMs,
  groupMs,
  integerTransfers,
  openLibsql,
  openNodeSqlite,
  type Rate,
  runRaw,
  textTransfers,
} from './ledger/raw.ts'
import { median, type Parts, type Report } from './report.ts'

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

async function benchPosting(folder: string, report: Report): Promise<void> {
  const integers = openLibsql(folder, 'raw-integers')
  const texts = openLibsql(folder, 'raw-texts')
  const [byInteger, byText] = [integerTransfers(integers), textTransfers(texts)]
  const node = await openNodeSqlite(folder)
  const byNode = node === undefined ? undefined : integerTransfers(node)
  const own = await openOwn(join(folder, 'own'))
  const beside = await openOwn(join(folder, 'beside'), { always: 'beside' })
  const peer = await startPeer()
  const rounds: Record<string, Rate[]> = {}
  const add = (name: string, rate: Rate) => (rounds[name] ??= []).push(rate)
  const latencies: number[] = []
  const commits: number[] = []
  const groups: number[] = []
  try {
    // What is measured is a ledger that has been at work, as the statements of the others have.
    for (const ledger of [own, beside]) await load(ledger, { flight: 64, ms: 2 * MS, full: true })
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
      add('full 64 beside', await load(beside, { flight: 64, ms: MS, full: true }))
      add('full 256 beside', await load(beside, { flight: 256, ms: MS, full: true }))
      add('bare 64 beside', await load(beside, { flight: 64, ms: MS, full: false }))
      add('postgres', await ofPeer(peer, false))
      add('postgres hot', await ofPeer(peer, true))
    }
    const findings = await verifyBooks(own.store, TENANT)
    if (findings.length > 0) throw new Error(`the books do not verify: ${findings[0]!.message}`)
  } finally {
    await own.running.stop()
    await beside.running.stop()
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
  for (const name of ['full 64', 'full 256', 'bare 64']) {
    const rateBeside = rate(`${name} beside`)
    figure(report, `${name} in flight, always in a thread beside`, rateBeside, s, {
      peer: raw,
      ratio: rateBeside / rate('raw'),
    })
  }
  const full = cpu('full 64')
  const times = full / cpu('raw')
  figure(report, 'CPU of a full posting, 64 in flight', full, 'us', {
    peer: raw,
    ratio: times,
    bar: '<= 2',
    ok: times <= 2,
  })
  const cpuBeside = cpu('full 64 beside')
  figure(
    report,
    'CPU of a full posting, 64 in flight, always in a thread beside',
    cpuBeside,
    'us',
    {
      peer: raw,
      ratio: cpuBeside / cpu('raw'),
    },
  )
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

/** Reports over much: the general ledger of many days, an account with many entries. */
async function benchReads(folder: string, report: Report): Promise<void> {
  const own = await openOwn(folder, { accounts: 100 })
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

/** A day's end over accounts that bear interest: cost per account, at three sizes. */
async function benchDayEnd(folder: string, report: Report): Promise<void> {
  const sizes = [DAY_END_ACCOUNTS / 10, DAY_END_ACCOUNTS].map(Math.floor)
  const costs: number[] = []
  for (const size of sizes) {
    const own = await openOwn(join(folder, `day-end-${size}`), { accounts: size })
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
