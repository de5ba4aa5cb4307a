/**
 * Many units, one commit.
 *
 * Each unit runs in a savepoint; one that fails or refuses is rolled back to it and harms no
 * neighbour. Nobody is answered before the commit.
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
  const group = new CommitGroup()
  const outcomes: Outcome<unknown>[] = []
  await session.control(begin)
  const watch = session.synchronous ? new TurnWatch() : undefined
  try {
    for (const { unit } of units) {
      const marks = group.marks()
      await session.control('savepoint unit')
      const outcome = await runUnit(session, kit, group, unit, watch)
      if (outcome.kind === 'failed' && endsGroup(outcome.error)) throw outcome.error
      if (outcome.kind !== 'keep') {
        group.rewind(marks)
        await rollBackUnit(session, outcome)
      }
      await session.control('release savepoint unit')
      outcomes.push(outcome)
    }
    for (const step of group.due()) {
      const outcome = await runUnit(session, kit, group, (tx) => step.run(tx), watch)
      if (outcome.kind === 'failed') throw outcome.error
    }
  } finally {
    watch?.stop()
  }
  await session.control('commit')
  committed()
  units.forEach((pending, i) => {
    const outcome = outcomes[i]!
    if (outcome.kind === 'failed') pending.reject(outcome.error)
    else pending.resolve(outcome.value)
  })
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

function runUnit<R>(
  session: GroupSession,
  kit: HandleKit,
  group: CommitGroup,
  unit: (tx: Transaction<unknown>) => Promise<R>,
  watch: TurnWatch | undefined,
): Promise<Outcome<R>> {
  const run = new UnitRun<unknown, R>(session)
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
