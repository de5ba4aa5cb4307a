/**
 * What fields cost, read from a supergraph's SDL.
 *
 * @see https://ibm.github.io/graphql-specs/cost-spec.html, as federation 2.9 has it
 */
import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql'

/**
 * How long a list is taken to be.
 *
 * @property slicing paths of arguments that say so; the largest counts
 * @property sized fields of the answer that are the list, rather than the answer itself
 */
export interface ListSize {
  readonly assumed: number | undefined
  readonly slicing: readonly (readonly string[])[]
  readonly sized: readonly string[]
  readonly requireOne: boolean
}

/** @property weight where the schema gives one @property lists how many lists are in one another */
export interface InputCost {
  readonly type: string
  readonly lists: number
  readonly weight: number | undefined
  readonly defaultValue: unknown
}

/**
 * @property requires what the field needs of its parent although no client asked for it
 * @property keys the keys by which its subgraph is entered, one of which is read as well
 * @property scopes every scope that its rule names
 */
export interface FieldCost extends InputCost {
  readonly arguments: ReadonlyMap<string, InputCost>
  readonly listSize: ListSize | undefined
  readonly requires: readonly SelectionSetNode[]
  readonly keys: readonly SelectionSetNode[]
  readonly scopes: readonly string[]
}

/** @property weight of one value */
export interface TypeCost {
  readonly weight: number
  readonly fields: ReadonlyMap<string, FieldCost>
  readonly inputs: ReadonlyMap<string, InputCost>
  readonly scopes: readonly string[]
}

/** The costs of one schema. What the schema hides from its clients is not in it. */
export interface CostTable {
  readonly types: ReadonlyMap<string, TypeCost>
  readonly roots: {
    readonly query: string
    readonly mutation: string
    readonly subscription: string
  }
}

/** Reads a supergraph. */
export function costTable(supergraphSdl: string): CostTable {
  const { definitions } = parse(supergraphSdl, { noLocation: true })
  const names = directiveNames(definitions)
  const shown = definitions.filter(isType).filter((type) => !isHidden(type))
  const types = new Map(shown.map((type) => [type.name.value, readType(type, names)]))
  for (const type of shown) {
    // An abstract value may turn out to be the dearest of its kinds.
    if (type.kind === Kind.UNION_TYPE_DEFINITION) {
      const members = (type.types ?? []).map(({ name }) => name.value)
      raise(types, type.name.value, members)
    } else if (type.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      raise(types, type.name.value, implementersOf(shown, type.name.value))
    }
  }
  return { types, roots: readRoots(definitions) }
}

interface Names {
  readonly cost: string
  readonly listSize: string
  readonly requiresScopes: string
}

function readType(type: TypeDefinitionNode, names: Names): TypeCost {
  const explicit = weightOf(type, names)
  const scopes = scopesOf(type, names)
  const nothing = { fields: new Map(), inputs: new Map(), scopes }
  switch (type.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_DEFINITION:
      return { ...nothing, weight: explicit ?? 0 }
    case Kind.UNION_TYPE_DEFINITION:
      return { ...nothing, weight: explicit ?? 1 }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { ...nothing, weight: explicit ?? 1, inputs: readInputs(type.fields, names) }
    default: {
      const keys = keysOf(type)
      const fields = (type.fields ?? []).filter((field) => !isHidden(field)).map((field) =>
        [field.name.value, readField(field, keys, names)] as const
      )
      return { ...nothing, weight: explicit ?? 1, fields: new Map(fields) }
    }
  }
}

function readField(
  field: FieldDefinitionNode,
  keys: ReadonlyMap<string, readonly SelectionSetNode[]>,
  names: Names,
): FieldCost {
  const places = (field.directives ?? []).filter(({ name }) => name.value === 'join__field')
  const requires = places.map((place) => argument(place, 'requires')).filter(isText)
  const graphs = places.map((place) => argument(place, 'graph')).filter(isText)
  return {
    ...readShape(field.type),
    weight: weightOf(field, names),
    defaultValue: undefined,
    arguments: readInputs(field.arguments, names),
    listSize: listSizeOf(field, names),
    requires: requires.map(fieldSet),
    keys: graphs.length === 1 ? keys.get(graphs[0]!) ?? [] : [],
    scopes: scopesOf(field, names),
  }
}

function readInputs(
  inputs: readonly InputValueDefinitionNode[] | undefined,
  names: Names,
): ReadonlyMap<string, InputCost> {
  return new Map(
    (inputs ?? []).filter((input) => !isHidden(input)).map((input) => [input.name.value, {
      ...readShape(input.type),
      weight: weightOf(input, names),
      defaultValue: input.defaultValue && valueFromASTUntyped(input.defaultValue),
    }]),
  )
}

function readShape(type: TypeNode): { type: string; lists: number } {
  let lists = 0
  let node = type
  while (node.kind !== Kind.NAMED_TYPE) {
    if (node.kind === Kind.LIST_TYPE) lists += 1
    node = node.type
  }
  return { type: node.name.value, lists }
}

