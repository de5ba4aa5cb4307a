/**
 * Refuses documents that cannot be answered, before any resolver runs.
 *
 * It walks an operation with positions in place of values. What it finds out of which subgraph
 * answers what stays in the positions, so that requests of the same document only look it up. It runs
 * beside the standard's rules and says nothing of what those refuse.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql'
import type { Engine } from './engine.ts'
import { Look } from './look-ahead.ts'
import { type AnyPosition, type Position } from './position.ts'

/** The check as a validation rule. */
export function documentCheck(
  engine: Engine,
  roots: Readonly<Record<OperationDefinitionNode['operation'], string>>,
): ValidationRule {
  const verdicts = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  return function CollapsedDocumentRule(context) {
    return {
      Document(document) {
        let verdict = verdicts.get(document)
        if (verdict === undefined) {
          verdict = [...check(document, engine, roots)]
          verdicts.set(document, verdict)
        }
        for (const error of verdict) context.reportError(error)
      },
    }
  }
}

function* check(
  document: DocumentNode,
  engine: Engine,
  roots: Readonly<Record<OperationDefinitionNode['operation'], string>>,
): Iterable<GraphQLError> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  }
  const look = new Look(fragments)
  try {
    // The standard's rules refuse cycles; following them would not end.
    if (hasCycle(fragments, look)) return
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue
      const record = engine.model.records.get(roots[definition.operation])
      if (record === undefined) continue
      const root = engine.atlas.root(record)
      const sets = [definition.selectionSet]
      if (engine.lookAhead.costOf(root, sets, look) < Infinity) continue
      const missing = firstMissing(root, sets, engine, look)
      yield new GraphQLError(
        `${missing?.coordinate ?? record.name} cannot be reached by this path.`,
        {
          nodes: missing?.node ?? definition,
          extensions: { code: 'FIELD_UNREACHABLE' },
        },
      )
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    yield error
  }
}

/** Whether fragments spread themselves. Each is walked once, and no deeper than the stack bears. */
function hasCycle(
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  look: Look,
): boolean {
  const done = new Set<string>()
  const open = new Set<string>()
  const cyclic = (name: string): boolean => {
    if (open.has(name)) return true
    const fragment = fragments[name]
    if (done.has(name) || fragment === undefined) return false
    open.add(name)
    const found = look.below(() => [...spreads(fragment.selectionSet, look)].some(cyclic))
    open.delete(name)
    done.add(name)
    return found
  }
  return Object.keys(fragments).some(cyclic)
}

/** Names of the fragments spread in a selection, at any depth. */
function* spreads(selection: SelectionSetNode, look: Look): Iterable<string> {
  const sets = [selection]
  for (let set = sets.pop(); set !== undefined; set = sets.pop()) {
    for (const node of set.selections) {
      look.step()
      if (node.kind === Kind.FRAGMENT_SPREAD) yield node.name.value
      else if (node.selectionSet !== undefined) sets.push(node.selectionSet)
    }
  }
}

interface Missing {
  readonly node: FieldNode
  readonly coordinate: string
}

/** A field that no subgraph can give, on the way that would otherwise be taken. */
function firstMissing(
  position: Position,
  sets: readonly SelectionSetNode[],
  engine: Engine,
  look: Look,
): Missing | undefined {
  for (const nodes of engine.lookAhead.collect(position.record.name, sets, look).values()) {
    const field = position.record.fields.get(nodes[0]!.name.value)
    if (field === undefined) continue
    if (engine.lookAhead.choose(position, field, nodes, look).source !== undefined) continue
    const here = { node: nodes[0]!, coordinate: `${position.record.name}.${field.name}` }
    const [source] = engine.atlas.sources(position, field)
    if (source?.child === undefined) return here
    const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    for (const child of positionsOf(source.child)) {
      const missing = look.below(() => firstMissing(child, below, engine, look))
      if (missing !== undefined) return missing
    }
    return here
  }
  return undefined
}

function positionsOf(position: AnyPosition): readonly Position[] {
  if (position.kind === 'object') return [position]
  if (position.kind === 'abstract') return [...position.members.values()].flatMap(positionsOf)
  return position.typeRoutes.length === 0 ? [] : [...position.concrete.values()]
}
