/**
 * How much work "fields in set can merge" is for a document.
 *
 * Validation compares every two fields that have one response name, and for each such pair everything
 * below both: quadratic in a document, and worse when pairs lie within pairs. This counts the pairs in
 * the same order and gives up at the limit, so that counting never costs more than the limit allows.
 *
 * @see GraphQL specification, section 5.3.2
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { DocumentLimits } from '../config.ts'

type Fields = ReadonlyMap<string, readonly FieldNode[]>

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/**
 * Pairs in the whole document, or a number over the limit.
 *
 * Needs fragments that do not go round.
 */
export function countFieldPairs(
  document: DocumentNode,
  fragments: Fragments,
  { fieldPairs }: Pick<DocumentLimits, 'fieldPairs'>,
): number {
  const count = new PairCount(fragments, fieldPairs)
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION || node.kind === Kind.FRAGMENT_DEFINITION) {
      count.visit(node.selectionSet)
    }
    if (count.total > fieldPairs) break
  }
  return count.total
}

class PairCount {
  readonly #fragments: Fragments
  readonly #limit: number
  readonly #fields = new Map<SelectionSetNode, Fields>()
  total = 0

  constructor(fragments: Fragments, limit: number) {
    this.#fragments = fragments
    this.#limit = limit
  }

  /** Every selection set that is written down is visited once, as validation does. */
  visit(set: SelectionSetNode): void {
    this.#within(set)
    for (const selection of set.selections) {
      if (this.total > this.#limit) return
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined) {
        this.visit(selection.selectionSet)
      }
    }
  }

  #within(set: SelectionSetNode): void {
    for (const fields of this.#fieldsOf(set).values()) {
      for (let one = 0; one < fields.length; one++) {
        for (let other = one + 1; other < fields.length; other++) {
          this.#pair(fields[one]!, fields[other]!)
          if (this.total > this.#limit) return
        }
      }
    }
  }

  #pair(one: FieldNode, other: FieldNode): void {
    this.total += 1
    if (one === other || one.selectionSet === undefined || other.selectionSet === undefined) return
    const others = this.#fieldsOf(other.selectionSet)
    for (const [name, fields] of this.#fieldsOf(one.selectionSet)) {
      for (const field of fields) {
        for (const partner of others.get(name) ?? []) {
          this.#pair(field, partner)
          if (this.total > this.#limit) return
        }
      }
    }
  }

  /** The fields of a set by response name, those of its fragments included. */
  #fieldsOf(set: SelectionSetNode): Fields {
    const known = this.#fields.get(set)
    if (known !== undefined) return known
    const fields = new Map<string, FieldNode[]>()
    this.#collect(set, fields, new Set())
    this.#fields.set(set, fields)
    return fields
  }

  #collect(set: SelectionSetNode, into: Map<string, FieldNode[]>, spread: Set<string>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value
        const fields = into.get(name)
        if (fields === undefined) into.set(name, [selection])
        else fields.push(selection)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.#collect(selection.selectionSet, into, spread)
      } else {
        const name = selection.name.value
        const fragment = this.#fragments.get(name)
        // A fragment that is spread twice in one place adds nothing the second time.
        if (fragment === undefined || spread.has(name)) continue
        spread.add(name)
        this.#collect(fragment.selectionSet, into, spread)
      }
    }
  }
}
