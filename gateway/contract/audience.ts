/**
 * Who sees which schema: staff all of it, everybody else what the partners' contract tells.
 */
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import type { AuthenticateRequest } from '../auth/authenticate.ts'
import type { Handler } from '../http/routes.ts'

export type Audience = 'staff' | 'partner'

/**
 * The audience of a caller.
 *
 * @param nobody whoever is not signed in: `staff` only where trying out is all that happens
 */
export function audienceOf(actor: Actor | undefined, nobody: Audience): Audience {
  if (actor === undefined) return nobody
  return actor.kind === 'app' ? 'partner' : 'staff'
}

/** One endpoint: each caller is answered by the door of its audience. */
export function byAudience(
  doors: Readonly<Record<Audience, Handler>>,
  authenticate: AuthenticateRequest,
  nobody: Audience,
): Handler {
  return async (request) => {
    const who = await authenticate(request)
    // A refused token is answered at the door; which one makes no difference to the answer.
    return await doors[audienceOf(who.ok ? who.value : undefined, nobody)](request)
  }
}
