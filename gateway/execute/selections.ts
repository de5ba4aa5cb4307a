/**
 * Which fields of a document stand behind one key of an answer.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** The fragments of a document by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

export function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions.filter((definition): definition is FragmentDefinitionNode =>
      definition.kind === Kind.FRAGMENT_DEFINITION
    ).map((fragment) => [fragment.name.value, fragment]),
  )
}

/** The fields of some selection sets by response name, whatever type each is for. */
export function fieldsOf(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const seen = new Set<SelectionSetNode>()
  const open = [...sets]
  for (let set = open.pop(); set !== undefined; set = open.pop()) {
    if (seen.has(set)) continue
    seen.add(set)
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = responseName(selection)
        const same = fields.get(name)
        if (same === undefined) fields.set(name, [selection])
        else same.push(selection)
      } else {
        const inner = selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments.get(selection.name.value)?.selectionSet
        if (inner !== undefined) open.push(inner)
      }
    }
  }
  return fields
}

/** The key of an answer under which a field's value is. */
export function responseName(node: FieldNode): string {
  return (node.alias ?? node.name).value
}
