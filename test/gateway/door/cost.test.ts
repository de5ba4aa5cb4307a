import fc from 'fast-check'
import {
  buildSchema,
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { dearestField, estimateCost } from '../../../gateway/door/cost/estimate.ts'
import { COST_MAX, planOperation } from '../../../gateway/door/cost/plan.ts'
import { costTable } from '../../../gateway/door/cost/table.ts'
import { contractSupergraph } from '../../../gateway/contract/contract.ts'
import { SMALL_SDL, SUPERGRAPH_SDL } from '../../support/door.ts'
import { granted, refusal } from '../../support/rig.ts'

const SETTINGS = { listSize: 10, mutation: 10 }
const SMALL = costTable(SMALL_SDL)

function plan(text: string, table = SMALL) {
  const document = parse(text)
  const fragments = new Map(
    document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  )
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)!
  return planOperation(operation, fragments, table, SETTINGS)
}
const estimate = (text: string, variables = {}, table = SMALL) =>
  estimateCost(plan(text, table), variables)
const cost = (...args: Parameters<typeof estimate>) => granted(estimate(...args))

describe('what an operation costs', () => {
  it.each([
    ['{ hello }', 0],
    ['{ __typename }', 0],
    ['{ item(id: "1") { id name } }', 1],
    ['{ item(id: "1") { parent { parent { id } } } }', 3],
    ['{ item(id: "1") { dear } }', 101],
    ['{ item(id: "1") { parts { id } } }', 1 + 10],
    ['{ item(id: "1") { parts { parts { id } } } }', 1 + 10 * (1 + 10)],
    ['{ items { nodes { id } } }', 1 + 20],
    ['{ items(first: 3) { nodes { id } } }', 1 + 3],
    ['{ items(first: 3) { total } }', 1],
    ['{ items(first: 0) { nodes { id } } }', 1],
    ['{ items(first: -5) { nodes { id } } }', 1],
    ['{ items(first: 3) { nodes { parts { dear } } } }', 1 + 3 * (1 + 10 * 101)],
    ['{ items(first: 3) { ...P } } fragment P on ItemPage { nodes { id } }', 1 + 3],
    ['{ items(first: 3) { ... { nodes { id } } } }', 1 + 3],
    ['{ top(count: 7) { id } }', 7],
    ['mutation { pay(amount: 1) { serial } }', 10 + 1],
    ['mutation { a: pay(amount: 1) { serial } b: pay(amount: 1) { serial } }', 22],
    ['mutation { ...M } fragment M on Mutation { write(text: "x") }', 10],
    ['{ search(by: { name: "x" }) { id } }', 1 + 10],
    ['{ search(by: { and: [{ name: "x" }, { and: [{}] }] }) { id } }', 4 + 10],
    ['{ a: item(id: "1") { id } b: item(id: "1") { id } }', 2],
    ['{ item(id: "1") { ...F ...F } } fragment F on Item { parent { id } }', 1 + 2],
    ['{ item(id: "1") @include(if: false) { id } }', 0],
    ['{ item(id: "1") @skip(if: true) { id } hello }', 0],
    ['{ unknown { unknown { id } } }', 2],
    ['{ __schema { types { name } } }', 2],
    ['subscription { ticks }', 0],
  ])('%s costs %i', (text, expected) => {
    expect(cost(text)).toBe(expected)
  })

  it('depends on variables where the document does', () => {
    const page = 'query ($n: Int = 4) { items(first: $n) { nodes { id } } }'
    expect([{}, { n: 9 }, { n: null }, { n: 'many' }].map((each) => cost(page, each)))
      .toEqual([5, 10, 21, 21])
    const shown = 'query ($a: Boolean!) { item(id: "1") @include(if: $a) { id } }'
    expect([{ a: true }, { a: false }, {}].map((each) => cost(shown, each))).toEqual([1, 0, 1])
    const hidden = 'query ($a: Boolean = true) { item(id: "1") @skip(if: $a) { id } }'
    expect([{}, { a: false }].map((each) => cost(hidden, each))).toEqual([0, 1])
    const search = 'query ($by: Filter!) { search(by: $by) { id } }'
    expect(cost(search, { by: { and: [{ and: [{}, {}] }] } })).toBe(4 + 10)
    expect(cost(search, { by: null })).toBe(10)
    expect(cost(search, { by: 'odd' })).toBe(11)
  })

  it('is worked out without variables where they do not matter', () => {
    expect(plan('query ($id: ID!) { item(id: $id) { parts { id } } }').plan.fixed).toBe(11)
    expect(plan('query ($n: Int) { items(first: $n) { nodes { id } } }').plan.fixed)
      .toBeUndefined()
  })

  it('needs the length of a list where the schema says so', () => {
    const missing = refusal(estimate('{ top { id } }'))
    expect(missing).toBe('SLICING_ARGUMENT_REQUIRED')
    expect(refusal(estimate('query ($n: Int) { top(count: $n) { id } }'))).toBe(missing)
    expect(refusal(estimate('{ top(count: null) { id } }'))).toBe(missing)
    expect(cost('query ($n: Int) { top(count: $n) { id } }', { n: 2 })).toBe(2)
  })

  it('never overflows', () => {
    const text =
      'query ($n: Int) { items(first: $n) { nodes { parts { parts { parts { id } } } } } }'
    for (const n of [2 ** 31, 1e300, Number.MAX_VALUE, Infinity]) {
      expect(cost(text, { n })).toBe(n > 1e10 ? COST_MAX : cost(text, { n: 2 ** 31 }))
    }
    expect(cost(text, { n: Infinity })).toBe(COST_MAX)
  })

  it('is told of no variable that is called like a thing of objects', () => {
    expect(cost('query ($constructor: Int) { items(first: $constructor) { nodes { id } } }'))
      .toBe(21)
    expect(cost('{ constructor { toString { id } } }')).toBe(2)
  })
})

