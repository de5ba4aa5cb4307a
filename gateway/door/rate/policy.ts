/**
 * Which buckets a request takes from, and what its caller is told of them.
 *
 * @see draft-ietf-httpapi-ratelimit-headers-10
 */
import type { Actor } from '../../../subgraphs/kernel/actor.ts'
import type { RatePolicy } from '../config.ts'
import type { Decision } from './gcra.ts'
import type { Take } from './store.ts'

/** Who is counted. @property address of a caller without a token */
export interface Caller {
  readonly actor: Actor | undefined
  readonly address: string | undefined
}

/** The policies that apply: the first without a scope that fits, and each with a scope that fits. */
export function policiesFor(
  policies: readonly RatePolicy[],
  { actor }: Caller,
  scopes: ReadonlySet<string>,
): RatePolicy[] {
  const kind = actor === undefined ? 'anonymous' : actor.kind === 'app' ? 'app' : 'person'
  const fits = policies.filter(({ callers, clients }) =>
    (callers === 'all' || callers === kind) &&
    (clients === undefined || (actor !== undefined && clients.includes(actor.subject)))
  )
  const general = fits.find(({ scope }) => scope === undefined)
  const scoped = fits.filter(({ scope }) => scope !== undefined && scopes.has(scope))
  return general === undefined ? scoped : [general, ...scoped]
}

/** What a request takes. Callers whose address is unknown share a bucket. */
export function takesOf(
  policies: readonly RatePolicy[],
  { actor, address }: Caller,
  cost: number,
): Take[] {
  const who = actor === undefined ? `address ${address ?? 'unknown'}` : actor.subject
  return policies.map(({ name, units, windowSeconds }) => ({
    tenant: actor?.tenant ?? '',
    key: `${name} ${who}`,
    quota: { units, windowMs: windowSeconds * 1000 },
    units: Math.max(1, Math.ceil(cost)),
  }))
}

/** `RateLimit-Policy` and `RateLimit`, and `Retry-After` for a request that must wait. */
export function rateHeaders(
  policies: readonly RatePolicy[],
  decisions: readonly Decision[],
  nowMs: number,
): Record<string, string> {
  const headers: Record<string, string> = {
    'ratelimit-policy': policies.map(({ name, units, windowSeconds }) =>
      `"${name}";q=${units};w=${windowSeconds}`
    ).join(', '),
    'ratelimit': policies.map(({ name }, index) => {
      const { remaining, fullAtMs } = decisions[index]!
      return `"${name}";r=${remaining};t=${Math.max(0, Math.ceil((fullAtMs - nowMs) / 1000))}`
    }).join(', '),
  }
  const retryMs = Math.max(0, ...decisions.map((decision) => decision.retryMs))
  if (retryMs > 0) headers['retry-after'] = String(Math.ceil(retryMs / 1000))
  return headers
}