function listSizeOf(field: FieldDefinitionNode, names: Names): ListSize | undefined {
  const found = field.directives?.find(({ name }) => name.value === names.listSize)
  if (found === undefined) return undefined
  const assumed = argument(found, 'assumedSize')
  return {
    assumed: typeof assumed === 'number' ? Math.max(0, assumed) : undefined,
    slicing: texts(argument(found, 'slicingArguments')).map((path) => path.split('.')),
    sized: texts(argument(found, 'sizedFields')),
    requireOne: argument(found, 'requireOneSlicingArgument') !== false,
  }
}

/** Federation writes whole numbers, IBM's draft decimal text. */
function weightOf(element: Annotated, names: Names): number | undefined {
  const found = element.directives?.find(({ name }) => name.value === names.cost)
  if (found === undefined) return undefined
  const weight = Number(argument(found, 'weight'))
  return Number.isFinite(weight) ? weight : undefined
}

function scopesOf(element: Annotated, names: Names): string[] {
  const found = element.directives?.find(({ name }) => name.value === names.requiresScopes)
  const scopes = found && argument(found, 'scopes')
  return Array.isArray(scopes) ? [...new Set(scopes.flat().filter(isText))] : []
}

/** Graph → its keys that can be entered by. */
function keysOf(type: Annotated): ReadonlyMap<string, readonly SelectionSetNode[]> {
  const keys = new Map<string, SelectionSetNode[]>()
  for (const place of type.directives ?? []) {
    if (place.name.value !== 'join__type' || argument(place, 'resolvable') === false) continue
    const graph = argument(place, 'graph')
    const key = argument(place, 'key')
    if (isText(graph) && isText(key)) keys.set(graph, [...keys.get(graph) ?? [], fieldSet(key)])
  }
  return keys
}

function fieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions
  return (definition as { selectionSet: SelectionSetNode }).selectionSet
}

function raise(types: Map<string, TypeCost>, name: string, kinds: readonly string[]): void {
  const own = types.get(name)!
  const of = kinds.map((kind) => types.get(kind)).filter((kind) => kind !== undefined)
  const fields = new Map(own.fields)
  for (const [field, cost] of fields) {
    const weights = [cost, ...of.map((kind) => kind.fields.get(field))]
      .map((each) => each?.weight).filter((weight) => weight !== undefined)
    if (weights.length > 0) fields.set(field, { ...cost, weight: Math.max(...weights) })
  }
  types.set(name, { ...own, fields, weight: Math.max(own.weight, ...of.map((k) => k.weight)) })
}

function implementersOf(types: readonly TypeDefinitionNode[], name: string): string[] {
  return types.filter((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION &&
    type.interfaces?.some((each) => each.name.value === name)
  ).map((type) => type.name.value)
}

function readRoots(definitions: readonly DefinitionNode[]): CostTable['roots'] {
  const schema = definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION)
  const named = (operation: string, fallback: string) =>
    schema?.operationTypes.find((each) => each.operation === operation)?.type.name.value ?? fallback
  return {
    query: named('query', 'Query'),
    mutation: named('mutation', 'Mutation'),
    subscription: named('subscription', 'Subscription'),
  }
}

/** A supergraph may have renamed what it links; what it did not import has its feature's prefix. */
function directiveNames(definitions: readonly DefinitionNode[]): Names {
  const schema = definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION)
  const links = (schema?.directives ?? []).filter(({ name }) => name.value === 'link')
  const linked = (feature: string, directive: string) => {
    const link = links.find((each) => String(argument(each, 'url')).split('/').at(-2) === feature)
    if (link === undefined) return directive
    const imports = argument(link, 'import')
    for (const item of Array.isArray(imports) ? imports : []) {
      if (item === `@${directive}`) return directive
      const { name, as } = item as { name?: string; as?: string }
      if (name === `@${directive}`) return (as ?? name).slice(1)
    }
    const prefix = argument(link, 'as') ?? feature
    return feature === directive ? String(prefix) : `${prefix}__${directive}`
  }
  return {
    cost: linked('cost', 'cost'),
    listSize: linked('cost', 'listSize'),
    requiresScopes: linked('requiresScopes', 'requiresScopes'),
  }
}

interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[]
}

function isHidden({ directives }: Annotated): boolean {
  return directives?.some(({ name }) => name.value === 'inaccessible') ?? false
}

function isType(node: DefinitionNode): node is TypeDefinitionNode {
  return node.kind.endsWith('TypeDefinition')
}

function argument(directive: ConstDirectiveNode, name: string): unknown {
  const found: ConstArgumentNode | undefined = directive.arguments?.find((each) =>
    each.name.value === name
  )
  return found && valueFromASTUntyped(found.value as ConstValueNode)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(isText) : []
}
