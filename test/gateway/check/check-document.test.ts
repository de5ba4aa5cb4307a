import fc from 'fast-check'
import { buildSchema, printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { type Change, checkDocument } from '../../../gateway/check/check-document.ts'
import { readShape } from '../../../gateway/check/document-shape.ts'
import { answerChange, stillAccepts } from '../../../gateway/check/type-change.ts'

const SDL = `
  type Query {
    order(serial: String!): Order
    orders(first: Int, state: State, filter: Filter): [Order!]!
    find(text: String!): Found
  }
  type Mutation { enter(input: EnterInput!): Order! }
  interface Named { name: String! }
  type Order implements Named {
    name: String!
    serial: String!
    note: String
    state: State!
    lines: [Line!]!
    tags: [String!]
  }
  type Line { amount: String! }
  type Party implements Named { name: String! }
  union Found = Order | Party
  enum State { OPEN CLOSED }
  enum Kind { FAST SLOW }
  input Filter { text: String, kind: Kind }
  input EnterInput { serial: String!, note: String, size: Int! = 1, kind: Kind, filter: Filter }
  enum Unread { A B }
  type Unused { field: Unread! }
`
const READ = `query Read($serial: String!, $state: State) {
  order(serial: $serial) { ...Head note tags lines { money: amount } }
  orders(first: 3, state: $state) { state }
  open: orders(state: OPEN, filter: { text: "a" }) { serial }
  find(text: "x") { ... on Order { serial } ... on Named { name } }
}
fragment Head on Order { serial }`
const ENTER = 'mutation Enter($input: EnterInput!) { enter(input: $input) { serial } }'

/** What a document's client notices of one edit of the schema, as `severity CODE coordinate place`. */
function noticed(text: string, from: string | RegExp, to: string): string[] {
  const edited = SDL.replace(from, to)
  expect(edited, 'the edit changes nothing').not.toBe(SDL)
  return changes(text, SDL, edited).map((each) =>
    [each.severity, each.code, each.coordinate, each.place].join(' ')
  )
}

function changes(text: string, before: string, now: string): Change[] {
  return checkDocument(text, readShape(text, buildSchema(before)).shape, buildSchema(now))
}

describe('a saved document breaks when', () => {
  const breaks: [string, string, string | RegExp, string, string[]][] = [
    ['a field that it reads is removed', READ, '    note: String\n', '', [
      'break INVALID Order.note 2:36',
    ]],
    ['a field of a fragment is removed', READ, '    serial: String!\n', '', [
      'break INVALID Order.serial 4:54',
      'break INVALID Order.serial 5:36',
      'break INVALID Order.serial 7:26',
    ]],
    ['an argument that it gives is removed', READ, 'first: Int, ', '', [
      'break INVALID Query.orders(first:) 3:10',
    ]],
    [
      'an argument that it leaves out becomes required',
      READ,
      'find(text: String!',
      'find(a: Int!, text: String!',
      [
        'break INVALID Query.find 5:3',
      ],
    ],
    [
      'an argument becomes required that its variable need not give',
      READ,
      'state: State, filter',
      'state: State!, filter',
      [
        'break INVALID Query.orders(state:) 1:30',
      ],
    ],
    [
      'an enum value that it names is removed',
      READ,
      'enum State { OPEN CLOSED }',
      'enum State { CLOSED }',
      [
        'break INVALID State.OPEN 4:23',
        'break CHOICE_REMOVED State.OPEN variables',
      ],
    ],
    [
      'an input field that it names is removed',
      READ,
      'input Filter { text: String, ',
      'input Filter { ',
      [
        'break INVALID Filter.text 4:39',
      ],
    ],
    ['an answer may be null now', READ, 'amount: String!', 'amount: String', [
      'break ANSWER_NULLABLE Line.amount order.lines.money',
    ]],
    ['an item of a list may be null now', READ, 'lines: [Line!]!', 'lines: [Line]!', [
      'break ANSWER_NULLABLE Order.lines order.lines',
    ]],
    ['a nullable list may hold nulls now', READ, 'tags: [String!]', 'tags: [String]', [
      'break ANSWER_NULLABLE Order.tags order.tags',
    ]],
    ['an answer is of another type', READ, 'amount: String!', 'amount: Float!', [
      'break ANSWER_TYPE Line.amount order.lines.money',
    ]],
    ['an answer becomes a list', READ, 'note: String\n', 'note: [String]\n', [
      'break ANSWER_TYPE Order.note order.note',
    ]],
    [
      'a member that it asks for leaves the union',
      READ,
      'union Found = Order | Party',
      'union Found = Party',
      [
        'break INVALID Order 5:21',
      ],
    ],
    ['an input field that a variable may hold is removed', ENTER, ' note: String, size', ' size', [
      'break INPUT_REMOVED EnterInput.note variables',
    ]],
    ['an input field becomes required', ENTER, ' note: String, size', ' note: String!, size', [
      'break INPUT_REQUIRED EnterInput.note variables',
    ]],
    [
      'an input field loses the default that made it optional',
      ENTER,
      'size: Int! = 1',
      'size: Int!',
      [
        'break INPUT_REQUIRED EnterInput.size variables',
      ],
    ],
    ['a required input field is added', ENTER, 'size: Int! = 1', 'size: Int! = 1, more: Int!', [
      'break INPUT_REQUIRED EnterInput.more variables',
    ]],
    ['an input field is of another type', ENTER, 'serial: String!, note', 'serial: ID!, note', [
      'break INPUT_TYPE EnterInput.serial variables',
    ]],
    ['a nested input field is removed', ENTER, 'input Filter { text: String, ', 'input Filter { ', [
      'break INPUT_REMOVED Filter.text variables',
    ]],
    ['a variable may not hold an enum value any more', ENTER, 'FAST SLOW', 'FAST', [
      'break CHOICE_REMOVED Kind.SLOW variables',
    ]],
    ['the type of a variable is removed', ENTER, /EnterInput/g, 'OtherInput', [
      'break INVALID EnterInput 1:24',
    ]],
  ]
  it.each(breaks)('%s', (_, text, from, to, expected) => {
    expect(noticed(text, from, to).toSorted()).toEqual(expected.toSorted())
  })
})

describe('a saved document that is invalid in other ways', () => {
  const shape = readShape(READ, buildSchema(SDL)).shape

  it.each([
    ['spreads in circles', '{ find(text: "x") { ...A } } fragment A on Named { ...A }', 'itself'],
    ['spreads what is not there', '{ find(text: "x") { ...Gone } }', 'Gone'],
    ['narrows to a type that is not there', '{ find(text: "x") { ... on Gone { a } } }', 'Gone'],
    ['has no selection where one is due', '{ orders }', 'selection'],
    [
      'spreads a fragment that fits nowhere',
      '{ orders { ...L } } fragment L on Line { amount }',
      'L',
    ],
  ])('is told from a fault of ours when it %s', (_, text, says) => {
    const found = checkDocument(text, shape, buildSchema(SDL))
    expect(found.map(({ code, severity }) => `${severity} ${code}`)).toContain('break INVALID')
    expect(found.map(({ reason }) => reason).join()).toContain(says)
  })
})

describe('a client is warned when', () => {
  it('an enum that it reads gets a value', () => {
    expect(noticed(READ, 'OPEN CLOSED', 'OPEN CLOSED LOST')).toEqual([
      'warning VALUE_ADDED State.LOST State',
    ])
  })

  it('a union that it reads gets a member', () => {
    expect(noticed(READ, 'Order | Party', 'Order | Party | Line')).toEqual([
      'warning MEMBER_ADDED Line Found',
    ])
  })
})

describe('nobody notices that', () => {
  const unnoticed: [string, string, string | RegExp, string][] = [
    ['a field is added', READ, 'note: String', 'note: String more: Int!'],
    ['a field that it does not read is removed', ENTER, '    note: String\n', ''],
    ['an answer is never null any more', READ, 'note: String', 'note: String!'],
    ['an optional argument is added', READ, 'first: Int', 'first: Int, last: Int! = 3'],
    ['an argument is not required any more', READ, 'find(text: String!)', 'find(text: String)'],
    ['an optional input field is added', ENTER, 'size: Int! = 1', 'size: Int! = 1, more: Int'],
    ['an input field may be left out now', ENTER, 'serial: String!, note', 'serial: String, note'],
    [
      'a field takes a list where it took one',
      ENTER,
      'note: String, size',
      'note: [String!], size',
    ],
    ['an enum that is only sent gets a value', ENTER, 'FAST SLOW', 'FAST SLOW SLOWER'],
    ['an optional input with a required field is added', ENTER, 'size: Int! = 1', 'more: More'],
    ['something that it never meets is removed', READ, 'type Unused { field: Unread! }', ''],
    ['a description changes', READ, 'type Line', '"A line." type Line'],
  ]
  it.each(unnoticed)('%s', (name, text, from, to) => {
    const more = name.includes('with a required field')
    const edited = SDL.replace(from, more ? `${String(from)}, ${to}` : to) +
      (more ? 'input More { must: Int! }' : '')
    expect(edited, 'the edit changes nothing').not.toBe(SDL)
    expect(changes(text, SDL, edited)).toEqual([])
  })
})

describe('rules', () => {
  const type = fc.letrec<{ type: string }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('Int', 'String', 'Int!', 'String!'),
      tie('type').map((inner) => `[${inner}]`),
      tie('type').map((inner) => `[${inner}]!`),
    ),
  })).type

  it('a schema that stays as it is breaks nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(type, type), { minLength: 1, maxLength: 6 }), (types) => {
        const fields = types.map(([answer], i) => `f${i}(a: In${i}): ${answer}`)
        const inputs = types.map(([, input], i) => `input In${i} { v: ${input} }`)
        const sdl = `type Query { ${fields.join(' ')} } ${inputs.join(' ')}`
        const variables = types.map((_, i) => `$v${i}: In${i}`).join(' ')
        const text = `query Q(${variables}) { ${
          types.map((_, i) => `f${i}(a: $v${i})`).join(' ')
        } }`
        expect(changes(text, sdl, printSchema(buildSchema(sdl)))).toEqual([])
      }),
    )
    for (const text of [READ, ENTER]) expect(changes(text, SDL, SDL)).toEqual([])
  })

  it('of answers and inputs mirror each other but for lists of one', () => {
    fc.assert(fc.property(type, type, (before, now) => {
      // What may be read in place of something may be written where the other way round is meant.
      if (answerChange(before, now) === 'none') expect(stillAccepts(now, before)).toBe(true)
      if (answerChange(before, now) === 'nullable') expect(stillAccepts(now, before)).toBe(false)
    }))
  })

  it('a change there and back is no change', () => {
    fc.assert(fc.property(type, type, (a, b) => {
      const both = answerChange(a, b) === 'none' && answerChange(b, a) === 'none'
      expect(both).toBe(a === b)
    }))
  })

  it('a lone null does not become a list with a null in it', () => {
    expect(stillAccepts('Int', '[Int!]')).toBe(true)
    expect(stillAccepts('Int', '[Int!]!')).toBe(false)
    expect(stillAccepts('[Int]', '[Int!]')).toBe(false)
    expect(stillAccepts('[Int]', 'Int')).toBe(false)
  })
})
