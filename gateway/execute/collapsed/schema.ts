/**
 * The schema that clients see, from the supergraph.
 */
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import {
  buildASTSchema,
  GraphQLObjectType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isInterfaceType,
  isScalarType,
  Kind,
  type NamedTypeNode,
  type TypeNode,
  valueFromASTUntyped,
  visit,
} from 'graphql'
import { mergedTypeOf, namedTypeOf, type Supergraph } from './supergraph.ts'

/** Without resolvers yet. @property scalars implementations of each custom scalar */
export function publicSchema(
  supergraph: Supergraph,
  scalars: ReadonlyMap<string, readonly GraphQLScalarType[]>,
): GraphQLSchema {
  const document = transformSupergraphToPublicSchema(visit(supergraph.document, {
    [Kind.FIELD_DEFINITION](node, _key, _parent, _path, ancestors) {
      const type = ancestors.at(-1) as { name?: { value: string } } | undefined
      const field = supergraph.types.get(type?.name?.value ?? '')?.fields.get(node.name.value)
      if (field === undefined) return undefined
      const answers = mergedTypeOf(field, supergraph)
      if (answers === namedTypeOf(node.type)) return undefined
      return { ...node, type: renamed(node.type, answers) }
    },
  }))
  const schema = buildASTSchema(document, { assumeValidSDL: true })
  for (const [name, implementations] of scalars) {
    const type = schema.getType(name)
    if (isScalarType(type)) implementScalar(type, implementations)
  }
  return schema
}

function renamed(type: TypeNode, name: string): TypeNode {
  if (type.kind === Kind.NAMED_TYPE) {
    return { ...type, name: { kind: Kind.NAME, value: name } }
  }
  if (type.kind === Kind.LIST_TYPE) return { ...type, type: renamed(type.type, name) }
  return { ...type, type: renamed(type.type, name) as NamedTypeNode }
}

/**
 * With one implementation, that; with several, every one has to accept an input, which is then passed
 * on as it was, and each subgraph serialises its own values.
 */
function implementScalar(
  type: GraphQLScalarType,
  implementations: readonly GraphQLScalarType[],
): void {
  const [only, ...others] = implementations
  if (only === undefined) return
  if (others.length === 0) {
    type.serialize = only.serialize
    type.parseValue = only.parseValue
    type.parseLiteral = only.parseLiteral
    return
  }
  type.serialize = (value) => value
  type.parseValue = (value) => {
    for (const implementation of implementations) implementation.parseValue(value)
    return value
  }
  type.parseLiteral = (node, variables) => {
    for (const implementation of implementations) implementation.parseLiteral(node, variables)
    return valueFromASTUntyped(node, variables)
  }
}

/** A hidden object type that stands for an interface. @property key finds it in the schema */
export interface StandIn {
  readonly type: GraphQLObjectType
  readonly key: string
}

/**
 * Gives interfaces an object type of the same name, for values whose own type nobody asked for.
 *
 * It is in no list of the schema, and what finds it by name is a secret of this process: no client
 * sees or names it.
 */
export function addStandIns(
  schema: GraphQLSchema,
  names: Iterable<string>,
  possible: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, StandIn> {
  const standIns = new Map<string, StandIn>()
  const byKey = new Map<string, GraphQLObjectType>()
  const stoodFor = new Map<unknown, string>()
  for (const name of names) {
    const type = schema.getType(name)
    if (!isInterfaceType(type)) continue
    const { description } = type
    const standIn = new GraphQLObjectType({ name, description, fields: type.toConfig().fields })
    const key = `${name} ${crypto.randomUUID()}`
    standIns.set(name, { type: standIn, key })
    byKey.set(key, standIn)
    stoodFor.set(standIn, name)
  }
  if (standIns.size === 0) return standIns
  const stands = (abstractName: string, type: unknown): boolean => {
    const name = stoodFor.get(type)
    return name !== undefined && possible.get(abstractName)?.has(name) === true
  }
  const { getType, isSubType, getPossibleTypes } = schema
  schema.getType = (name) => byKey.get(name) ?? getType.call(schema, name)
  schema.isSubType = (abstract, type) =>
    stands(abstract.name, type) || isSubType.call(schema, abstract, type)
  // The list shows what clients may see; asked whether it holds a stand-in, it says so.
  const lists = new Map<string, ReturnType<typeof getPossibleTypes>>()
  schema.getPossibleTypes = (abstract) => {
    let list = lists.get(abstract.name)
    if (list === undefined) {
      const types = [...getPossibleTypes.call(schema, abstract)]
      list = Object.defineProperty(types, 'includes', {
        value: (type: GraphQLObjectType) => stands(abstract.name, type) || types.indexOf(type) >= 0,
      })
      lists.set(abstract.name, list)
    }
    return list
  }
  return standIns
}
