/**
 * Every field and argument of the schema, asked by another tenant and by each role without its scope.
 */
import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { accessRules, denialOf } from '../../gateway/access/rules.ts'
import { publicSdl } from '../../gateway/contract/contract.ts'
import { SUPERGRAPH_PATH } from '../../gateway/gateway.ts'
import { ROLE_SCOPES, scopesOf } from '../../subgraphs/kernel/actor.ts'
import { eachEngine } from '../rig/engines.ts'
import { expenseClaim, supplierPayment } from '../support/forms.ts'
import { submit, untilBooked } from '../support/journey.ts'
import { type LiteralOf, visitAll } from '../support/schema-walk.ts'
import { type Bank, sharedServer, type Who } from '../support/server.ts'

const SUPERGRAPH = readFileSync(SUPERGRAPH_PATH, 'utf8')
const schema = buildSchema(publicSdl(SUPERGRAPH))
const RULES = accessRules(SUPERGRAPH)
/** Somebody who may do everything there is to do in their own bank. */
const BOSS: Who = { subject: 'boss', roles: Object.keys(ROLE_SCOPES) }

/** Literals of which every text and id is the given one. */
const literals = (id: string): LiteralOf => (type, name) => {
  switch (type) {
    case 'Int':
      return name === 'first' ? '3' : '1'
    case 'Float':
      return '1'
    case 'Boolean':
      return 'false'
    case 'Date':
      return name === 'from' || name.endsWith('From') ? '"2000-01-01"' : '"2099-12-31"'
    case 'DateTime':
      // Everything since then, and everything known by the other.
      return name === 'since' ? '"2000-01-01T00:00:00.000Z"' : '"2099-12-31T00:00:00.000Z"'
    case 'JSON':
      return `{ id: "${id}" }`
    default:
      return name === 'idempotencyKey' ? '"audit-0001"' : JSON.stringify(id)
  }
}

/** An id of the same shape that nobody ever gave out; of a cursor, the cursor of such an id. */
function madeUp(id: string): string {
  const inside = Buffer.from(id, 'base64url').toString()
  if (/^[\x20-\x7e]+$/.test(inside) && Buffer.from(inside).toString('base64url') === id) {
    return Buffer.from(madeUp(inside)).toString('base64url')
  }
  return id.replaceAll(/\d/g, '7')
}

/** What sort of text it is: digits and what follows a prefix tell one of a sort from another only. */
function kindOf(text: string): string {
  const prefix = /^[a-z]{2,4}_/.exec(text)?.[0]
  return prefix ?? `${text.length} ${text.replaceAll(/\d/g, '9').slice(0, 3)}`
}

