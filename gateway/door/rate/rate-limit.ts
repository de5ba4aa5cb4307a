/**
 * Takes from a caller's quotas, and says what is left.
 */
import type { Actor } from '../../../subgraphs/kernel/actor.ts'
import { refuse } from '../../../subgraphs/kernel/result.ts'
import type { RatePolicy, RateSettings } from '../config.ts'
import type { DoorRefusal } from '../refusal.ts'
import { clientAddress, type PeerAddress } from './client-address.ts'
import type { Decision } from './gcra.ts'
import { policiesFor, rateHeaders, takesOf } from './policy.ts'
import { processRates, type RateStore, type Take } from './store.ts'

/** @property headers for the reply, in either case; worked out when it is sent */
export type Taken =
  & { readonly headers: (() => Readonly<Record<string, string>>) | undefined }
  & ({ readonly ok: true } | { readonly ok: false; readonly refusal: DoorRefusal })

export interface RateLimit {
  /**
   * @param cost undefined before it is known: then the least is taken, and later what is missing
   * @param scopes that the operation needs
   */
  take(
    request: Request,
    actor: Actor | undefined,
    cost: number | undefined,
    scopes: ReadonlySet<string>,
  ): Promise<Taken>
}

export interface RateDeps {
  readonly store: RateStore
  readonly peerAddress: PeerAddress
  readonly nowMs: () => number
  readonly report: (error: unknown) => void
}

/** Seconds after which a caller tries again while the store fails. */
const STORE_RETRY_SECONDS = '5'

/**
 * While a shared store fails, `open` lets each process count for itself, and `closed` refuses.
 */
export function rateLimit(settings: RateSettings, deps: RateDeps): RateLimit {
  const meanwhile = processRates(settings.callers)
  return {
    async take(request, actor, cost, scopes) {
      // A token says who asks; only others are told apart by where they are.
      const address = actor === undefined
        ? clientAddress(request.headers, deps.peerAddress(request), settings.trustedProxies)
        : undefined
      const caller = { actor, address }
      const policies = policiesFor(settings.policies, caller, scopes)
      // What was taken before the cost was known.
      const before = policies.map(({ scope }) => cost !== undefined && scope === undefined ? 1 : 0)
      const due = takesOf(policies, caller, cost ?? 0).map((take, index) => ({
        ...take,
        units: Math.min(take.units, take.quota.units) - before[index]!,
      }))
      if (due.every(({ units }) => units === 0)) return { ok: true, headers: undefined }
      const nowMs = deps.nowMs()
      let decisions: Decision[]
      try {
        decisions = await deps.store.take(due, nowMs)
      } catch (error) {
        deps.report(error)
        if (settings.whenStoreFails === 'closed') return unavailable()
        decisions = await meanwhile.take(due, nowMs)
      }
      decisions = decisions.map((decision, index) =>
        decision.allowed ? decision : asked(decision, due[index]!, before[index]!)
      )
      const told = decisions
      const headers = () => rateHeaders(policies, told, nowMs)
      return decisions.every(({ allowed }) => allowed)
        ? { ok: true, headers }
        : { ok: false, headers, refusal: limited(policies, decisions) }
    },
  }
}

/** Whoever comes again pays from the start: they wait for what was taken before, too. */
function asked(decision: Decision, { quota }: Take, before: number): Decision {
  return { ...decision, retryMs: decision.retryMs + before * quota.windowMs / quota.units }
}

function limited(policies: readonly RatePolicy[], decisions: readonly Decision[]) {
  const policy = policies[decisions.findIndex(({ allowed }) => !allowed)]!
  const retryMs = Math.max(...decisions.map((decision) => decision.retryMs))
  const retrySeconds = Math.ceil(retryMs / 1000)
  return refuse(
    'RATE_LIMITED',
    `The quota ${policy.name} is used up; try again in ${retrySeconds} s.`,
    undefined,
    { policy: policy.name, retrySeconds },
  )
}

function unavailable(): Taken {
  return {
    ok: false,
    headers: () => ({ 'retry-after': STORE_RETRY_SECONDS }),
    refusal: refuse('RATE_STORE_UNAVAILABLE', 'Quotas cannot be counted at the moment.'),
  }
}
