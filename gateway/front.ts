/**
 * The one GraphQL endpoint: each audience's schema behind its access rules, replaceable while it runs.
 */
import { PARTNER } from '../subgraphs/kernel/builder.ts'
import { withAccess } from './access/with-access.ts'
import type { Policies } from './access/with-access.ts'
import { accessRules } from './access/rules.ts'
import type { AuthenticateRequest } from './auth/authenticate.ts'
import { withInFlight } from './cache/in-flight.ts'
import { type Purge, type ResponseCacheConfig, withResponseCache } from './cache/response-cache.ts'
import { type Audience, byAudience } from './contract/audience.ts'
import { contractSupergraph } from './contract/contract.ts'
import type { FrontDoor } from './door/mod.ts'
import type { Executor } from './execute/executor.ts'
import { graphqlHandler } from './http/graphql.ts'
import type { MaskError } from './http/mask.ts'
import { type Generation, replaceable } from './http/replaceable.ts'
import type { Handler } from './http/routes.ts'
import type { Explorer } from './web/explorer.ts'
import { observed, type Observers } from './observe/observed.ts'
import type { Tracing } from './observe/tracing.ts'

export interface FrontOptions {
  readonly openExecutor: (supergraphSdl: string) => Promise<Executor>
  readonly authenticate: AuthenticateRequest
  readonly mask: MaskError
  readonly tracing: Tracing
  readonly observers: Observers
  readonly policies: Policies
  readonly responseCache: ResponseCacheConfig
  /** Whether identical queries under way are executed once. */
  readonly shareInFlight: boolean
  /** What protects the endpoint; nothing when absent. */
  readonly door?: Pick<FrontDoor, 'plugins' | 'yoga'>
  /** Whether this is for trying out: whoever is not signed in sees all. */
  readonly demo: boolean
  /** What GraphiQL opens with, where it is served. */
  readonly explorer?: Explorer | undefined
}

/** The endpoint at work. */
export interface Front extends Purge {
  readonly fetch: Handler
  /**
   * Serves another supergraph from the next request on. Requests under way are answered as they began.
   *
   * @throws Error when it cannot be served; what was served before still is
   */
  reload(supergraphSdl: string): Promise<void>
  close(): Promise<void>
}

/** Opens the endpoint over a composed schema. */
export async function openFront(supergraphSdl: string, options: FrontOptions): Promise<Front> {
  let current = await openGeneration(supergraphSdl, options)
  const serving = replaceable(current)
  return {
    fetch: serving.fetch,
    purge: (tenant, type, key) => current.purge(tenant, type, key),
    async reload(sdl) {
      current = await openGeneration(sdl, options)
      await serving.replace(current)
    },
    close: serving.close,
  }
}

async function openGeneration(
  supergraphSdl: string,
  options: FrontOptions,
): Promise<Generation & Purge> {
  const { authenticate, demo } = options
  const staff = await openDoor('staff', supergraphSdl, options)
  const partner = await openDoor(
    'partner',
    contractSupergraph(supergraphSdl, PARTNER.tag),
    options,
  )
  return {
    fetch: byAudience(
      { staff: staff.fetch, partner: partner.fetch },
      authenticate,
      demo ? 'staff' : 'partner',
    ),
    purge: (...entity) => staff.purge(...entity) + partner.purge(...entity),
    async close() {
      await Promise.all([staff.close(), partner.close()])
    },
  }
}

async function openDoor(
  audience: Audience,
  supergraphSdl: string,
  options: FrontOptions,
): Promise<Generation & Purge> {
  const executor = await options.openExecutor(supergraphSdl)
  const shared = options.shareInFlight ? withInFlight(executor) : executor
  const cached = withResponseCache(shared, options.responseCache)
  const guarded = withAccess(cached, accessRules(supergraphSdl), options.policies)
  const watched = observed(guarded, options.observers)
  return {
    fetch: graphqlHandler({
      executor: watched,
      authenticate: options.authenticate,
      mask: options.mask,
      tracing: options.tracing,
      explorer: audience === 'staff' ? options.explorer : undefined,
      ...(options.door === undefined
        ? {}
        : { plugins: options.door.plugins(supergraphSdl), yoga: options.door.yoga }),
    }),
    purge: cached.purge,
    close: () => executor.close(),
  }
}