/** Every text that an answer holds. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(texts)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

describe('the schema', () => {
  it('has a rule on every field that begins an operation', () => {
    const bare = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
      .flatMap((type) =>
        Object.keys(type?.getFields() ?? {}).map((field) => `${type!.name}.${field}`)
      )
      .filter((coordinate) => !RULES.has(coordinate))
    expect(bare).toEqual([])
  })

  it('asks for no scope that no role has', () => {
    const held = scopesOf(Object.keys(ROLE_SCOPES), [])
    const asked = new Set([...RULES.values()].flatMap(({ scopes }) => scopes.flat(2)))
    expect([...asked].filter((scope) => !held.has(scope))).toEqual([])
  })

  it('is walked whole: every field of every type that can be reached', () => {
    const walked = new Set(visitAll(schema, literals('x')).map(({ coordinate }) => coordinate))
    const all = Object.values(schema.getTypeMap()).flatMap((type) =>
      'getFields' in type && !type.name.startsWith('__') && !('getInterfaces' in type === false)
        ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
        : []
    )
    expect(all.filter((coordinate) => !walked.has(coordinate))).toEqual([])
    expect(walked.size).toBeGreaterThan(150)
  })
})

eachEngine((engine) => {
  const server = sharedServer(engine)
  let ours: Bank
  let theirs: Bank
  /** A bank with an order, by its serial: serials begin anew in each bank, so it is not ours. */
  let busy: Bank
  let serial: string
  /** Whatever the other bank’s data has for ids, and texts that only it has. */
  let ids: string[]
  let kinds: string[]

  beforeAll(async () => {
    ours = await server().bank()
    theirs = await server().bank()
    busy = await server().bank()
    serial = await submit(busy, 'supplier-payment', supplierPayment())
    const suspended = await submit(
      theirs,
      'supplier-payment',
      {
        ...supplierPayment({ accountName: 'Nobody maps this', purpose: '只有对方知道的用途' }),
        expenseCategory: undefined,
      },
    )
    await untilBooked(theirs, suspended, 2)
    await submit(theirs, 'expense-claim', expenseClaim({ amount: '9000', purpose: '待审批的差旅' }))
    const found = await theirs.ask(
      BOSS,
      `{
      orders { edges { cursor node { serial approvals { id } timeline { hash } payments { id bankReference }
        vouchers { id number hash entries { account } } suspense { id } accountingEvents { id } } } }
      accounts { id } paymentInstructions { edges { cursor } } vouchers { edges { cursor } } }`,
    )
    ids = [...new Set(texts(found))].filter((text) => text.length > 6 && !text.startsWith('2026-'))
    // Every field is asked for one of each kind: serials, hashes, cursors, ids by their prefix.
    kinds = [...Map.groupBy(ids, kindOf).values()].map(([first]) => first!)
  })

  it('another bank’s ids tell nothing: each is answered like one that never was', async () => {
    expect(ids.length).toBeGreaterThan(15)
    expect(kinds.length).toBeGreaterThan(8)
    const made = kinds.map(madeUp)
    const differing: unknown[] = []
    for (const [i, id] of kinds.entries()) {
      const [known, unknown] = [
        visitAll(schema, literals(id)),
        visitAll(schema, literals(made[i]!)),
      ]
      for (const [v, { coordinate, operation }] of known.entries()) {
        if (!operation.includes(JSON.stringify(id))) continue
        const blank = (answer: unknown) =>
          JSON.stringify(answer).replaceAll(id, '?').replaceAll(made[i]!, '?')
        const told = blank(await ours.answer(BOSS, operation))
        const never = blank(await ours.answer(BOSS, unknown[v]!.operation))
        if (told !== never) differing.push({ coordinate, id, told, never })
      }
    }
    expect(differing).toEqual([])
  }, 240_000)

  it('no field at all answers anything of another bank', async () => {
    const leaked: unknown[] = []
    for (const { coordinate, operation } of visitAll(schema, literals('nothing'))) {
      const told = texts(await ours.answer(BOSS, operation))
      const leak = told.find((text) =>
        ids.some((id) => text.includes(id)) || /对方|待审批的/.test(text)
      )
      if (leak !== undefined) leaked.push({ coordinate, leak })
    }
    expect(leaked).toEqual([])
  }, 120_000)

  it.each(Object.keys(ROLE_SCOPES))(
    'a %s is denied every field whose scope the role lacks, and is told which',
    async (role) => {
      const scopes = scopesOf([role], [])
      const who: Who = { subject: `only-${role}`, roles: [role], kind: 'person' }
      const wrong: unknown[] = []
      // By an order that is there: below one that is not, nothing would be denied.
      for (const { coordinate, operation } of visitAll(schema, literals(serial))) {
        const rule = RULES.get(coordinate)
        if (rule === undefined || denialOf(rule, scopes, new Set()) === undefined) continue
        const { data, errors } = await busy.answer(who, operation)
        const codes = errors?.map((error) => error.extensions?.code) ?? []
        const place = coordinate.split('.')[1]!
        const shown = JSON.stringify(data ?? null).includes(`"${place}":{`)
        if (!codes.includes('FORBIDDEN') || shown) wrong.push({ coordinate, data, codes })
      }
      expect(wrong).toEqual([])
    },
    120_000,
  )

  it('nobody is answered anything without a token', async () => {
    const answered: unknown[] = []
    for (const { coordinate, operation } of visitAll(schema, literals(ids[0]!))) {
      const response = await server().fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: operation }),
      })
      const { data, errors } = await response.json()
      if (errors === undefined || texts(data).length > 0) answered.push({ coordinate, data })
    }
    expect(answered).toEqual([])
  })
})
