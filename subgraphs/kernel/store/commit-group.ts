/**
 * What the units of one commit share: steps that run once, inside the transaction, just before it
 * commits. A hash link over everything that the group wrote is such a step.
 */
import type { Transaction } from 'kysely'
import { StoreError } from './error.ts'

/** A step that collects from the units of a group and runs once before the commit. */
export interface CommitStep {
  /** Runs inside the transaction. Not called when every unit that contributed was rolled back. */
  run(tx: Transaction<unknown>): Promise<void>
  /** How much was collected so far. */
  mark(): number
  /** Forgets what was collected after `mark`, because its unit was rolled back. */
  rewind(mark: number): void
}

/** The group of a unit's handle, and whether the unit is still under way. */
const units = new WeakMap<object, { group: CommitGroup; unit: { readonly open: boolean } }>()

/** The steps of one commit. */
export class CommitGroup {
  readonly #steps = new Map<string, CommitStep>()

  /** Makes `tx` the handle of a unit of this group. */
  enrol(tx: object, unit: { readonly open: boolean }): void {
    units.set(tx, { group: this, unit })
  }

  /** A token for {@link rewind}. */
  marks(): Map<string, number> {
    return new Map(Array.from(this.#steps, ([key, step]) => [key, step.mark()]))
  }

  rewind(marks: Map<string, number>): void {
    for (const [key, step] of this.#steps) step.rewind(marks.get(key) ?? 0)
  }

  /** The steps that have something to do, in the order in which they were first named. */
  due(): CommitStep[] {
    return Array.from(this.#steps.values()).filter((step) => step.mark() > 0)
  }

  step<S extends CommitStep>(key: string, make: () => S): S {
    let step = this.#steps.get(key) as S | undefined
    if (step === undefined) {
      step = make()
      this.#steps.set(key, step)
    }
    return step
  }
}

/**
 * The step named `key` of the commit that this unit belongs to; made on first use.
 *
 * @throws Error when `tx` is not the handle of a unit of work
 * @throws StoreError `unit_over` when that unit has ended: its rows may be rolled back already
 */
export function commitStep<S extends CommitStep>(tx: object, key: string, make: () => S): S {
  const enrolled = units.get(tx)
  if (enrolled === undefined) throw new Error('commitStep: not the handle of a unit of work')
  if (!enrolled.unit.open) throw new StoreError('unit_over', 'this unit of work has ended')
  return enrolled.group.step(key, make)
}