describe('a supergraph', () => {
  const FEDERATED = `
    schema @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      @link(url: "https://specs.apollo.dev/cost/v0.1",
        import: [{ name: "@cost", as: "@price" }, "@listSize"]) { query: Query }
    type Query @join__type(graph: A) {
      order: Order
      nested: [[Order!]!]! @listSize(assumedSize: 3)
      heavy: [Heavy!]! @listSize(assumedSize: 2)
      any: Any
      node: Node
      hidden: Heavy @inaccessible
      two(a: Int = 4, b: Int): [Order!]! @listSize(slicingArguments: ["a", "b"])
      either(a: Int, b: Int): [Order!]!
        @listSize(slicingArguments: ["a", "b"], requireOneSlicingArgument: false)
      deep(by: By): [Order!]! @listSize(slicingArguments: ["by.first"])
      priced(x: Int @price(weight: 7), y: Int): Int
    }
    type Order implements Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
      @join__type(graph: C, key: "place { code }") @join__type(graph: C, key: "id place { code }") {
      id: ID!
      place: Place!
      total: Heavy @join__field(graph: A)
      tax: Int @join__field(graph: B, requires: "total { value } place { code }")
      rate: Int @join__field(graph: C)
      label: String
    }
    type Place { code: String! }
    type Heavy implements Node @price(weight: 5) { id: ID! value: Int label: String @price(weight: 9) }
    interface Node { id: ID! label: String }
    union Any = Order | Heavy
    input By { first: Int }
  `
  const table = costTable(FEDERATED)
  const of = (text: string) => cost(text, {}, table)

  it.each([
    ['{ order { id } }', 1],
    ['{ nested { id } }', 3 * 10],
    ['{ heavy { value } }', 2 * 5],
    ['{ any { ... on Order { id } } }', 5],
    ['{ node { id } }', 5],
    ['{ node { label } }', 5 + 9],
    ['{ priced(x: 1, y: 1) }', 7],
    ['{ priced(y: 1) }', 0],
    ['{ hidden { value } }', 1],
  ])('%s costs %i', (text, expected) => {
    expect(of(text)).toBe(expected)
  })

  it('counts what a field requires, and the cheapest key that leads to it', () => {
    // total (5) and place (1), besides the order itself.
    expect(of('{ order { tax } }')).toBe(1 + 5 + 1)
    expect(of('{ order { rate } }')).toBe(1 + 1)
    expect(of('{ nested { tax } }')).toBe(30 * (1 + 6))
  })

  it('takes the largest of several lengths, and one that has a default for given', () => {
    expect(of('{ two { id } }')).toBe(4)
    expect(of('{ two(b: 6) { id } }')).toBe(6)
    expect(refusal(estimate('{ two(a: 1, b: 2) { id } }', {}, table))).toBe(
      'SLICING_ARGUMENT_REQUIRED',
    )
    expect(of('{ either(a: 3, b: 2) { id } }')).toBe(3)
    // Whoever sends an object pays for it.
    expect(of('{ deep(by: { first: 8 }) { id } }')).toBe(8 + 1)
    const deep = 'query ($by: By) { deep(by: $by) { id } }'
    expect(cost(deep, { by: { first: 8 } }, table)).toBe(8 + 1)
  })

  it('is ours, read as it is composed', () => {
    const ours = costTable(SUPERGRAPH_SDL)
    const orders = (first: string) =>
      cost(`{ orders${first} { edges { node { serial vouchers { id } } } } }`, {}, ours)
    expect(orders('(first: 3)')).toBe(1 + 3 * (1 + 1 + 4))
    expect(orders('')).toBe(1 + 20 * (1 + 1 + 4))
    expect([...plan('{ orders { edges { node { vouchers { id } } } } }', ours).scopes].toSorted())
      .toEqual(['ledger:read', 'orders:read'])
  })

  it('tells nothing of what a contract leaves out: it costs what an unknown field costs', () => {
    const partner = costTable(contractSupergraph(SUPERGRAPH_SDL, 'partner'))
    const of = (field: string) => cost(`{ ${field} { rows { subject { code } } } }`, {}, partner)
    expect(of('trialBalance(from: "2026-01-01", to: "2026-01-02")')).toBe(of('noSuchThing'))
    expect(cost('{ orders(first: 3) { edges { node { serial } } } }', {}, partner)).toBe(7)
  })
})

