/**
 * Access rules at the field, from the schema itself.
 *
 * `@requiresScopes`, `@policy` and `@authenticated` are declared once and enforced here, inside the
 * subgraph; which policies a request meets, the gateway has decided. Whoever reaches a resolver, through whatever gateway or internal read, has passed its rule.
 *
 * Every way in needs a rule: root fields, and all fields of entities, since any subgraph can lead to
 * an entity. Whoever follows a reference to an entity is signed in at least. Other types are reached only through those.
 */
import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql'
import type { RequestContext } from './builder.ts'
import { referenceResolvers, setReferenceResolvers } from './references.ts'

/** Any of the outer lists, all of the inner. */
type AnyOfAll = readonly (readonly string[])[]

/** Whoever is held to a rule must be signed in at least. */
interface Rule {
  readonly scopes: AnyOfAll
  readonly policies: AnyOfAll
}

const SIGNED_IN: Rule = { scopes: [], policies: [] }
const NO_POLICIES: ReadonlySet<string> = new Set()

/** Names that federation itself adds. */
const FEDERATION_FIELDS = new Set(['_service', '_entities'])

/**
 * Wraps every way into a schema with its rule.
 *
 * @throws Error naming the first way in that has no rule
 */
export function guard(schema: GraphQLSchema): GraphQLSchema {
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
      .map((type) => type?.name),
  )
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    const entity = directive(type, 'key') !== undefined
    const typeRule = ruleOf(type)
    for (const field of Object.values(type.getFields())) {
      if (FEDERATION_FIELDS.has(field.name)) continue
      const rule = ruleOf(field)
      const external = directive(field, 'external') !== undefined
      if (rule !== undefined) wrap(field, rule, `${type.name}.${field.name}`)
      else if (roots.has(type.name) || (entity && typeRule === undefined && !external)) {
        if (isKeyOnly(type, field)) continue
        throw new Error(`${type.name}.${field.name} has no access rule`)
      }
    }
    if (entity) wrapReference(type, typeRule ?? SIGNED_IN)
  }
  return schema
}

/** A subgraph's stub of another's entity repeats its key fields; they tell only what was asked with. */
function isKeyOnly(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): boolean {
  const keys = directives(type).filter((d) => d.name === 'key')
  return keys.some((key) => String(key.args?.fields ?? '').split(/\W+/).includes(field.name))
}

function wrap(field: GraphQLField<unknown, RequestContext>, rule: Rule, place: string): void {
  const { resolve = defaultFieldResolver, subscribe } = field
  field.resolve = (source, args, context, info) => {
    check(rule, context, place)
    return resolve(source, args, context, info)
  }
  if (subscribe !== undefined) {
    field.subscribe = (source, args, context, info) => {
      check(rule, context, place)
      return subscribe(source, args, context, info)
    }
  }
}

function wrapReference(type: GraphQLObjectType, rule: Rule): void {
  // Without a resolver the key itself, as the caller wrote it, is what the fields resolve from.
  const { resolveReference: one = (key) => key, resolveReferences: many } = referenceResolvers(type)
  setReferenceResolvers(type, {
    resolveReference(key, context, info) {
      check(rule, context as RequestContext, type.name)
      return one(key, context, info)
    },
    ...(many === undefined ? {} : {
      resolveReferences(keys, context, info) {
        check(rule, context as RequestContext, type.name)
        return many(keys, context, info)
      },
    }),
  })
}

function check(rule: Rule, context: RequestContext, place: string): void {
  const scopes = context.actor?.scopes
  if (scopes === undefined) {
    throw new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } })
  }
  demand('scope', rule.scopes, scopes, place)
  demand('policy', rule.policies, context.policies ?? NO_POLICIES, place)
}

function demand(
  kind: 'scope' | 'policy',
  wanted: AnyOfAll,
  held: ReadonlySet<string>,
  place: string,
): void {
  if (wanted.length === 0 || wanted.some((all) => all.every((name) => held.has(name)))) return
  throw new GraphQLError(
    `${place} needs the ${kind} ${wanted.map((all) => all.join(' and ')).join(' or ')}.`,
    { extensions: { code: 'FORBIDDEN', place } },
  )
}

interface Directive {
  readonly name: string
  readonly args?: Readonly<Record<string, unknown>>
}

interface Annotated {
  readonly extensions: Readonly<Record<string, unknown>>
}

function ruleOf(element: Annotated): Rule | undefined {
  const scopes = directive(element, 'requiresScopes')
  const policies = directive(element, 'policy')
  if (scopes === undefined && policies === undefined) {
    return directive(element, 'authenticated') === undefined ? undefined : SIGNED_IN
  }
  return {
    scopes: (scopes?.args?.scopes ?? []) as AnyOfAll,
    policies: (policies?.args?.policies ?? []) as AnyOfAll,
  }
}

function directive(element: Annotated, name: string): Directive | undefined {
  return directives(element).find((d) => d.name === name)
}

function directives(element: Annotated): readonly Directive[] {
  return Array.isArray(element.extensions.directives) ? element.extensions.directives : []
}
