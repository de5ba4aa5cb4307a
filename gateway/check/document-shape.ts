/**
 * What a saved document relies on: the shape of its answer, and what its variables may hold.
 */
import {
  astFromValue,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql'

/** What is remembered of a document when it is registered. All lists and keys are sorted. */
export interface DocumentShape {
  /** Response path → printed type: `orders.edges.node.serial` → `String!`. */
  readonly answers: Readonly<Record<string, string>>
  /** Enum that the answer holds → its values. */
  readonly enums: Readonly<Record<string, readonly string[]>>
  /** Union or interface that the answer holds → the types that it can be. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /** Input field that a variable can hold → its type as SDL has it: `Int! = 20`. */
  readonly inputs: Readonly<Record<string, string>>
  /** Enum that a variable can hold → its values. */
  readonly choices: Readonly<Record<string, readonly string[]>>
}

/** A shape, and where in the schema each part of the answer comes from. */
export interface ReadShape {
  readonly shape: DocumentShape
  /** Response path → `Type.field`. */
  readonly coordinates: ReadonlyMap<string, string>
}

/**
 * Reads a document's shape off a schema.
 *
 * A path names the type that a fragment narrows to: `submitOrder<SubmittedOrder>.repeated`. What the
 * schema does not have is left out; saying so is validation's part.
 *
 * @throws GraphQLError when the text is not a document
 */
export function readShape(text: string, schema: GraphQLSchema): ReadShape {
  const answers = new Map<string, string>()
  const coordinates = new Map<string, string>()
  const enums = new Map<string, readonly string[]>()
  const members = new Map<string, readonly string[]>()
  const inputs = new Map<string, string>()
  const choices = new Map<string, readonly string[]>()
  const document = parse(text)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }

  /** @param within fragments that are being written out: an invalid document may spread in circles */
  const readSelections = (
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    path: string,
    declared: GraphQLNamedType,
    within: ReadonlySet<string>,
  ): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        readField(node, parent, parent === declared ? path : `${path}<${parent.name}>`, within)
        continue
      }
      const name = node.kind === Kind.FRAGMENT_SPREAD ? node.name.value : undefined
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node
      if (fragment === undefined || (name !== undefined && within.has(name))) continue
      const condition = fragment.typeCondition
      const type = condition === undefined ? parent : schema.getType(condition.name.value)
      if (type === undefined) continue
      // Whatever is narrower than before narrows the path; what is wider does not.
      const narrowed = isAbstractType(parent) || parent === type ? type : parent
      const inside = name === undefined ? within : new Set([...within, name])
      readSelections(fragment.selectionSet, narrowed, path, declared, inside)
    }
  }

  const readField = (
    node: FieldNode,
    parent: GraphQLNamedType,
    path: string,
    within: ReadonlySet<string>,
  ): void => {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return
    const field = parent.getFields()[node.name.value]
    if (field === undefined) return
    const key = node.alias?.value ?? node.name.value
    const here = path === '' ? key : `${path}.${key}`
    answers.set(here, String(field.type satisfies GraphQLOutputType))
    coordinates.set(here, `${parent.name}.${field.name}`)
    const named = getNamedType(field.type)
    if (isEnumType(named)) enums.set(named.name, valuesOf(named))
    if (isAbstractType(named)) members.set(named.name, membersOf(schema, named))
    if (node.selectionSet !== undefined && isCompositeType(named)) {
      readSelections(node.selectionSet, named, here, named, within)
    }
  }

  const readInput = (type: GraphQLInputType): void => {
    const named = getNamedType(type)
    if (isEnumType(named)) choices.set(named.name, valuesOf(named))
    if (!isInputObjectType(named)) return
    for (const field of Object.values(named.getFields())) {
      const coordinate = `${named.name}.${field.name}`
      if (inputs.has(coordinate)) continue
      inputs.set(coordinate, `${field.type}${defaultOf(field)}`)
      readInput(field.type)
    }
  }

  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue
    const root = schema.getRootType(node.operation)
    if (root) readSelections(node.selectionSet, root, '', root, new Set())
    for (const { type } of node.variableDefinitions ?? []) {
      const known = typeFromAST(schema, type as Parameters<typeof typeFromAST>[1])
      if (known !== undefined) readInput(known as GraphQLInputType)
    }
  }
  return {
    shape: {
      answers: sorted(answers),
      enums: sorted(enums),
      members: sorted(members),
      inputs: sorted(inputs),
      choices: sorted(choices),
    },
    coordinates,
  }
}

/** A default as SDL has it after a type; nothing when there is none. */
function defaultOf({ defaultValue, type }: GraphQLInputField): string {
  const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, type)
  return value ? ` = ${print(value)}` : ''
}

function valuesOf(type: { getValues(): readonly { readonly name: string }[] }): string[] {
  return type.getValues().map(({ name }) => name).toSorted()
}

function membersOf(schema: GraphQLSchema, type: Parameters<GraphQLSchema['getPossibleTypes']>[0]) {
  return schema.getPossibleTypes(type).map(({ name }) => name).toSorted()
}

function sorted<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].toSorted(([a], [b]) => a < b ? -1 : 1))
}
