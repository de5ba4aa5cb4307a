/**
 * Customers → accounts → transfers, as three subgraphs and as one schema, over the same resolvers.
 *
 * The data is in memory, so that what is measured is what executing a query costs.
 */
import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices } from '@theguild/federation-composition'
import { type GraphQLSchema, parse } from 'graphql'
import { declareReferences } from '../../subgraphs/kernel/references.ts'

interface Customer {
  readonly id: string
  readonly name: string
  readonly city: string
}

interface Account {
  readonly id: string
  readonly iban: string
  readonly balance: string
}

interface Transfer {
  readonly id: string
  readonly amount: string
  readonly on: string
}

const ACCOUNTS_EACH = 2
const TRANSFERS_EACH = 3

function customer(id: string): Customer {
  return { id, name: `Customer ${id}`, city: 'Shanghai' }
}

function accountsOf(customerId: string): Account[] {
  return Array.from({ length: ACCOUNTS_EACH }, (_, i) => account(`${customerId}-${i}`))
}

function account(id: string): Account {
  return { id, iban: `CN${id}`, balance: '1234.50' }
}

function transfersOf(accountId: string): Transfer[] {
  return Array.from({ length: TRANSFERS_EACH }, (_, i) => ({
    id: `${accountId}-${i}`,
    amount: '10.00',
    on: '2026-11-23',
  }))
}

const Query = {
  customers: (_: unknown, { first }: { first: number }) =>
    Array.from({ length: first }, (_, i) => customer(String(i))),
}
const accounts = (parent: { id: string }) => Promise.resolve(accountsOf(parent.id))
const transfers = (parent: { id: string }) => Promise.resolve(transfersOf(parent.id))
const owner = (parent: { id: string }) => ({ id: parent.id.split('-')[0]! })

const LINK =
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`

const SERVICES = {
  customers: {
    typeDefs: `${LINK}
      type Query { customers(first: Int!): [Customer!]! }
      type Customer @key(fields: "id") { id: ID! name: String! city: String! }`,
    resolvers: { Query, Customer: { __resolveReference: ({ id }: Customer) => customer(id) } },
  },
  accounts: {
    typeDefs: `${LINK}
      type Customer @key(fields: "id") { id: ID! accounts: [Account!]! }
      type Account @key(fields: "id") {
        id: ID!
        iban: String!
        balance: String!
        owner: Customer!
      }`,
    resolvers: {
      Customer: { accounts },
      Account: {
        owner,
        __resolveReference: ({ id }: Account) => Promise.resolve(account(id)),
      },
    },
  },
  transfers: {
    typeDefs: `${LINK}
      type Account @key(fields: "id") { id: ID! transfers: [Transfer!]! }
      type Transfer { id: ID! amount: String! on: String! }`,
    resolvers: { Account: { transfers } },
  },
} as const

/** Whose entities are found in batches: all of them. */
const ENTITIES: Readonly<Record<string, Readonly<Record<string, (id: string) => object>>>> = {
  customers: { Customer: customer },
  accounts: { Customer: (id) => ({ id }), Account: account },
  transfers: { Account: (id) => ({ id }) },
}

/**
 * The subgraphs by name.
 *
 * @param references `batched`: every entity of every subgraph is found by a batched, asynchronous
 *   reference resolver. `plain`: by one each, where it does more than repeat its key
 */
export function threeSubgraphs(
  references: 'plain' | 'batched' = 'plain',
): { name: string; schema: GraphQLSchema }[] {
  return Object.entries(SERVICES).map(([name, { typeDefs, resolvers }]) => {
    const schema = buildSubgraphSchema([
      { typeDefs: parse(typeDefs), resolvers: resolvers as never },
    ])
    if (references === 'batched') {
      for (const [type, find] of Object.entries(ENTITIES[name]!)) {
        declareReferences(
          schema.getType(type),
          (keys) => Promise.resolve(keys.map(({ id }) => find(String(id)))),
        )
      }
    }
    return { name, schema }
  })
}

/** The composed supergraph. */
export function threeSupergraph(): string {
  const composed = composeServices(
    Object.entries(SERVICES).map(([name, { typeDefs }]) => ({
      name,
      typeDefs: parse(typeDefs),
      url: `local:${name}`,
    })),
  )
  if (!composed.supergraphSdl) throw new Error('the three subgraphs do not compose')
  return composed.supergraphSdl
}

/** The same in one schema. */
export function oneSchema(): GraphQLSchema {
  const typeDefs = `
    type Query { customers(first: Int!): [Customer!]! }
    type Customer { id: ID! name: String! city: String! accounts: [Account!]! }
    type Account {
      id: ID!
      iban: String!
      balance: String!
      owner: Customer!
      transfers: [Transfer!]!
    }
    type Transfer { id: ID! amount: String! on: String! }`
  const resolvers = {
    Query,
    Customer: { accounts },
    Account: { transfers, owner: (parent: { id: string }) => customer(owner(parent).id) },
  }
  return buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }])
}

/** The query of the benchmark. */
export function threeQuery(customers: number): string {
  return `{
    customers(first: ${customers}) {
      id name city
      accounts { id iban balance transfers { id amount on } }
    }
  }`
}

/** Many hops for few fields: the dearest shape for whoever joins subgraphs. */
export function worstQuery(customers: number): string {
  return `{ customers(first: ${customers}) { accounts { owner { accounts { transfers { id } } } } } }`
}
