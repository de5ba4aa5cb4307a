/**
 * Which rules an operation falls under, worked out once per parsed document.
 */
import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { requestedOperation } from '../execute/operation-kind.ts'
import type { AccessRule, AccessRules } from './rules.ts'

/** What one operation's fields are held to. */
export interface Needs {
  readonly operation: OperationDefinitionNode
  /** Every rule that applies anywhere, each once. */
  readonly rules: readonly AccessRule[]
  /** The fields under a rule. */
  readonly guarded: ReadonlyMap<FieldNode, readonly AccessRule[]>
  /** The type of every field. */
  readonly types: ReadonlyMap<FieldNode, GraphQLOutputType>
  /** Whether parts of the answer may come later. */
  readonly incremental: boolean
}

/** Works needs out and remembers them for as long as the parsed document lives. */
export function needsOf(rules: AccessRules, schema: GraphQLSchema) {
  const known = new WeakMap<DocumentNode, Map<string, Needs>>()
  return (document: DocumentNode, name: string | undefined): Needs => {
    let named = known.get(document)
    if (named === undefined) known.set(document, named = new Map())
    let needs = named.get(name ?? '')
    if (needs === undefined) {
      named.set(
        name ?? '',
        needs = findNeeds(requestedOperation(document, name), document, rules, schema),
      )
    }
    return needs
  }
}

function findNeeds(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  rules: AccessRules,
  schema: GraphQLSchema,
): Needs {
  const guarded = new Map<FieldNode, readonly AccessRule[]>()
  const types = new Map<FieldNode, GraphQLOutputType>()
  let incremental = false
  const info = new TypeInfo(schema)
  visit(
    // The operation with the fragments that it uses, and nothing of its neighbours.
    separateOperations(document)[operation.name?.value ?? '']!,
    visitWithTypeInfo(info, {
      Directive({ name }) {
        if (name.value === 'defer' || name.value === 'stream') incremental = true
      },
      Field(node) {
        const [type, parent] = [info.getType(), info.getParentType()]
        if (!type || !parent) return
        types.set(node, type)
        // A type's own rule holds for what leads to it and for each of its fields.
        const places = [parent.name, `${parent.name}.${node.name.value}`, getNamedType(type).name]
        const found = places.flatMap((place) => rules.get(place) ?? [])
        if (found.length > 0) guarded.set(node, found)
      },
    }),
  )
  const distinct = new Set(Array.from(guarded.values()).flat())
  return { operation, rules: [...distinct], guarded, types, incremental }
}