describe('the dearest field', () => {
  it('is named by its path, as the document calls it', () => {
    const text = '{ hello all: items(first: 50) { total nodes { id few: parts { dear } } } }'
    expect(dearestField(plan(text), {})).toBe('all.nodes.few.dear')
    expect(dearestField(plan('{ item(id: "1") { id } }'), {})).toBe('item')
    expect(dearestField(plan('{ ...Q } fragment Q on Query { top(count: 5) { id } }'), {}))
      .toBe('top')
    expect(dearestField(plan('{ hello }'), {})).toBe('')
  })
})

/** The same, written out plainly over graphql-js's own schema: slow, and easy to believe. */
function slowCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)!
  const fragment = (name: string) =>
    document.definitions.find((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name
    ) as { selectionSet: SelectionSetNode; typeCondition: { name: { value: string } } }
  const directive = (node: { directives?: readonly unknown[] } | null | undefined, name: string) =>
    // deno-lint-ignore no-explicit-any
    (node?.directives as any[] | undefined)?.find((each) => each.name.value === name)
  // deno-lint-ignore no-explicit-any
  const read = (found: any, name: string) => {
    // deno-lint-ignore no-explicit-any
    const given = found.arguments.find((each: any) => each.name.value === name)
    return given && valueFromASTUntyped(given.value)
  }
  const weight = (node: object | null | undefined, otherwise: number) => {
    const found = directive(node as never, 'cost')
    return found === undefined ? otherwise : Number(read(found, 'weight'))
  }
  const objectsIn = (value: unknown, type: GraphQLInputType): number => {
    if (value === null || value === undefined) return 0
    if (isNonNullType(type)) return objectsIn(value, type.ofType)
    if (isListType(type)) {
      return [value].flat().map((each) => objectsIn(each, type.ofType)).reduce((a, b) => a + b, 0)
    }
    if (!isInputObjectType(type)) return 0
    return 1 +
      Object.entries(value).map(([name, each]) => objectsIn(each, type.getFields()[name]!.type))
        .reduce((a, b) => a + b, 0)
  }
  const fieldCost = (node: FieldNode, parent: string, sizes: Record<string, number>): number => {
    const type = schema.getType(parent)
    if (!isObjectType(type) || node.name.value === '__typename') return 0
    const field = type.getFields()[node.name.value]!
    const named = getNamedType(field.type)
    const rule = directive(field.astNode, 'listSize')
    const args = Object.fromEntries(
      (node.arguments ?? []).map((each) => [
        each.name.value,
        valueFromASTUntyped(each.value, variables),
      ]),
    )
    let size = 10
    const below: Record<string, number> = {}
    if (rule !== undefined) {
      const slices = (read(rule, 'slicingArguments') ?? []) as string[]
      const given = slices.map((name) => args[name]).filter((each) => typeof each === 'number')
      size = given.length > 0 ? Math.max(0, ...given as number[]) : read(rule, 'assumedSize') ?? 10
      for (const name of (read(rule, 'sizedFields') ?? []) as string[]) below[name] = size
    }
    const list = isListType(isNonNullType(field.type) ? field.type.ofType : field.type)
    const times = list ? sizes[node.name.value] ?? size : 1
    const own = weight(field.astNode, weight(named.astNode, isObjectType(named) ? 1 : 0))
    const inner = node.selectionSet === undefined
      ? 0
      : setCost(node.selectionSet, named.name, below)
    const inputs = field.args.map((each) => objectsIn(args[each.name], each.type))
    return times * (own + inner) + inputs.reduce((a, b) => a + b, 0) +
      (parent === 'Mutation' ? 10 : 0)
  }
  const setCost = (set: SelectionSetNode, parent: string, sizes: Record<string, number>): number =>
    set.selections.filter((each) => {
      const test = (name: string) => {
        const found = directive(each, name)
        return found && valueFromASTUntyped(found.arguments[0].value, variables)
      }
      return test('skip') !== true && test('include') !== false
    }).map((each) => {
      if (each.kind === Kind.FIELD) return fieldCost(each, parent, sizes)
      if (each.kind === Kind.INLINE_FRAGMENT) return setCost(each.selectionSet, parent, sizes)
      const { selectionSet, typeCondition } = fragment(each.name.value)
      return setCost(selectionSet, typeCondition.name.value, sizes)
    }).reduce((a, b) => a + b, 0)
  const root = operation.operation === 'mutation' ? 'Mutation' : 'Query'
  return setCost(operation.selectionSet, root, {})
}

