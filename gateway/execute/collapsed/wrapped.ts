/**
 * Which types travel in a ref.
 *
 * Values that no other subgraph can add to stay as their subgraph made them and cost nothing. A type
 * is wrapped everywhere or nowhere, so that its fields know what they are given.
 */
import { Kind, type SelectionSetNode } from 'graphql'
import type { FieldEntry, Model } from './model.ts'

/** The names of wrapped types: objects, interfaces and unions. */
export function wrappedTypes(
  model: Model,
  abstractGraphs: ReadonlyMap<string, number>,
): ReadonlySet<string> {
  const wrapped = new Set<string>()
  for (const record of model.records.values()) {
    if (record.root !== undefined) continue
    if (record.places.length > 1) wrapped.add(record.name)
    if (record.places.some(({ shape }) => shape === 'interfaceObject')) wrapped.add(record.name)
  }
  for (const [name, graphs] of abstractGraphs) if (graphs > 1) wrapped.add(name)
  for (const record of model.records.values()) {
    for (const field of record.fields.values()) {
      for (const entry of field.entries) {
        if (entry.requires !== undefined) wrapped.add(record.name)
        if (entry.output.kind !== 'leaf' && entry.output.typeName !== field.answers) {
          wrapped.add(field.answers).add(entry.output.typeName)
        }
        if (entry.provides !== undefined) touch(entry, entry.provides, model, wrapped)
      }
    }
  }
  for (let before = -1; before !== wrapped.size;) {
    before = wrapped.size
    for (const [name, possible] of model.possible) {
      const members = [...possible]
      if (!wrapped.has(name) && !members.some((member) => wrapped.has(member))) continue
      wrapped.add(name)
      for (const member of members) wrapped.add(member)
    }
  }
  for (const record of model.records.values()) {
    if (record.root !== undefined) wrapped.delete(record.name)
  }
  return wrapped
}

/** The types that a provided selection goes through. */
function touch(
  entry: FieldEntry,
  selection: SelectionSetNode,
  model: Model,
  wrapped: Set<string>,
): void {
  wrapped.add(entry.output.typeName)
  const below = (typeName: string, set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        below(node.typeCondition?.name.value ?? typeName, node.selectionSet)
      } else if (node.kind === Kind.FIELD && node.selectionSet !== undefined) {
        const names = [typeName, ...model.possible.get(typeName) ?? []]
        for (const name of names) {
          const next = model.records.get(name)?.fields.get(node.name.value)
          if (next === undefined) continue
          wrapped.add(next.answers)
          below(next.answers, node.selectionSet)
        }
      }
    }
  }
  below(entry.field.answers, selection)
}
