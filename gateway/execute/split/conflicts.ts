/**
 * Refuses operations that a plan would answer wrongly, and without an error.
 *
 * A plan puts what it needs beside what the client selected, under the same names. A client's alias
 * that equals such a name, or other arguments for such a field, then silently changes what is
 * joined, or what the client is shown: the e-mail address as the key of an account, the price in
 * dollars as the one in euros. Like the standard's OverlappingFieldsCanBeMerged, with the plan's own
 * selections included.
 *
 * @see apollographql/federation#3036
 */
import {
  type ASTNode,
  type FieldNode,
  getNamedType,
  GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'
import { type Needs, readNeeds } from './needs.ts'

/** The most scopes of one document that are looked at, counted once per type and merged selection. */
const SCOPES_MAX = 20_000

/** Selections that answer into one object. @property why absent: the client's own */
interface Part {
  readonly selectionSet: SelectionSetNode
  readonly why: string | undefined
}

/** What one response name stands for. */
interface Slot {
  readonly field: string
  readonly args: string
  readonly why: string | undefined
  readonly node: FieldNode
  readonly below: Part[]
}

/** The rule for a supergraph. Refuses with `PLAN_CONFLICT` and `PLAN_TOO_COMPLEX`. */
export function planConflicts(supergraphSdl: string, schema: GraphQLSchema): ValidationRule {
  const needs = readNeeds(supergraphSdl, schema)
  return (context) => ({
    VariableDefinition(node) {
      if (node.variable.name.value === 'representations') {
        report(context, node, 'The variable $representations has a name that plans use; rename it.')
      }
    },
    OperationDefinition(node) {
      const type = schema.getRootType(node.operation)
      if (type === undefined || type === null) return
      const walk = new Walk(context, schema, needs)
      walk.scope(type.name, [{ selectionSet: node.selectionSet, why: undefined }])
    },
  })
}

class Walk {
  readonly #context: ValidationContext
  readonly #schema: GraphQLSchema
  readonly #needs: Needs
  readonly #ids = new Map<SelectionSetNode, number>()
  readonly #seen = new Set<string>()
  readonly #told = new Set<string>()

  constructor(context: ValidationContext, schema: GraphQLSchema, needs: Needs) {
    this.#context = context
    this.#schema = schema
    this.#needs = needs
  }

  /** Everything that is selected on one object of one type. */
  scope(type: string, parts: readonly Part[]): void {
    const key = `${type} ${parts.map((part) => this.#id(part.selectionSet)).join()}`
    if (this.#seen.has(key) || this.#seen.size > SCOPES_MAX) return
    this.#seen.add(key)
    if (this.#seen.size > SCOPES_MAX) {
      this.#context.reportError(
        new GraphQLError('The document has too many overlapping fragments.', {
          extensions: { code: 'PLAN_TOO_COMPLEX' },
        }),
      )
      return
    }
    const slots = new Map<string, Slot>()
    for (const part of parts) this.#collect(type, part.selectionSet, part.why, slots, new Set())
    for (const need of this.#needs.keys(type)) {
      this.#collect(type, need.selectionSet, need.why, slots, new Set())
    }
    this.#collectRequired(type, slots)
    for (const { field, below } of slots.values()) {
      if (below.length === 0) continue
      for (const each of this.#possible(type, field)) this.scope(each, below)
    }
  }

  /** What the selected fields require, and what that requires in turn. */
  #collectRequired(type: string, slots: Map<string, Slot>): void {
    const done = new Set<string>()
    // A map takes in what is added while it is walked.
    for (const { field } of slots.values()) {
      if (done.has(field)) continue
      done.add(field)
      for (const need of this.#needs.requires(type, field)) {
        this.#collect(type, need.selectionSet, need.why, slots, new Set())
      }
    }
  }

  #collect(
    type: string,
    selectionSet: SelectionSetNode,
    why: string | undefined,
    slots: Map<string, Slot>,
    visited: Set<string>,
  ): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        this.#add(type, selection, why, slots)
        continue
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD
        ? this.#fragment(selection.name.value, visited)
        : selection
      if (fragment === undefined) continue
      const condition = fragment.typeCondition?.name.value
      if (condition === undefined || this.#isA(type, condition)) {
        this.#collect(type, fragment.selectionSet, why, slots, visited)
      }
    }
  }

  #add(type: string, node: FieldNode, why: string | undefined, slots: Map<string, Slot>): void {
    const field = node.name.value
    const name = node.alias?.value ?? field
    if (name === '__typename' && field !== '__typename') {
      this.#tell(node, `The alias __typename of ${type}.${field} is a name that plans use.`)
      return
    }
    const args = argsOf(node)
    const there = slots.get(name)
    const below = node.selectionSet === undefined ? [] : [{ selectionSet: node.selectionSet, why }]
    if (there === undefined) {
      slots.set(name, { field, args, why, node, below })
    } else if (there.field === field && there.args === args) {
      there.below.push(...below)
    } else {
      this.#conflict(type, name, there, { field, args, why, node, below })
    }
  }

  #conflict(type: string, name: string, one: Slot, other: Slot): void {
    // Two of the client's own are the standard's business.
    if (one.why === undefined && other.why === undefined) return
    const [client, need] = one.why === undefined ? [one, other] : [other, one]
    const said = (slot: Slot) => `${type}.${slot.field}${slot.args}`
    if (client.why !== undefined) {
      this.#tell(
        client.node,
        `${said(client)} and ${
          said(need)
        } cannot be asked for at once: ${client.why}; ${need.why}.`,
      )
    } else {
      this.#tell(
        client.node,
        `${said(client)} is asked for as "${name}", which stands for ${
          said(need)
        } in ${need.why};` +
          ' choose another alias.',
      )
    }
  }

  #tell(node: FieldNode, message: string): void {
    if (this.#told.has(message)) return
    this.#told.add(message)
    report(this.#context, node, message)
  }

  /** The object types that a field may answer; an interface that nothing implements stands for itself. */
  #possible(type: string, field: string): string[] {
    const parent = this.#schema.getType(type)
    if (!isObjectType(parent) && !isInterfaceType(parent)) return []
    const declared = parent.getFields()[field]?.type
    if (declared === undefined) return []
    const named = getNamedType(declared)
    if (!isCompositeType(named)) return []
    const types = isAbstractType(named) ? this.#schema.getPossibleTypes(named) : []
    return types.length > 0 ? types.map((each) => each.name) : [named.name]
  }

  #isA(type: string, condition: string): boolean {
    if (type === condition) return true
    const [one, other] = [this.#schema.getType(type), this.#schema.getType(condition)]
    return isAbstractType(other) && (isObjectType(one) || isInterfaceType(one)) &&
      this.#schema.isSubType(other, one)
  }

  #fragment(name: string, visited: Set<string>) {
    if (visited.has(name)) return undefined
    visited.add(name)
    return this.#context.getFragment(name) ?? undefined
  }

  #id(selectionSet: SelectionSetNode): number {
    let id = this.#ids.get(selectionSet)
    if (id === undefined) this.#ids.set(selectionSet, id = this.#ids.size)
    return id
  }
}

/** Arguments in one order, so that the order in which they are written makes no difference. */
function argsOf({ arguments: args = [] }: FieldNode): string {
  return args.length === 0 ? '' : `(${args.map(print).toSorted().join(', ')})`
}

function report(context: ValidationContext, node: ASTNode, message: string): void {
  // Nodes of the plan's own have no place in the client's text.
  const nodes = node.loc === undefined ? undefined : [node]
  context.reportError(new GraphQLError(message, { nodes, extensions: { code: 'PLAN_CONFLICT' } }))
}
