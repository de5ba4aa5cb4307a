import { buildSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { withInFlight } from '../../../gateway/cache/in-flight.ts'
import { withResponseCache } from '../../../gateway/cache/response-cache.ts'
import type { Executor, Operation, Outcome } from '../../../gateway/execute/executor.ts'
import type { Actor } from '../../../subgraphs/kernel/actor.ts'
import { actor, partnerApp } from '../../support/actors.ts'

const schema = buildSchema(`
  type Query { subjects(class: String): [Subject] types: [Kind] orders: [Order] any: Any }
  type Mutation { pay: Int }
  type Subject { code: ID name: String parent: Subject }
  type Kind { code: ID nested: Subject }
  type Order { id: ID }
  union Any = Subject | Kind
`)

/** An executor whose answers are given by hand. */
function manual() {
  const waiting: ((outcome: Outcome) => void)[] = []
  let executed = 0
  const run: Executor['execute'] = () => {
    executed += 1
    return new Promise<Outcome>((resolve) => waiting.push(resolve))
  }
  return {
    executor: { schema, rules: [], execute: run, subscribe: run, close: () => Promise.resolve() },
    answer(outcome: Outcome) {
      for (const resolve of waiting.splice(0)) resolve(outcome)
    },
    executed: () => executed,
  }
}

const ANNA = actor('bank', 'anna')
const documents = new Map<string, ReturnType<typeof parse>>()
/** As the front door hands operations over: one parsed document per text. */
function operation(query: string, who: Actor | undefined = ANNA, variables = {}): Operation {
  if (!documents.has(query)) documents.set(query, parse(query))
  return {
    document: documents.get(query)!,
    operationName: undefined,
    variables,
    context: { actor: who, traceId: 't' },
  }
}

describe('queries in flight', () => {
  const QUERY = '{ orders { id } }'

  it('that are the same, of one caller, are executed once and answered each for itself', async () => {
    const { executor, answer, executed } = manual()
    const shared = withInFlight(executor)
    const both = [shared.execute(operation(QUERY)), shared.execute(operation(QUERY))]
    answer({ data: { orders: [] } })
    const [a, b] = await Promise.all(both)
    expect([executed(), a]).toEqual([1, b])
    expect(a).not.toBe(b)
  })

  it.each([
    ['of another caller', operation(QUERY, actor('bank', 'anna'))],
    ['of nobody', { ...operation(QUERY), context: { actor: undefined, traceId: 't' } }],
    ['with other variables', operation(QUERY, ANNA, { a: 1 })],
    ['of another document', operation('{ types { code } }')],
  ])('%s are executed for themselves', (_, other) => {
    const { executor, executed } = manual()
    const shared = withInFlight(executor)
    void shared.execute(operation(QUERY))
    void shared.execute(other)
    expect(executed()).toBe(2)
  })

  it('that are over are not answered from', async () => {
    const { executor, answer, executed } = manual()
    const shared = withInFlight(executor)
    for (let i = 1; i <= 2; i++) {
      const answered = shared.execute(operation(QUERY))
      answer({ data: {} })
      await answered
      expect(executed()).toBe(i)
    }
  })

  it('do not hold mutations back', () => {
    const { executor, executed } = manual()
    const shared = withInFlight(executor)
    for (let i = 0; i < 2; i++) void shared.execute(operation('mutation { pay }'))
    expect(executed()).toBe(2)
  })
})

describe('reference data', () => {
  const CONFIG = {
    fields: { 'Query.subjects': 60, 'Query.types': 10, 'Query.any': 60 },
    keys: { Subject: 'code', Kind: 'code' },
    entriesMax: 2,
  }
  const rig = () => {
    let now = 0
    let executed = 0
    let next: Outcome = { data: {} }
    const run: Executor['execute'] = () => {
      executed += 1
      return Promise.resolve(next)
    }
    const cached = withResponseCache(
      { schema, rules: [], execute: run, subscribe: run, close: () => Promise.resolve() },
      CONFIG,
      () => now,
    )
    return {
      cached,
      wait: (ms: number) => void (now += ms),
      /** How often it was executed to answer these. */
      async times(...operations: Operation[]) {
        const before = executed
        for (const each of operations) await cached.execute(each)
        return executed - before
      },
      answers: (outcome: Outcome) => void (next = outcome),
    }
  }
  const SUBJECTS = operation('{ subjects { code name } }')

  it('is kept for its time and no longer, the shortest of its fields', async () => {
    const { times, wait } = rig()
    expect(await times(SUBJECTS, SUBJECTS)).toBe(1)
    wait(59_999)
    expect(await times(SUBJECTS)).toBe(0)
    wait(1)
    expect(await times(SUBJECTS)).toBe(1)
    const both = operation('{ subjects { code } types { code } }')
    expect(await times(both)).toBe(1)
    wait(10_000)
    expect(await times(both)).toBe(1)
  })

  it('is one tenant’s own, and a program’s apart from the staff’s', async () => {
    const { times } = rig()
    const of = (who: Actor) => operation('{ subjects { code name } }', who)
    expect(await times(SUBJECTS, of(actor('other', 'anna')), of(partnerApp('bank')))).toBe(3)
    expect(await times(of(actor('bank', 'ben')))).toBe(0)
  })

  it.each([
    ['asked together with anything else', operation('{ subjects { code } orders { id } }')],
    ['asked for by nobody', { ...SUBJECTS, context: { actor: undefined, traceId: 't' } }],
    ['asked with other variables', operation('{ subjects { code name } }', ANNA, { x: Math.PI })],
    [
      'hidden in a fragment with others',
      operation('{ ...F } fragment F on Query { subjects { code } orders { id } }'),
    ],
  ])('is not kept when %s', async (_, other) => {
    const { times } = rig()
    await times(SUBJECTS)
    expect(await times(other)).toBe(1)
  })

  it('is not kept when it came with errors', async () => {
    const { times, answers } = rig()
    answers({ data: null, errors: [] })
    expect(await times(SUBJECTS, SUBJECTS)).toBe(2)
  })

  it('is answered whole although somebody added to an answer before', async () => {
    const { cached } = rig()
    const first = await cached.execute(SUBJECTS) as { extensions?: unknown }
    first.extensions = { cost: 1 }
    expect(await cached.execute(SUBJECTS)).toEqual({ data: {} })
  })

  it('makes room for what is used when there is much', async () => {
    const { times } = rig()
    const [a, b, c] = ['a', 'b', 'c'].map((name) => operation(`{ ${name}: subjects { code } }`))
    await times(a!, b!, a!, c!)
    expect([await times(a!), await times(b!)]).toEqual([0, 1])
  })

  it.each([
    [
      'by its key, wherever it is shown',
      '{ types { nested { x: code } } }',
      { types: [{ nested: { x: '1002' } }] },
      '1002',
      1,
    ],
    [
      'but not by another’s key',
      '{ subjects { code } }',
      { subjects: [{ code: '1002' }] },
      '1003',
      0,
    ],
    [
      'by any key when it does not tell which it is',
      '{ subjects { name } }',
      { subjects: [{ name: 'Cash' }] },
      '1003',
      1,
    ],
    [
      'of all of its type without a key',
      '{ subjects { code } }',
      { subjects: [{ code: '1' }] },
      undefined,
      1,
    ],
    [
      'when an abstract field may have shown it',
      '{ any { ... on Subject { code } } }',
      { any: {} },
      '1',
      1,
    ],
    ['not when nothing of it was shown', '{ subjects { code } }', { subjects: [] }, undefined, 0],
  ])('is purged %s', async (_, query, data, key, removed) => {
    const { cached, answers, times } = rig()
    answers({ data } as Outcome)
    const asked = operation(query)
    await cached.execute(asked)
    expect(cached.purge('other', 'Subject', key)).toBe(0)
    expect(cached.purge('bank', 'Subject', key)).toBe(removed)
    expect(await times(asked)).toBe(removed)
  })
})
