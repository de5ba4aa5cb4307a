import { buildSchema, type DocumentNode, execute, parse } from 'graphql'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessRules, demandOf, denialOf } from '../../../gateway/access/rules.ts'
import { type Policies, withAccess } from '../../../gateway/access/with-access.ts'
import type { Executor, Operation } from '../../../gateway/execute/executor.ts'
import { actor } from '../../support/actors.ts'

const SDL = `
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  directive @authenticated on FIELD_DEFINITION | OBJECT
  type Query {
    orders: [Order!]! @requiresScopes(scopes: [["orders:read"]])
    order: Order @requiresScopes(scopes: [["orders:read"]])
    result: Result
    open: Int
    mine: Int @authenticated
    late: Int @policy(policies: [["office-hours"]])
    subject: Subject
  }
  type Mutation { pay: Order! @requiresScopes(scopes: [["orders:read"]]) other: Int }
  type Order {
    serial: ID!
    vouchers: [Voucher!] @requiresScopes(scopes: [["ledger:read", "ledger:see"], ["auditor"]])
    margin: Int! @requiresScopes(scopes: [["ledger:read"]])
    json: Json
  }
  type Voucher { id: ID! lines: [[Line]!] }
  type Line { id: ID! secret: Int! @requiresScopes(scopes: [["secret:read"]]) }
  type Subject @requiresScopes(scopes: [["ledger:read"]]) { code: String }
  union Result = Order | Subject
  scalar Json
`
const schema = buildSchema(SDL)
const LINE = { id: 'l1', secret: 7 }
const ORDER = {
  __typename: 'Order',
  serial: 'S1',
  vouchers: [{ id: 'v1', lines: [[LINE, LINE], []] }],
  margin: 3,
  json: { __denied_a: 1, serial: 'x' },
}
const ROOT = {
  orders: [ORDER, { ...ORDER, serial: 'S2', vouchers: null }],
  order: ORDER,
  result: ORDER,
  open: 1,
  mine: 2,
  late: 3,
  subject: { code: '1002' },
  pay: ORDER,
  other: 4,
}

/** Runs graphql-js and remembers which documents reached it. */
function rig(policies: Policies = {}) {
  const reached: DocumentNode[] = []
  const run: Executor['execute'] = ({ document, operationName }) => {
    reached.push(document)
    return execute({ schema, document, operationName: operationName ?? null, rootValue: ROOT })
  }
  const inner: Executor = {
    schema,
    rules: [],
    execute: run,
    subscribe: run,
    close: () => Promise.resolve(),
  }
  const guarded = withAccess(inner, accessRules(SDL), policies)
  const ask = async (query: string, scopes?: readonly string[], operationName?: string) => {
    const who = scopes === undefined
      ? undefined
      : { ...actor('bank', 'a', []), scopes: new Set(scopes) }
    const operation: Operation = {
      document: parse(query),
      operationName,
      variables: undefined,
      context: { actor: who, traceId: 't' },
    }
    const outcome = await guarded.execute(operation)
    if (Symbol.asyncIterator in outcome) throw new Error('a stream')
    return JSON.parse(JSON.stringify(outcome))
  }
  return { ask, reached }
}

const { ask } = rig()
const ALL = ['orders:read', 'ledger:read', 'ledger:see', 'secret:read']

describe('a query with a field that the caller may not see', () => {
  it('is answered without it where it may be null, and says which and why', async () => {
    expect(await ask('{ order { serial vouchers { id } } }', ['orders:read', 'ledger:read']))
      .toEqual({
        data: { order: { serial: 'S1', vouchers: null } },
        errors: [{
          message: 'Order.vouchers needs the scope ledger:read and ledger:see or auditor.',
          path: ['order', 'vouchers'],
          extensions: { code: 'FORBIDDEN', place: 'Order.vouchers' },
        }],
      })
  })

  it('names each place in lists, and nulls up to where null may be', async () => {
    const { data, errors } = await ask(
      '{ order { vouchers { lines { id secret } } } }',
      ALL.slice(0, 3),
    )
    expect(data).toEqual({ order: { vouchers: [{ lines: [[null, null], []] }] } })
    expect(errors.map((error: { path: unknown }) => error.path)).toEqual([
      ['order', 'vouchers', 0, 'lines', 0, 0, 'secret'],
      ['order', 'vouchers', 0, 'lines', 0, 1, 'secret'],
    ])
  })

  it('has no data when null may be nowhere above the field', async () => {
    const { data, errors } = await ask('{ orders { serial margin } }', ['orders:read'])
    expect(data).toBeNull()
    expect(errors).toHaveLength(2)
  })

  it('does not hand the field to a subgraph', async () => {
    const { ask, reached } = rig()
    await ask('{ order { serial margin } }', ['orders:read'])
    expect(JSON.stringify(reached)).not.toContain('"margin"')
  })

  it('goes by the alias of the field, and leaves a neighbour of its name alone', async () => {
    const { data } = await ask(
      '{ order { margin: serial vouchers: json real: vouchers { id } } }',
      ['orders:read'],
    )
    expect(data).toEqual({
      order: { margin: 'S1', vouchers: ORDER.json, real: null },
    })
  })

  it('is denied through fragments as well, of a union only where the member came', async () => {
    const query =
      `{ result { ...F ... on Subject { code } } } fragment F on Order { serial vouchers { id } }`
    const { data, errors } = await ask(query, ['orders:read'])
    expect(data).toEqual({ result: { serial: 'S1', vouchers: null } })
    expect(errors).toHaveLength(1)
  })

  it('is denied where the rule is the type’s own, whatever field leads to it', async () => {
    const { data, errors } = await ask('{ open subject { code } }', ['orders:read'])
    expect(data).toEqual({ open: 1, subject: null })
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', place: 'Subject' } }])
  })

  it('of nobody asks to sign in, and still answers what is open', async () => {
    expect(await ask('{ open mine }')).toEqual({
      data: { open: 1, mine: null },
      errors: [{
        message: 'Sign in first.',
        path: ['mine'],
        extensions: { code: 'UNAUTHENTICATED' },
      }],
    })
  })

  it('that comes in parts is refused whole, since parts cannot be mended', async () => {
    const { ask, reached } = rig()
    const query = '{ order { serial ... @defer { margin } } }'
    expect((await ask(query, ['orders:read'])).data).toBeUndefined()
    expect(reached).toEqual([])
  })

  it('keeps what a field itself answered, even under names like our own', async () => {
    const { data } = await ask('{ order { json margin } }', [...ALL])
    expect(data.order.json).toEqual(ORDER.json)
  })
})

