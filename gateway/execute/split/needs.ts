/**
 * What a plan selects besides what the client wrote: the keys of entities and what `@requires` reads.
 */
import {
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { argumentsOf, type JoinedType } from './join.ts'

/** A selection that a plan may add. @property why as a person reads it */
export interface Need {
  readonly why: string
  readonly selectionSet: SelectionSetNode
}

/** The needs of a supergraph. */
export interface Needs {
  /** Selected wherever a value of the type goes from one subgraph to another. */
  keys(type: string): readonly Need[]
  /** Selected where the field is. */
  requires(type: string, field: string): readonly Need[]
}

/** Reads them from the join directives. @param schema the supergraph's */
export function readNeeds(supergraphSdl: string, schema: GraphQLSchema): Needs {
  const keys = new Map<string, Need[]>()
  const requires = new Map<string, Need[]>()
  const put = (map: Map<string, Need[]>, place: string, why: string, fields: string) => {
    const needs = map.get(place) ?? []
    map.set(place, needs)
    // Several subgraphs may say the same.
    if (!needs.some((need) => need.why === why)) needs.push({ why, selectionSet: setOf(fields) })
  }
  const readType = (node: JoinedType): void => {
    const type = node.name.value
    for (const key of argumentsOf(node.directives, 'join__type', 'key')) {
      put(keys, type, `the key "${key}" of ${type}`, key)
    }
    for (const field of node.fields ?? []) {
      for (const set of argumentsOf(field.directives, 'join__field', 'requires')) {
        const place = `${type}.${field.name.value}`
        put(requires, place, `${place}, which requires "${oneLine(set)}"`, set)
      }
    }
  }
  visit(parse(supergraphSdl, { noLocation: true }), {
    ObjectTypeDefinition: readType,
    InterfaceTypeDefinition: readType,
  })
  const withInterfaces = (name: string): string[] => {
    const type = schema.getType(name)
    return isObjectType(type) || isInterfaceType(type)
      ? [name, ...(type as GraphQLObjectType).getInterfaces().map((each) => each.name)]
      : [name]
  }
  return {
    keys: remember((type) => withInterfaces(type).flatMap((each) => keys.get(each) ?? [])),
    requires: (type, field) =>
      withInterfaces(type).flatMap((each) => requires.get(`${each}.${field}`) ?? []),
  }
}

/** A field set as the selection that it is. */
function setOf(fields: string): SelectionSetNode {
  const [operation] = parse(`{ ${fields} }`, { noLocation: true }).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no field set: ${fields}`)
  return operation.selectionSet
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}

function remember<T>(work: (key: string) => T): (key: string) => T {
  const done = new Map<string, T>()
  return (key) => {
    let value = done.get(key)
    if (value === undefined) done.set(key, value = work(key))
    return value
  }
}
