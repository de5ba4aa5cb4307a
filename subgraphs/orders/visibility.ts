/**
 * Which orders an actor may see: staff all of their tenant, a partner's app those that it brought in.
 */
import type { Actor } from '../kernel/actor.ts'

/** Whether this order may be shown to this actor. The tenant has been checked by the query. */
export function maySee(actor: Pick<Actor, 'kind' | 'subject'>, order: { maker: string }): boolean {
  return actor.kind !== 'app' || order.maker === actor.subject
}

/** The maker that an actor's lists are limited to, or undefined. */
export function makerFilter(actor: Pick<Actor, 'kind' | 'subject'>): string | undefined {
  return actor.kind === 'app' ? actor.subject : undefined
}
