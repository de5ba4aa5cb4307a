/**
 * What people may do in the risk graph.
 */
import type { Actor } from '../kernel/actor.ts'
import { runCommand } from '../kernel/command.ts'
import type { Ports } from '../kernel/ports.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Store } from '../kernel/store.ts'
import type { Mirror } from './mirror.ts'
import { checkReason } from './reason.ts'
import { keepDecisions } from './resolve/decide.ts'
import type { RiskTables } from './tables.ts'

/** Commands of one actor in their tenant. */
export class RiskCommands {
  readonly #store: Store<RiskTables>
  readonly #ports: Ports
  readonly #actor: Actor
  readonly #mirror: Mirror

  constructor(store: Store<RiskTables>, ports: Ports, actor: Actor, mirror: Mirror) {
    this.#store = store
    this.#ports = ports
    this.#actor = actor
    this.#mirror = mirror
  }

  /** Decides whether two entities are one, over what was found or decided before. */
  async decideIdentity(
    input: { a: string; b: string; same: boolean; reason: string },
  ): Promise<Result<{ a: number; b: number }>> {
    const reason = checkReason(input.reason)
    if (reason !== undefined) return reason
    await this.#mirror.catchUp()
    const nodes = [input.a, input.b].map((id) => this.#mirror.ids.find(id))
    const missing = nodes.indexOf(undefined)
    if (missing !== -1) {
      return refuse('ENTITY_UNKNOWN', 'There is no such entity.', missing === 0 ? '/a' : '/b')
    }
    const [a, b] = nodes.toSorted((x, y) => x! - y!) as [number, number]
    if (a === b) return refuse('SELF_LOOP', 'An entity is itself.', '/b')
    if (this.#mirror.typeOf(a) !== this.#mirror.typeOf(b)) {
      return refuse('TYPE_CONFLICT', 'Entities of two types are not one.', '/b')
    }
    const { tenant, subject } = this.#actor
    const decider = {
      tenant,
      by: subject,
      at: this.#ports.clock.now(),
      batch: `person:${subject}`,
      over: true,
    }
    const decision = {
      a,
      b,
      verdict: input.same ? 'SAME' as const : 'DIFFERENT' as const,
      method: 'person',
      score: input.same ? 1 : 0,
      evidence: { reason: input.reason.trim() },
    }
    const done = await runCommand(
      this.#store,
      tenant,
      async (tx) => ok(await keepDecisions(tx, [decision], decider)),
    )
    if (!done.ok) return done
    await this.#mirror.catchUp()
    return ok({ a, b })
  }
}
