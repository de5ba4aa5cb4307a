/**
 * Refuses selections that a planner leaves out of its plan without a word.
 *
 * An interface that no object type implements is real only where a subgraph has an object in its
 * place (`@interfaceObject`). From such a value there is no way into another subgraph: asked for a
 * field that only another one has, the planner drops the field above, and it comes back null.
 */
import {
  type FieldNode,
  getNamedType,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  Kind,
  parse,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql'
import { argumentsOf, type JoinedType } from './join.ts'

/** The rule for a supergraph. Refuses with `PLAN_CONFLICT`. */
export function planUnreachable(supergraphSdl: string, schema: GraphQLSchema): ValidationRule {
  const graphs = readGraphs(supergraphSdl)
  return (context) => ({
    Field(node) {
      const parent = context.getParentType()
      const type = context.getType()
      if (!parent || !type || node.selectionSet === undefined) return
      const named = schema.getType(getNamedType(type).name)
      if (!isInterfaceType(named) || schema.getPossibleTypes(named).length > 0) return
      const above = graphs(parent.name, node.name.value)
      for (const below of fieldsOf(node.selectionSet, context, new Set())) {
        const name = below.name.value
        if (name === '__typename' || graphs(named.name, name).some((g) => above.includes(g))) {
          continue
        }
        context.reportError(
          new GraphQLError(
            `${named.name}.${name} cannot be reached from ${parent.name}.${node.name.value}:` +
              ` no object type implements ${named.name}.`,
            { nodes: below, extensions: { code: 'PLAN_CONFLICT' } },
          ),
        )
      }
    },
  })
}

function fieldsOf(
  selectionSet: SelectionSetNode,
  context: ValidationContext,
  visited: Set<string>,
): FieldNode[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return fieldsOf(selection.selectionSet, context, visited)
    }
    const name = selection.name.value
    const fragment = visited.has(name) ? undefined : context.getFragment(name)
    visited.add(name)
    return fragment ? fieldsOf(fragment.selectionSet, context, visited) : []
  })
}

/** The subgraphs that have a field; one without a subgraph of its own is wherever its type is. */
function readGraphs(supergraphSdl: string): (type: string, field: string) => readonly string[] {
  const byType = new Map<string, string[]>()
  const byField = new Map<string, string[]>()
  const read = (node: JoinedType): void => {
    byType.set(node.name.value, argumentsOf(node.directives, 'join__type', 'graph'))
    for (const field of node.fields ?? []) {
      const graphs = argumentsOf(field.directives, 'join__field', 'graph')
      if (graphs.length > 0) byField.set(`${node.name.value}.${field.name.value}`, graphs)
    }
  }
  visit(parse(supergraphSdl, { noLocation: true }), {
    ObjectTypeDefinition: read,
    InterfaceTypeDefinition: read,
  })
  return (type, field) => byField.get(`${type}.${field}`) ?? byType.get(type) ?? []
}