describe('the estimate', () => {
  const schema = buildSchema(SMALL_SDL)
  const size = fc.oneof(fc.integer({ min: -3, max: 50 }).map(String), fc.constant('$n'))
  const when = fc.constantFrom('', ' @include(if: $a)', ' @skip(if: $a)', ' @include(if: false)')
  const { item, page } = fc.letrec<{ item: string; page: string }>((tie) => ({
    item: fc.array(
      fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('id', 'name', 'dear', '...F', '__typename'),
        fc.tuple(tie('item'), when).map(([set, on]) => `parent${on} { ${set} }`),
        fc.tuple(tie('item'), when).map(([set, on]) => `parts${on} { ${set} }`),
        tie('item').map((set) => `... { ${set} }`),
      ),
      { minLength: 1, maxLength: 3 },
    ).map((fields) => aliased(fields)),
    page: fc.oneof(
      tie('item').map((set) => `total nodes { ${set} }`),
      tie('item').map((set) => `... on ItemPage { nodes { ${set} } }`),
    ),
  }))
  const root = fc.oneof(
    item.map((set) => `item(id: "1") { ${set} }`),
    fc.tuple(size, item).map(([count, set]) => `top(count: ${count}) { ${set} }`),
    fc.tuple(size, page).map(([count, set]) => `items(first: ${count}) { ${set} }`),
    page.map((set) => `items { ${set} }`),
    fc.constantFrom('search(by: { and: [{}, { name: "x" }] }) { id }', 'search(by: $by) { id }'),
  )
  const roots = fc.array(root, { minLength: 1, maxLength: 4 })
  const variables = fc.record({
    n: fc.integer({ min: -3, max: 50 }),
    a: fc.boolean(),
    by: fc.constantFrom({}, { and: [{}, {}] }),
  })
  const operation = (fields: readonly string[]) =>
    `query ($n: Int!, $a: Boolean!, $by: Filter!) { ${aliased(fields)} }
    fragment F on Item { parent { dear parts { id } } }`

  /** So that fields with other arguments do not meet. */
  function aliased(fields: readonly string[]): string {
    return fields.map((each, index) => /^[a-z]/.test(each) ? `f${index}: ${each}` : each).join(' ')
  }

  it('equals the plain one', () => {
    fc.assert(
      fc.property(roots, variables, (fields, values) => {
        const text = operation(fields)
        expect(cost(text, values)).toBe(slowCost(schema, parse(text), values))
      }),
      { numRuns: 400 },
    )
  })

  it('is never negative, and never falls when more is asked for', () => {
    fc.assert(
      fc.property(roots, root, variables, (fields, more, values) => {
        const before = cost(operation(fields), values)
        expect(before).toBeGreaterThanOrEqual(0)
        expect(cost(operation([...fields, more]), values)).toBeGreaterThanOrEqual(before)
      }),
      { numRuns: 200 },
    )
  })
})
