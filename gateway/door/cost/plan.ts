/**
 * What an operation costs, worked out as far as it does not depend on variables.
 *
 * An upper bound: a field that is selected twice counts twice, fragments on several types count all,
 * and lists are as long as their limit. Time and size are linear in the document with its fragments
 * written out, which the limits on documents bound.
 */
import {
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
  type ValueNode,
} from 'graphql'
import type { CostSettings } from '../config.ts'
import type { CostTable, FieldCost, InputCost, ListSize } from './table.ts'

/** Costs stop here, so that sums and products stay numbers. */
export const COST_MAX = Number.MAX_SAFE_INTEGER

/** A selection set. @property fixed its cost where no variable changes it */
export interface SetPlan {
  readonly fixed: number | undefined
  readonly parts: readonly Part[]
}

/** A field, or a fragment, which has no `field`. */
export interface Part {
  readonly conditions: readonly Condition[]
  readonly field: FieldPart | undefined
  readonly below: SetPlan
}

/**
 * One field: `size × (weight + below) + once`.
 *
 * @property inputs arguments whose cost a variable decides
 */
export interface FieldPart {
  readonly name: string
  readonly weight: number
  readonly sizes: readonly Size[]
  readonly once: number
  readonly inputs: readonly { readonly value: ValueNode; readonly cost: InputCost }[]
}

/** How long a list is; a `slice` is read from the arguments. */
export type Size = number | Slice

/** @property coordinate where the list is, for a refusal */
export interface Slice {
  readonly rule: ListSize
  readonly coordinate: string
  readonly given: readonly { readonly path: readonly string[]; readonly value: ValueNode }[]
  /** What the schema gives arguments that are not given. */
  readonly fallbacks: readonly number[]
  readonly listSize: number
}

/** `@include` or `@skip` by a variable. */
export interface Condition {
  readonly variable: string
  readonly include: boolean
}

/** @property scopes that fields of the operation need */
export interface OperationPlan {
  readonly plan: SetPlan
  readonly scopes: ReadonlySet<string>
  /** Variable → the default that the operation gives it. */
  readonly defaults: ReadonlyMap<string, unknown>
  readonly table: CostTable
}

const EMPTY: SetPlan = { fixed: 0, parts: [] }
const NO_SIZES: ReadonlyMap<string, Size> = new Map()

type Settings = Pick<CostSettings, 'listSize' | 'mutation'>

/** Plans one operation. Its fragments must not go round. */
export function planOperation(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  table: CostTable,
  settings: Settings,
): OperationPlan {
  const planner = new Planner(table, fragments, settings)
  const plan = planner.root(operation)
  const defaults = new Map(
    (operation.variableDefinitions ?? []).filter(({ defaultValue }) => defaultValue !== undefined)
      .map((each) => [each.variable.name.value, valueFromASTUntyped(each.defaultValue!)]),
  )
  return { plan, scopes: planner.scopes, defaults, table }
}

class Planner {
  readonly #table: CostTable
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #settings: Settings
  readonly #spread = new Map<string, SetPlan>()
  /** Fields whose requirements are being worked out: a requirement may have one itself. */
  readonly #requiring = new Set<FieldCost>()
  readonly scopes = new Set<string>()

  constructor(
    table: CostTable,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    settings: Settings,
  ) {
    this.#table = table
    this.#fragments = fragments
    this.#settings = settings
  }

  root({ operation, selectionSet }: OperationDefinitionNode): SetPlan {
    const each = operation === 'mutation' ? this.#settings.mutation : 0
    return this.#set(selectionSet, this.#table.roots[operation], NO_SIZES, each)
  }

