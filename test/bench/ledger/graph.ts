/**
 * Postings through GraphQL, against a mutation that does nothing and against postings without it.
 */
import { execute, parse } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import { actor } from '../../support/actors.ts'
import { median, type Report } from '../report.ts'
import { bar, figure, MS, ROUNDS } from './figures.ts'
import { accountId, load, openOwn, type OwnLedger, TENANT } from './own.ts'
import { pick } from './raw.ts'

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
export async function benchGraph(folder: string, report: Report): Promise<void> {
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
