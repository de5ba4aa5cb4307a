/**
 * Whose documents a caller runs.
 */
import type { Actor } from '../../../subgraphs/kernel/actor.ts'
import type { TrustedSettings } from '../config.ts'

/** A program's own id, or what the settings make of it; for people the client that they use. */
export function clientOf(
  actor: Actor | undefined,
  { clients, people }: Pick<TrustedSettings, 'clients' | 'people'>,
): string | undefined {
  if (actor === undefined) return undefined
  if (actor.kind !== 'app') return people
  return Object.hasOwn(clients, actor.subject) ? clients[actor.subject] : actor.subject
}
