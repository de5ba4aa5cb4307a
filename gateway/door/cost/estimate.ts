/**
 * The cost of an operation with its variables.
 */
import { valueFromASTUntyped } from 'graphql'
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import {
  add,
  inputCost,
  lengthOf,
  type OperationPlan,
  type Part,
  type SetPlan,
  type Size,
  type Slice,
  times,
} from './plan.ts'

/** Variables as they were sent. */
export type Variables = Readonly<Record<string, unknown>>

/** Estimates; refuses a list whose length must be given and is not. */
export function estimateCost(
  operation: OperationPlan,
  variables: Variables,
): Result<number, 'SLICING_ARGUMENT_REQUIRED'> {
  // Most operations do not depend on their variables.
  if (operation.plan.fixed !== undefined) return ok(operation.plan.fixed)
  const values = new Values(operation, variables)
  const cost = costOf(operation.plan, values)
  const { missing } = values
  if (missing === undefined) return ok(cost)
  const names = missing.rule.slicing.map((path) => path.join('.')).join(' or ')
  return refuse(
    'SLICING_ARGUMENT_REQUIRED',
    `${missing.coordinate} needs exactly one of its arguments ${names}.`,
    undefined,
    { field: missing.coordinate },
  )
}

/**
 * The path to the field that costs the most: from the root, always to the dearest part, until no part
 * is more than half of the whole.
 */
export function dearestField(operation: OperationPlan, variables: Variables): string {
  const values = new Values(operation, variables)
  const path: string[] = []
  let set = operation.plan
  let own = 0
  for (;;) {
    const parts = flattened(set, values)
    const dearest = parts.toSorted((a, b) => b.cost - a.cost)[0]
    if (dearest === undefined) break
    const whole = parts.reduce((sum, { cost }) => sum + cost, own)
    if (path.length > 0 && dearest.cost * 2 <= whole) break
    path.push(dearest.part.field!.name)
    own = dearest.part.field!.weight
    set = dearest.part.below
  }
  return path.join('.')
}

/** The fields of a set, those of its fragments included, that cost anything. */
function flattened(set: SetPlan, values: Values): { part: Part; cost: number }[] {
  return set.parts.flatMap((part) => {
    if (!values.holds(part)) return []
    if (part.field === undefined) return flattened(part.below, values)
    const cost = partCost(part, values)
    return cost > 0 ? [{ part, cost }] : []
  })
}

function costOf(set: SetPlan, values: Values): number {
  if (set.fixed !== undefined) return set.fixed
  let cost = 0
  for (const part of set.parts) {
    if (values.holds(part)) cost = add(cost, partCost(part, values))
  }
  return cost
}

function partCost({ field, below }: Part, values: Values): number {
  let cost = costOf(below, values)
  if (field === undefined) return cost
  cost = add(cost, field.weight)
  for (const size of field.sizes) cost = times(values.sizeOf(size), cost)
  cost = add(cost, field.once)
  for (const { value, cost: input } of field.inputs) {
    cost = add(cost, inputCost(values.read(value), input, values.operation.table))
  }
  return cost
}

/** What the variables of one request say. */
class Values {
  readonly operation: OperationPlan
  readonly #all: Variables
  /** The first list whose length is not given, although it must be. */
  missing: Slice | undefined

  constructor(operation: OperationPlan, variables: Variables) {
    this.operation = operation
    this.#all = { ...Object.fromEntries(operation.defaults), ...variables }
  }

  holds({ conditions }: Part): boolean {
    return conditions.every(({ variable, include }) => {
      const value = Object.hasOwn(this.#all, variable) ? this.#all[variable] : undefined
      // What is neither true nor false is refused later: until then it counts.
      return typeof value !== 'boolean' || value === include
    })
  }

  read(value: Parameters<typeof valueFromASTUntyped>[0]): unknown {
    return valueFromASTUntyped(value, this.#all)
  }

  sizeOf(size: Size): number {
    if (typeof size === 'number') return size
    const length = lengthOf(size, (value) => this.read(value))
    if (length === undefined) this.missing ??= size
    return length ?? size.listSize
  }
}
