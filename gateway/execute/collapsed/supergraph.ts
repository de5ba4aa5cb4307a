/**
 * Reads a supergraph: which subgraph has which type and field, and on what terms.
 *
 * @see https://specs.apollo.dev/join/v0.5 for the directives
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql'

/** A composed schema, as written. */
export interface Supergraph {
  readonly document: DocumentNode
  /** Name of a subgraph as the join directives write it → its own name. */
  readonly graphs: ReadonlyMap<string, string>
  readonly types: ReadonlyMap<string, JoinedType>
  readonly roots: Readonly<Record<'query' | 'mutation' | 'subscription', string>>
}

/** A type of several subgraphs. */
export interface JoinedType {
  readonly name: string
  readonly node: TypeDefinitionNode
  /** One for each subgraph and key. */
  readonly joins: readonly JoinType[]
  readonly interfaces: readonly string[]
  readonly fields: ReadonlyMap<string, JoinedField>
}

/** That a subgraph has a type. @property key absent when the type has none there */
export interface JoinType {
  readonly graph: string
  readonly key: SelectionSetNode | undefined
  readonly resolvable: boolean
  readonly isInterfaceObject: boolean
}

/** A field. @property joins empty when every subgraph of its type has it */
export interface JoinedField {
  readonly name: string
  readonly node: FieldDefinitionNode
  readonly joins: readonly JoinField[]
}

/**
 * That a subgraph has a field.
 *
 * @property graph absent when the field comes from an interface object
 * @property usedOverridden another subgraph took the field over; here it serves keys alone
 */
export interface JoinField {
  readonly graph: string | undefined
  readonly requires: SelectionSetNode | undefined
  readonly provides: SelectionSetNode | undefined
  readonly type: string | undefined
  readonly external: boolean
  readonly usedOverridden: boolean
}

/** Reads a supergraph's text. @throws GraphQLError when it is no GraphQL, Error when it is none */
export function readSupergraph(sdl: string): Supergraph {
  const document = parse(sdl, { noLocation: true })
  const graphs = new Map<string, string>()
  const types = new Map<string, JoinedType>()
  const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION) {
      for (const root of node.operationTypes) roots[root.operation] = root.type.name.value
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph') {
      for (const value of node.values ?? []) {
        const name = argumentsOf(value.directives, 'join__graph')[0]?.name
        if (typeof name !== 'string') throw new Error(`${value.name.value} has no @join__graph`)
        graphs.set(value.name.value, name)
      }
    } else if (isType(node)) types.set(node.name.value, readType(node))
  }
  if (graphs.size === 0) throw new Error('the supergraph names no subgraph')
  return { document, graphs, types, roots }
}

/** The text of a field set, such as `id owner { id }`, as a selection. */
export function readFieldSet(text: unknown): SelectionSetNode | undefined {
  if (typeof text !== 'string') return undefined
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined
}

/** The name inside lists and non-nulls. */
export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type)
}

/**
 * The named type that a field answers in the composed schema.
 *
 * Where subgraphs declare an object type and a union or interface with it, some composers take the
 * object type; only the abstract one holds every value.
 */
export function mergedTypeOf(field: JoinedField, { types }: Pick<Supergraph, 'types'>): string {
  const merged = namedTypeOf(field.node.type)
  if (types.get(merged)?.node.kind !== Kind.OBJECT_TYPE_DEFINITION) return merged
  for (const { type } of field.joins) {
    const declared = type === undefined ? undefined : types.get(type.replaceAll(/[[\]!]/g, ''))
    const kind = declared?.node.kind
    if (kind === Kind.UNION_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION) {
      return declared!.name
    }
  }
  return merged
}

const TYPE_KINDS: ReadonlySet<string> = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
])

function isType(node: { kind: string }): node is TypeDefinitionNode {
  return TYPE_KINDS.has(node.kind)
}

function readType(node: TypeDefinitionNode): JoinedType {
  const composite = node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION
  return {
    name: node.name.value,
    node,
    joins: argumentsOf(node.directives, 'join__type').map((join) => ({
      graph: String(join.graph),
      key: readFieldSet(join.key),
      resolvable: join.resolvable !== false,
      isInterfaceObject: join.isInterfaceObject === true,
    })),
    interfaces: composite ? (node.interfaces ?? []).map(({ name }) => name.value) : [],
    fields: new Map((composite ? node.fields ?? [] : []).map((f) => [f.name.value, readField(f)])),
  }
}

function readField(node: FieldDefinitionNode): JoinedField {
  return {
    name: node.name.value,
    node,
    joins: argumentsOf(node.directives, 'join__field').map((join) => {
      for (const unsupported of ['overrideLabel', 'contextArguments']) {
        if (join[unsupported] === undefined) continue
        throw new Error(`${node.name.value}: ${unsupported} is not supported by this executor`)
      }
      return readJoin(join)
    }),
  }
}

function readJoin(join: Record<string, unknown>): JoinField {
  return {
    graph: typeof join.graph === 'string' ? join.graph : undefined,
    requires: readFieldSet(join.requires),
    provides: readFieldSet(join.provides),
    type: typeof join.type === 'string' ? join.type : undefined,
    external: join.external === true,
    usedOverridden: join.usedOverridden === true,
  }
}

function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): Record<string, unknown>[] {
  return (directives ?? []).filter((directive) => directive.name.value === name).map((directive) =>
    Object.fromEntries(
      (directive.arguments ?? []).map((a) => [a.name.value, valueFromASTUntyped(a.value)]),
    )
  )
}
