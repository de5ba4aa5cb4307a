/**
 * Chooses who answers a field by what is selected below it.
 *
 * A value from home may lack a field that cannot be reached from there, while another subgraph's has
 * it. So a choice is made for the whole selection: the cheapest owner whose value can be completed.
 * The work is remembered per selection and bounded, whatever the document.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { Atlas } from './atlas.ts'
import type { FieldRecord } from './model.ts'
import {
  type AbstractPosition,
  type AnyPosition,
  type Choice,
  type InterfaceObjectPosition,
  type Position,
  sameNodes,
} from './position.ts'
import { matcher } from './route.ts'

export type Fragments = Readonly<Record<string, FragmentDefinitionNode | undefined>>

/** Steps that one document may cost: far above what people write, far below what hurts. */
const STEPS_MAX = 200_000

/** How deep selections may go before the work is refused: the stack is not endless. */
const DEPTH_MAX = 200

/** What one document brings and may cost. */
export class Look {
  readonly fragments: Fragments
  #steps = 0
  #depth = 0

  constructor(fragments: Fragments) {
    this.fragments = fragments
  }

  /** @throws GraphQLError `DOCUMENT_TOO_COMPLEX` */
  step(): void {
    if (++this.#steps > STEPS_MAX) throw tooComplex()
  }

  /** Goes one selection deeper. @throws GraphQLError `DOCUMENT_TOO_COMPLEX` */
  below<T>(work: () => T): T {
    if (++this.#depth > DEPTH_MAX) throw tooComplex()
    try {
      return work()
    } finally {
      this.#depth--
    }
  }
}

function tooComplex(): GraphQLError {
  return new GraphQLError(
    `The document is too complex: selections may be ${DEPTH_MAX} deep, and not all combined.`,
    { extensions: { code: 'DOCUMENT_TOO_COMPLEX' } },
  )
}

/**
 * What a field costs beside hops when it is not at home: it breaks ties for whoever has most of a
 * selection. The deeper, the less, since fewer fields are below.
 */
const ELSEWHERE = 2 ** -12

function halved(cost: number): number {
  const hops = Math.floor(cost)
  return cost === Infinity ? cost : hops + (cost - hops) / 2
}

function keepFor<T>(kept: WeakMap<FieldNode, T[]>, node: FieldNode, entry: T): void {
  const entries = kept.get(node)
  if (entries === undefined) kept.set(node, [entry])
  else entries.push(entry)
}

const NO_FRAGMENTS: Fragments = Object.freeze({})

/** For selections that are no client's: keys and requirements. */
export function internalLook(): Look {
  return new Look(NO_FRAGMENTS)
}

export class LookAhead {
  readonly #atlas: Atlas

  constructor(atlas: Atlas) {
    this.#atlas = atlas
  }

  /** The best way to resolve a field with these nodes; its cost is infinite when there is none. */
  choose(
    position: Position,
    field: FieldRecord,
    nodes: readonly FieldNode[],
    look: Look,
  ): Choice {
    const first = nodes[0]!
    const made = position.choices.get(first)
    if (made !== undefined) {
      for (const choice of made) if (sameNodes(choice.nodes, nodes)) return choice
    }
    return this.#atlas.unfolding.once(
      () => this.#choose(position, field, nodes, look),
      (choice) => keepFor(position.choices, first, choice),
    )
  }

  #choose(
    position: Position,
    field: FieldRecord,
    nodes: readonly FieldNode[],
    look: Look,
  ): Choice {
    let best: Choice = { nodes, source: undefined, cost: Infinity }
    let bestOwn = Infinity
    for (const source of this.#atlas.sources(position, field)) {
      // Sources come cheapest first; only ties are told apart by what is below.
      if (source.cost > bestOwn) break
      const below = source.child === undefined ? 0 : this.costBelow(source.child, nodes, look)
      if (below === Infinity) continue
      const cost = source.cost + below
      if (cost < best.cost) best = { nodes, source, cost }
      bestOwn = source.cost
    }
    return best
  }

