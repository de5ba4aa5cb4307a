/**
 * A small gateway that needs nothing but memory, for the suite that runs on every runtime.
 */
import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices } from '@theguild/federation-composition'
import { GraphQLError, parse } from 'graphql'
import type { FetchAPI } from 'graphql-yoga'
import { collapsedExecutor } from '../../gateway/execute/collapsed/collapsed.ts'
import { graphqlHandler } from '../../gateway/http/graphql.ts'
import { maskWith } from '../../gateway/http/mask.ts'
import { untraced } from '../../gateway/observe/tracing.ts'
import { ok, refuse } from '../../subgraphs/kernel/result.ts'

const LINK =
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`

const customer = (id: string) => ({ id, name: `Customer ${id}` })

const SERVICES = {
  customers: {
    typeDefs: `${LINK}
      type Query {
        customers(first: Int!): [Customer!]!
        broken: String
        refused: String
        later: Int
      }
      type Mutation { rename(id: ID!, name: String!): Customer! }
      type Subscription { renamed(times: Int!): Customer! }
      type Customer @key(fields: "id") { id: ID! name: String! }`,
    resolvers: {
      Query: {
        customers: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_, i) => customer(String(i))),
        broken() {
          throw new Error('a secret of the inside')
        },
        refused() {
          throw new GraphQLError('Not today.', { extensions: { code: 'NOT_TODAY' } })
        },
        later: () => new Promise((resolve) => setTimeout(() => resolve(1), 5)),
      },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ id, name }),
      },
      Subscription: {
        renamed: {
          async *subscribe(_: unknown, { times }: { times: number }) {
            for (let i = 0; i < times; i++) yield { renamed: customer(String(i)) }
          },
        },
      },
      Customer: { __resolveReference: ({ id }: { id: string }) => customer(id) },
    },
  },
  accounts: {
    typeDefs: `${LINK}
      type Customer @key(fields: "id") { id: ID! accounts: [Account!] }
      type Account @key(fields: "id") { id: ID! iban: String! }`,
    resolvers: {
      Customer: {
        async accounts({ id }: { id: string }) {
          if (id === '7') throw new Error('a secret about seven')
          return [{ id: `${id}-0`, iban: `CN${id}` }]
        },
      },
      Account: { __resolveReference: ({ id }: { id: string }) => ({ id, iban: `CN${id}` }) },
    },
  },
  transfers: {
    typeDefs: `${LINK}
      type Account @key(fields: "id") { id: ID! transfers: [Transfer!]! }
      type Transfer { id: ID! amount: String! }`,
    resolvers: {
      Account: {
        transfers: ({ id }: { id: string }) =>
          Promise.resolve([{ id: `${id}-t`, amount: '10.00' }]),
      },
    },
  },
} as const

/** @param fetchAPI the runtime's own classes, where Yoga cannot find them */
export function suiteGateway(
  fetchAPI?: Partial<FetchAPI>,
): (request: Request) => Promise<Response> {
  const services = Object.entries(SERVICES).map(([name, { typeDefs, resolvers }]) => ({
    name,
    typeDefs: parse(typeDefs),
    resolvers,
  }))
  const { supergraphSdl } = composeServices(
    services.map(({ name, typeDefs }) => ({ name, typeDefs })),
  )
  const mask = maskWith(() => {})
  const targets = services.map(({ name, typeDefs, resolvers }) => ({
    name,
    schema: buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
    context: <R>(request: R) => request,
  }))
  return graphqlHandler({
    executor: collapsedExecutor(supergraphSdl!, targets, mask),
    // One token is known to be bad.
    authenticate: ({ headers }: { headers: Headers }) =>
      Promise.resolve(
        headers.get('authorization') === 'Bearer bad'
          ? refuse('TOKEN_INVALID', 'The token is not one that is believed here.')
          : ok(undefined),
      ),
    mask,
    tracing: untraced(),
    ...(fetchAPI === undefined ? {} : { fetchAPI }),
  })
}