describe('a mutation with a field that the caller may not see', () => {
  it('is refused whole: nothing is done half', async () => {
    const { ask, reached } = rig()
    const { data, errors } = await ask('mutation { other pay { serial margin } }', ['orders:read'])
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', place: 'Order.margin' } }])
    expect(reached).toEqual([])
  })

  it('is not held to what another operation of its document asks for', async () => {
    const query = `mutation A { other } mutation B { pay { margin } }`
    expect(await ask(query, ['orders:read'], 'A')).toEqual({ data: { other: 4 } })
  })
})

describe('a policy', () => {
  it('is asked when a document needs it, and by the request', async () => {
    const asked: unknown[] = []
    const { ask } = rig({ 'office-hours': (context) => asked.push(context.traceId) > 1 })
    expect((await ask('{ open }', [])).errors).toBeUndefined()
    expect(asked).toEqual([])
    expect((await ask('{ late }', [])).errors).toMatchObject([{
      extensions: { code: 'FORBIDDEN' },
    }])
    expect(await ask('{ late }', [])).toEqual({ data: { late: 3 } })
  })

  it('that nobody defined is never granted, whatever it is called', async () => {
    for (const policies of [{}, Object.create({ 'office-hours': () => true })]) {
      expect((await rig(policies).ask('{ late }', [])).data).toEqual({ late: null })
    }
  })
})

describe('access', () => {
  it('for whoever holds every scope changes nothing at all', async () => {
    const queries = [
      '{ orders { serial margin vouchers { id lines { secret } } } }',
      '{ result { ... on Order { margin } } subject { code } }',
    ]
    for (const query of queries) {
      const plain = await execute({ schema, document: parse(query), rootValue: ROOT })
      expect(await ask(query, ALL)).toEqual(JSON.parse(JSON.stringify(plain)))
    }
  })

  it('never shows a value whose rule is not met, whatever is asked in whatever shape', async () => {
    const leaf = fc.constantFrom('serial', 'margin', 'm: margin', 'serial @include(if: true)')
    const line = fc.constantFrom('id', 'secret', 'x: secret', '... on Line { secret }')
    const order = fc.array(
      fc.oneof(
        leaf,
        line.map((inner) => `vouchers { lines { ${inner} } }`),
        leaf.map((inner) => `... on Order { ${inner} }`),
      ),
      { minLength: 1, maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(order, fc.subarray(ALL), async (fields, scopes) => {
        const result = await ask(`{ order { ${fields.join(' ')} } }`, scopes)
        const text = JSON.stringify(result.data ?? null)
        if (!scopes.includes('ledger:read')) expect(text).not.toContain('3')
        if (!scopes.includes('secret:read')) expect(text).not.toContain('7')
        expect(text).not.toContain('__denied')
      }),
      { numRuns: 300 },
    )
  })
})

describe('a rule', () => {
  const rules = accessRules(SDL)

  it('is met by all scopes of any list', () => {
    const rule = rules.get('Order.vouchers')!
    const denial = (...scopes: string[]) => denialOf(rule, new Set(scopes), new Set())
    expect(denial('ledger:read')).toBe('FORBIDDEN')
    expect(denial('ledger:read', 'ledger:see')).toBeUndefined()
    expect(denial('auditor')).toBeUndefined()
    expect(denialOf(rule, undefined, new Set())).toBe('UNAUTHENTICATED')
  })

  it('says what it asks for', () => {
    expect(demandOf(rules.get('Query.late')!)).toBe('Query.late needs the policy office-hours.')
  })
})