  /** What completing some selections from a position costs in hops. */
  cost(position: Position, nodes: readonly FieldNode[], look: Look): number {
    if (position.blank) return 0
    const first = nodes[0]!
    const known = position.costs.get(first)
    if (known !== undefined) {
      for (const entry of known) if (sameNodes(entry.nodes, nodes)) return entry.cost
    }
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    return this.#atlas.unfolding.once(
      () => look.below(() => this.costOf(position, sets, look)),
      (cost) => keepFor(position.costs, first, { nodes, cost }),
    )
  }

  /** The same for selections that are no field's: an operation's, a requirement's. */
  costOf(position: Position, sets: readonly SelectionSetNode[], look: Look): number {
    let cost = 0
    const views = new Set<object>()
    for (const nodes of this.collect(position.record.name, sets, look).values()) {
      const field = position.record.fields.get(nodes[0]!.name.value)
      // __typename, or a field that no schema has: the standard's rules tell.
      if (field === undefined) continue
      const { source, cost: own } = this.choose(position, field, nodes, look)
      if (source === undefined) return Infinity
      cost += halved(own - source.cost)
      if (source.route === undefined) continue
      cost += ELSEWHERE
      if (views.has(source.route.slot)) continue
      views.add(source.route.slot)
      cost += source.cost
    }
    return cost
  }

  /** The same for whatever a field answers: the worst of the types that it may turn out to be. */
  costBelow(child: AnyPosition, nodes: readonly FieldNode[], look: Look): number {
    look.step()
    if (child.kind === 'object') return this.cost(child, nodes, look)
    if (child.kind === 'abstract') {
      if (child.members.size === 0) return this.#withoutMembers(child, nodes, look)
      let worst = 0
      for (const member of child.members.values()) {
        worst = Math.max(worst, this.costBelow(member, nodes, look))
        if (worst === Infinity) break
      }
      return worst
    }
    if (this.standsIn(child, nodes, look)) return this.cost(child.standIn, nodes, look)
    const [route] = child.typeRoutes
    if (route === undefined) return Infinity
    let worst = 0
    for (const position of child.concrete.values()) {
      worst = Math.max(worst, this.cost(position, nodes, look))
    }
    return worst + route.cost
  }

  /** An interface that its subgraph has no type for: only what it lists itself can be asked for. */
  #withoutMembers({ place }: AbstractPosition, nodes: readonly FieldNode[], look: Look): number {
    const { graph, type } = place
    const record = this.#atlas.model.records.get(type.name)
    const home = this.#atlas.model.place(graph, type.name)
    if (record === undefined || home === undefined) return 0
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    for (const [field] of this.collect(type.name, sets, look).values()) {
      const name = field!.name.value
      if (record.fields.has(name) && home.type.getFields()[name] === undefined) return Infinity
    }
    return 0
  }

  /** Whether a value whose type is not known will do for some selections. */
  standsIn(
    { standIn, standsIn }: InterfaceObjectPosition,
    nodes: readonly FieldNode[],
    look: Look,
  ): boolean {
    const known = standsIn.get(nodes[0]!)
    const made = known?.find((entry) => sameNodes(entry.nodes, nodes))
    if (made !== undefined) return made.does
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    return this.#atlas.unfolding.once(
      () =>
        !this.#asksForType(standIn.record.name, sets, look) &&
        this.cost(standIn, nodes, look) < Infinity,
      (does) => keepFor(standsIn, nodes[0]!, { nodes, does }),
    )
  }

  #asksForType(typeName: string, sets: readonly SelectionSetNode[], look: Look): boolean {
    const matches = matcher(this.#atlas.model, typeName)
    const seen = new Set<string>()
    const asks = (set: SelectionSetNode): boolean =>
      set.selections.some((selection) => {
        look.step()
        if (selection.kind === Kind.FIELD) return selection.name.value === '__typename'
        if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const name = selection.name.value
          if (seen.has(name)) return false
          seen.add(name)
          const fragment = look.fragments[name]
          return fragment !== undefined &&
            (!matches(fragment.typeCondition.name.value) || asks(fragment.selectionSet))
        }
        const condition = selection.typeCondition?.name.value
        return (condition !== undefined && !matches(condition)) || asks(selection.selectionSet)
      })
    return look.below(() => sets.some(asks))
  }

  /** Response key → the field nodes that share it, for values of a type. Skips are not looked at. */
  collect(
    typeName: string,
    sets: readonly SelectionSetNode[],
    look: Look,
  ): Map<string, FieldNode[]> {
    const matches = matcher(this.#atlas.model, typeName)
    const groups = new Map<string, FieldNode[]>()
    const seen = new Set<string>()
    const add = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        look.step()
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value
          const group = groups.get(key)
          if (group === undefined) groups.set(key, [selection])
          else group.push(selection)
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value
          if (condition !== undefined && !matches(condition)) continue
          look.below(() => add(selection.selectionSet))
        } else {
          const name = selection.name.value
          if (seen.has(name)) continue
          seen.add(name)
          const fragment = look.fragments[name]
          if (fragment === undefined || !matches(fragment.typeCondition.name.value)) continue
          look.below(() => add(fragment.selectionSet))
        }
      }
    }
    for (const set of sets) add(set)
    return groups
  }
}