  #set(
    { selections }: SelectionSetNode,
    parent: string,
    sizes: ReadonlyMap<string, Size>,
    each = 0,
  ): SetPlan {
    const parts: Part[] = []
    for (const selection of selections) {
      const conditions = conditionsOf(selection)
      if (conditions === 'never') continue
      parts.push(this.#part(selection, parent, sizes, each, conditions))
    }
    return folded(parts)
  }

  #part(
    selection: SelectionNode,
    parent: string,
    sizes: ReadonlyMap<string, Size>,
    each: number,
    conditions: readonly Condition[],
  ): Part {
    if (selection.kind === Kind.FIELD) {
      return this.#field(selection, parent, sizes, each, conditions)
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = selection.typeCondition?.name.value ?? parent
      const below = this.#set(selection.selectionSet, type, sizes, each)
      return { conditions, field: undefined, below }
    }
    const name = selection.name.value
    // A fragment costs the same everywhere, unless its place says how long its lists are.
    const shared = sizes.size === 0 && each === 0
    let below = shared ? this.#spread.get(name) : undefined
    if (below === undefined) {
      const fragment = this.#fragments.get(name)
      below = fragment === undefined
        ? EMPTY
        : this.#set(fragment.selectionSet, fragment.typeCondition.name.value, sizes, each)
      if (shared) this.#spread.set(name, below)
    }
    return { conditions, field: undefined, below }
  }

  #field(
    node: FieldNode,
    parent: string,
    inherited: ReadonlyMap<string, Size>,
    each: number,
    conditions: readonly Condition[],
  ): Part {
    const name = node.name.value
    const known = this.#table.types.get(parent)?.fields.get(name)
    if (known === undefined) return this.#unknown(node, conditions)
    const type = this.#table.types.get(known.type)
    for (const scope of known.scopes) this.scopes.add(scope)
    for (const scope of type?.scopes ?? []) this.scopes.add(scope)
    const slice = this.#slice(node, known, `${parent}.${name}`)
    const sized = new Map<string, Size>()
    for (const field of known.listSize?.sized ?? []) sized.set(field, slice!)
    const sizes: Size[] = []
    const outer = inherited.get(name) ?? (sized.size === 0 ? slice : undefined)
    for (let list = 0; list < known.lists; list++) {
      sizes.push((list === 0 ? outer : undefined) ?? this.#settings.listSize)
    }
    const { fixed, variable } = this.#inputs(node.arguments, known)
    return {
      conditions,
      field: {
        name: (node.alias ?? node.name).value,
        weight: Math.max(0, known.weight ?? type?.weight ?? 0),
        sizes,
        once: add(each, add(fixed, this.#needs(known, parent))),
        inputs: variable,
      },
      below: node.selectionSet === undefined
        ? EMPTY
        : this.#set(node.selectionSet, known.type, sized),
    }
  }

  /** What the schema does not know, or hides, costs as if it were of no special kind. */
  #unknown(node: FieldNode, conditions: readonly Condition[]): Part {
    const { selectionSet } = node
    return {
      conditions,
      field: {
        name: (node.alias ?? node.name).value,
        weight: selectionSet === undefined ? 0 : 1,
        sizes: [],
        once: 0,
        inputs: [],
      },
      below: selectionSet === undefined ? EMPTY : this.#set(selectionSet, '', NO_SIZES),
    }
  }

  #slice(node: FieldNode, known: FieldCost, coordinate: string): Size | undefined {
    const rule = known.listSize
    if (rule === undefined) return undefined
    const otherwise = rule.assumed ?? this.#settings.listSize
    if (rule.slicing.length === 0) return otherwise
    const given: { path: readonly string[]; value: ValueNode }[] = []
    const fallbacks: number[] = []
    for (const [name, ...path] of rule.slicing) {
      const value = node.arguments?.find((each) => each.name.value === name)?.value
      if (value !== undefined) given.push({ path, value })
      else {
        const fallback = at(known.arguments.get(name!)?.defaultValue, path)
        if (typeof fallback === 'number') fallbacks.push(fallback)
      }
    }
    const slice = { rule, coordinate, given, fallbacks, listSize: otherwise }
    if (given.some(({ value }) => hasVariable(value))) return slice
    return lengthOf(slice, (value) => valueFromASTUntyped(value)) ?? slice
  }

  #inputs(
    nodes: readonly ArgumentNode[] | undefined,
    known: FieldCost,
  ): { fixed: number; variable: FieldPart['inputs'] } {
    let fixed = 0
    const variable: { value: ValueNode; cost: InputCost }[] = []
    for (const { name, value } of nodes ?? []) {
      const cost = known.arguments.get(name.value)
      if (cost === undefined || isFree(cost, this.#table)) continue
      if (hasVariable(value)) variable.push({ value, cost })
      else fixed = add(fixed, inputCost(valueFromASTUntyped(value), cost, this.#table))
    }
    return { fixed, variable }
  }

  /** What is read of the parent besides: requirements, and the cheapest key that leads there. */
  #needs(known: FieldCost, parent: string): number {
    if (known.requires.length + known.keys.length === 0 || this.#requiring.has(known)) return 0
    this.#requiring.add(known)
    const costOf = (set: SelectionSetNode) => this.#set(set, parent, NO_SIZES).fixed ?? 0
    const requires = known.requires.map(costOf).reduce(add, 0)
    const key = known.keys.length === 0 ? 0 : Math.min(...known.keys.map(costOf))
    this.#requiring.delete(known)
    return add(requires, key)
  }
}

/** How long a list may get; undefined when that must be given and is not, or is given twice. */
export function lengthOf(slice: Slice, read: (value: ValueNode) => unknown): number | undefined {
  const { rule, fallbacks, listSize } = slice
  const given = slice.given.map(({ path, value }) => at(read(value), path))
    .filter((value) => value !== undefined && value !== null)
  if (rule.requireOne && given.length !== 1 && (given.length > 1 || fallbacks.length === 0)) {
    return undefined
  }
  const numbers = given.filter((value) => typeof value === 'number')
  const lengths = numbers.length > 0 ? numbers : fallbacks
  return lengths.length === 0 ? listSize : Math.min(Math.max(0, ...lengths), COST_MAX)
}

/** Whether an argument costs nothing whatever it is given. */
function isFree({ type, weight }: InputCost, table: CostTable): boolean {
  return weight === undefined && (table.types.get(type)?.weight ?? 0) <= 0
}

/** What an input value costs: each object in it, and what the schema gives a weight. */
export function inputCost(value: unknown, cost: InputCost, table: CostTable): number {
  if (value === null || value === undefined) return 0
  if (Array.isArray(value)) {
    return value.map((item) => inputCost(item, cost, table)).reduce(add, 0)
  }
  const type = table.types.get(cost.type)
  const own = Math.max(0, cost.weight ?? type?.weight ?? 0)
  if (type === undefined || type.inputs.size === 0 || typeof value !== 'object') return own
  return Object.entries(value).reduce((sum, [name, item]) => {
    const input = type.inputs.get(name)
    return input === undefined ? sum : add(sum, inputCost(item, input, table))
  }, own)
}

function folded(parts: readonly Part[]): SetPlan {
  let fixed = 0
  for (const { conditions, field, below } of parts) {
    if (conditions.length > 0 || below.fixed === undefined) return { fixed: undefined, parts }
    if (field === undefined) fixed = add(fixed, below.fixed)
    else {
      if (field.inputs.length > 0) return { fixed: undefined, parts }
      let cost = add(field.weight, below.fixed)
      for (const size of field.sizes) {
        if (typeof size !== 'number') return { fixed: undefined, parts }
        cost = times(size, cost)
      }
      fixed = add(fixed, add(field.once, cost))
    }
  }
  return { fixed, parts }
}

function conditionsOf({ directives }: SelectionNode): Condition[] | 'never' {
  const conditions: Condition[] = []
  for (const { name, arguments: nodes } of directives as readonly DirectiveNode[] ?? []) {
    const include = name.value === 'include'
    if (!include && name.value !== 'skip') continue
    const value = nodes?.find((each) => each.name.value === 'if')?.value
    if (value?.kind === Kind.BOOLEAN && value.value !== include) return 'never'
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, include })
  }
  return conditions
}

function hasVariable(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.VARIABLE:
      return true
    case Kind.LIST:
      return value.values.some(hasVariable)
    case Kind.OBJECT:
      return value.fields.some((field) => hasVariable(field.value))
    default:
      return false
  }
}

/** What lies at a path of names in a value. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  )
}

/** A sum that stays below `COST_MAX`. */
export function add(a: number, b: number): number {
  return Math.min(a + b, COST_MAX)
}

/** A product that stays below `COST_MAX`. */
export function times(a: number, b: number): number {
  return Math.min(a * b, COST_MAX)
}
