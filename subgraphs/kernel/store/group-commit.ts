/**
 * Many units, one commit.
 *
 * A unit that fails or refuses is undone and harms no neighbour. Nobody is answered before the commit.
 *
 * Savepoints are what undoes one unit of many, and cost a tenth of the writer's time. Commands check
 * before they write, so that one that fails after a write is rare: a synchronous engine therefore runs
 * a group without them, and runs it again with them when it met such a unit.
 */
import { CommitGroup } from './commit-group.ts'
import { StoreError } from './error.ts'
import { afterTurn, cancelTurn } from './turn.ts'
import type { HandleKit, Session } from './handle.ts'
import { type Outcome, UnitRun } from './unit.ts'
import type { Transaction } from 'kysely'

/** A unit that waits to be committed. */
export interface Pending {
  readonly unit: (tx: Transaction<unknown>) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A connection that a group runs on. Synchronous engines answer within microtasks. */
export interface GroupSession extends Session {
  readonly synchronous: boolean
  /** Transaction control: `begin`, `savepoint`, `commit` and so on. */
  control(sql: string): void | Promise<void>
}

/**
 * Runs the units in order in one transaction and settles them after the commit.
 *
 * @param committed called once the transaction has committed, before anybody is answered
 * @throws StoreError with `endsGroup`: nothing was settled, the transaction was not committed and
 * the caller rolls back and runs the units again
 */
export async function commitGroup(
  session: GroupSession,
  kit: HandleKit,
  begin: string,
  units: readonly Pending[],
  committed: () => void,
): Promise<void> {
  // Alone, a unit is undone with its transaction; over a network a second run would cost more.
  const savepoints = !session.synchronous && units.length > 1
  let outcomes = await runGroup(session, kit, begin, units, savepoints)
  if (outcomes === undefined) {
    await session.control('rollback')
    outcomes = (await runGroup(session, kit, begin, units, true))!
  }
  if (units.length === 1 && outcomes[0]!.kind !== 'keep') {
    await session.control('rollback')
  } else {
    await session.control('commit')
    committed()
  }
  units.forEach((pending, i) => {
    const outcome = outcomes[i]!
    if (outcome.kind === 'failed') pending.reject(outcome.error)
    else pending.resolve(outcome.value)
  })
}

/** Runs units in a transaction that stays open; undefined when it takes savepoints to undo one. */
async function runGroup(
  session: GroupSession,
  kit: HandleKit,
  begin: string,
  units: readonly Pending[],
  savepoints: boolean,
): Promise<Outcome<unknown>[] | undefined> {
  const group = new CommitGroup()
  const outcomes: Outcome<unknown>[] = []
  await session.control(begin)
  const watch = session.synchronous ? new TurnWatch() : undefined
  try {
    for (const { unit } of units) {
      const marks = group.marks()
      if (savepoints) await session.control('savepoint unit')
      const run = new UnitRun<unknown, unknown>(session)
      const outcome = await settled(run, kit, group, unit, watch)
      if (outcome.kind === 'failed' && endsGroup(outcome.error)) throw outcome.error
      outcomes.push(outcome)
      if (outcome.kind !== 'keep') {
        if (units.length === 1) return outcomes
        // Also of a unit that wrote nothing: it may have handed something to a step.
        group.rewind(marks)
        if (savepoints) {
          await rollBackUnit(session, outcome)
        } else if (run.wrote) {
          return undefined
        }
      }
      if (savepoints) await session.control('release savepoint unit')
    }
    for (const step of group.due()) {
      const run = new UnitRun<unknown, void>(session)
      const outcome = await settled(run, kit, group, (tx) => step.run(tx), watch)
      if (outcome.kind === 'failed') throw outcome.error
    }
  } finally {
    watch?.stop()
  }
  return outcomes
}

async function rollBackUnit(session: GroupSession, outcome: Outcome<unknown>): Promise<void> {
  try {
    await session.control('rollback to savepoint unit')
  } catch (error) {
    // The whole transaction is gone; what the unit met tells more than that.
    throw outcome.kind === 'failed' ? outcome.error : error
  }
}

/** Whether an error means that the group has to be run again. */
export function endsGroup(error: unknown): error is StoreError {
  return error instanceof StoreError && error.endsGroup
}

function settled<R>(
  run: UnitRun<unknown, R>,
  kit: HandleKit,
  group: CommitGroup,
  unit: (tx: Transaction<unknown>) => Promise<R>,
  watch: TurnWatch | undefined,
): Promise<Outcome<R>> {
  if (watch !== undefined) watch.current = run as UnitRun<unknown, unknown>
  else watchIdle(run as UnitRun<unknown, unknown>)
  run.start(kit, group, unit)
  return run.ended
}

/**
 * On a synchronous engine a unit that only queries ends within microtasks. So if a turn of the event
 * loop comes round while one is under way, that unit waits for something else.
 */
class TurnWatch {
  current: UnitRun<unknown, unknown> | undefined
  #handle = afterTurn(() => this.#turn())

  #turn(): void {
    this.current?.fail(stalled())
    this.#handle = afterTurn(() => this.#turn())
  }

  stop(): void {
    cancelTurn(this.#handle)
  }
}

/**
 * Over a network the same rule holds after each reply: the next query is issued in the same turn.
 * Two turns with nothing in flight mean that the unit waits for something else.
 */
function watchIdle(run: UnitRun<unknown, unknown>): void {
  let idleSince = 0
  const check = () => {
    const mark = ++idleSince
    afterTurn(() =>
      afterTurn(() => {
        if (run.open && run.idle && mark === idleSince) run.fail(stalled())
      })
    )
  }
  run.onIdle = check
  check()
}

function stalled(): StoreError {
  return new StoreError('stalled', 'a unit of work awaits only its own queries')
}
