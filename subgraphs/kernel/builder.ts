/**
 * The Pothos builder that every subgraph starts from, with the types that all of them share.
 */
import SchemaBuilder, { type ObjectRef } from '@pothos/core'
import DirectivesPlugin from '@pothos/plugin-directives'
import FederationPlugin from '@pothos/plugin-federation'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import type { Actor } from './actor.ts'
import { guard } from './guard.ts'
import { formatMoney, isCurrency, type Money } from './money.ts'
import { type Edge, type Page, type PageInfo, type PageRequest, pageRequest } from './page.ts'
import { declareReferences, type FindReferences } from './references.ts'
import { isRefusal, type Refusal } from './result.ts'
import { type Instant, type LocalDate, parseDate, parseInstant } from './time.ts'

// The same functions for every subgraph, so that an executor over all of them converts nothing.

function asItIs<T>(value: T): T {
  return value
}

function readDate(value: unknown): LocalDate {
  const date = parseDate(value)
  if (!date.ok) throw badInput(date)
  return date.value
}

function readInstant(value: unknown): Instant {
  const at = parseInstant(value)
  if (!at.ok) throw badInput(at)
  return at.value
}

/** What every resolver is given; subgraphs add their own part. */
export interface RequestContext {
  readonly actor: Actor | undefined
  readonly traceId: string
  /** The request's place in its trace, as W3C has it. */
  readonly traceparent?: string
  /** Names of the `@policy` rules that the gateway found met. */
  readonly policies?: ReadonlySet<string>
}

/** The context inside a resolver: its access rule has passed, so somebody is signed in. */
export interface ResolverContext extends RequestContext {
  readonly actor: Actor
}

/** A builder for one subgraph. @typeParam Context what its resolvers are given */
export function subgraphBuilder<Context extends ResolverContext>() {
  const builder = new SchemaBuilder<{
    Context: Context
    DefaultFieldNullability: false
    Scalars: {
      Date: { Input: LocalDate; Output: LocalDate }
      DateTime: { Input: Instant; Output: Instant }
      JSON: { Input: unknown; Output: unknown }
    }
  }>({ plugins: [DirectivesPlugin, FederationPlugin], defaultFieldNullability: false })

  builder.queryType({})

  builder.scalarType('Date', {
    description: 'A calendar date in the bank’s zone (Asia/Shanghai), such as 2026-11-23.',
    serialize: asItIs,
    parseValue: readDate,
  })
  builder.scalarType('DateTime', {
    description:
      'An instant in UTC with milliseconds, such as 2026-11-23T02:03:04.567Z (RFC 3339).',
    serialize: asItIs,
    parseValue: readInstant,
  })
  builder.scalarType('JSON', {
    description: 'Any JSON value. Amounts inside are decimal strings.',
    serialize: asItIs,
  })

  const money = builder.objectRef<Money>('Money').implement({
    description: 'An amount of money.',
    shareable: true,
    ...PARTNER,
    fields: (t) => ({
      amount: t.string({
        description: 'Decimal string with exactly the decimals of the currency, such as -1234.50.',
        resolve: formatMoney,
      }),
      currency: t.exposeString('currency', { description: 'ISO 4217 code, such as CNY.' }),
    }),
  })
  const moneyInput = builder.inputType('MoneyInput', {
    description: 'An amount of money.',
    fields: (t) => ({
      amount: t.string({ required: true, description: 'Decimal string, such as 1234.50.' }),
      currency: t.string({ required: true, description: 'ISO 4217 code, such as CNY.' }),
    }),
  })
  const pageInfo = builder.objectRef<PageInfo>('PageInfo').implement({
    description: 'Where a page ends.',
    shareable: true,
    ...PARTNER,
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage'),
      endCursor: t.exposeString('endCursor', { nullable: true }),
    }),
  })
  type NodeRef<T> = ReturnType<typeof builder.objectRef<T>> | ObjectRef<SchemaOf<typeof builder>, T>

  /** A connection over a node type: `NameConnection` of `NameEdge`. */
  const connection = <T>(name: string, node: NodeRef<T>, audience: { tag?: string } = {}) => {
    const edge = builder.objectRef<Edge<T>>(`${name}Edge`).implement({
      ...audience,
      fields: (t) => ({
        cursor: t.exposeString('cursor'),
        node: t.field({ type: node, resolve: (e) => e.node as never }),
      }),
    })
    return builder.objectRef<Page<T>>(`${name}Connection`).implement({
      ...audience,
      fields: (t) => ({
        edges: t.field({ type: [edge], resolve: (page) => [...page.edges] }),
        pageInfo: t.field({ type: pageInfo, resolve: (page) => page.pageInfo }),
      }),
    })
  }

  /** A subgraph's refusal type, and the unions of a command's success with it. */
  const refusals = (name: string, description: string) => {
    const refusal = builder.objectRef<Refusal>(name).implement({
      description,
      ...PARTNER,
      fields: (t) => ({
        code: t.exposeString('code', { description: 'Stable; for programs and translations.' }),
        message: t.exposeString('message', { description: 'One English sentence.' }),
        place: t.string({
          nullable: true,
          description: 'JSON Pointer into the input.',
          resolve: (r) => r.place ?? null,
        }),
      }),
    })
    const resultOf = <T extends object>(unionName: string, success: NodeRef<T>) =>
      builder.unionType(unionName, {
        types: [success, refusal],
        resolveType: (value) => isRefusal(value) ? refusal : success,
      })
    return { refusal, resultOf }
  }
  return { builder, money, moneyInput, connection, refusals }
}

type SchemaOf<B> = B extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never

/**
 * Options of a field, or of a type for all its fields, that partners see too: it is in their contract
 * (gateway/contract/). What they reach must be tagged as well; inputs, enums and unions follow.
 */
export const PARTNER = { tag: 'partner' } as const

/** Options of a field that answers a connection: its cost goes by `first`. */
export const PAGE_SIZE = {
  listSize: {
    slicingArguments: ['first'],
    sizedFields: ['edges'],
    assumedSize: 20,
    requireOneSlicingArgument: false,
  },
}

/** An amount as the `Money` type takes it. */
export function moneyOf(minor: bigint, currency: string): Money {
  if (!isCurrency(currency)) throw new Error(`stored currency ${currency} is unknown`)
  return { minor, currency }
}

/**
 * Finishes a subgraph's schema: every way in must carry an access rule, which is enforced here.
 *
 * @param references type name → how references to it are found together, see `declareReferences`
 */
export function subgraphSchema<Context extends ResolverContext>(
  builder: {
    toSubGraphSchema(options: { linkUrl: string }): GraphQLSchema
  },
  // deno-lint-ignore no-explicit-any
  references: Readonly<Record<string, FindReferences<Context, any>>> = {},
): GraphQLSchema {
  const schema = builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.9' })
  for (const [name, find] of Object.entries(references)) {
    declareReferences(schema.getType(name), find)
  }
  return guard(schema)
}

/** An error that tells the caller what was wrong with the input. */
export function badInput(refusal: Refusal): GraphQLError {
  return new GraphQLError(refusal.message, {
    extensions: {
      code: refusal.code,
      ...(refusal.place === undefined ? {} : { place: refusal.place }),
    },
  })
}

/** `first` and `after` of a list field. @throws GraphQLError when they are out of bounds */
export function readPageArgs(
  args: { first?: number | null | undefined; after?: string | null | undefined },
): PageRequest {
  const request = pageRequest(args)
  if (!request.ok) throw badInput(request)
  return request.value
}
