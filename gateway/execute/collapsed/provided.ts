/**
 * What a field's @provides adds to the subgraph that answered it.
 */
import { type FieldNode, Kind, type SelectionSetNode } from 'graphql'

/** Selections that hold at one value. One object for the same selections, so that it can be a key. */
export class Provided {
  readonly #sets: readonly SelectionSetNode[]
  /** `type.field` → what is provided below it; null when the field itself is not provided. */
  readonly #below = new Map<string, ProvidedField | null>()

  constructor(sets: readonly SelectionSetNode[]) {
    this.#sets = sets
  }

  /**
   * What is provided of a field, null when it is not.
   *
   * @param matches whether a fragment on a type applies to the value
   */
  field(typeName: string, name: string, matches: (condition: string) => boolean):
    | ProvidedField
    | null {
    const key = `${typeName}.${name}`
    let field = this.#below.get(key)
    if (field === undefined) {
      const nodes = this.#sets.flatMap((set) => [...nodesOf(set, name, matches)])
      const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
      field = nodes.length === 0
        ? null
        : { below: sets.length === 0 ? undefined : new Provided(sets) }
      this.#below.set(key, field)
    }
    return field
  }
}

/** @property below what is provided of the field's value, absent for leaves */
export interface ProvidedField {
  readonly below: Provided | undefined
}

function* nodesOf(
  set: SelectionSetNode,
  name: string,
  matches: (condition: string) => boolean,
): Iterable<FieldNode> {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value === name) yield selection
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition } = selection
      if (typeCondition === undefined || matches(typeCondition.name.value)) {
        yield* nodesOf(selection.selectionSet, name, matches)
      }
    }
  }
}
