/**
 * The protective half of the front door, assembled.
 */
import type { Plugin, YogaServerOptions } from 'graphql-yoga'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import type { AuthenticateRequest } from '../auth/authenticate.ts'
import type { Handler } from '../http/routes.ts'
import type { FrontDoorConfig } from './config.ts'
import { costTable } from './cost/table.ts'
import { documentCache } from './document/documents.ts'
import { shield } from './http/shield.ts'
import { idempotency } from './idempotency/idempotency.ts'
import { processKeys } from './idempotency/store.ts'
import { inBlocks } from './rate/blocks.ts'
import type { PeerAddress } from './rate/client-address.ts'
import { rateLimit } from './rate/rate-limit.ts'
import { processRates } from './rate/store.ts'
import { type DoorStore, sharedKeys, sharedRates } from './store.ts'
import type { Manifest } from './trusted/manifest.ts'
import { trustedDocuments } from './trusted/registry.ts'
import { useAdmission } from './use-admission.ts'
import { useDocuments } from './use-documents.ts'
import { useReplies } from './use-replies.ts'
import { useRequest } from './use-request.ts'

/** What the door is given. */
export interface FrontDoorDeps {
  readonly authenticate: AuthenticateRequest
  /** The registered documents; none when absent. */
  readonly manifest?: Manifest
  /** The gateway's own database, for whatever the configuration shares between processes. */
  readonly store?: DoorStore
  /** The other end of a request's connection, as the runtime's server has it. */
  readonly peerAddress?: PeerAddress
  /** Told of errors that no caller is waiting for. */
  readonly report: (error: unknown) => void
  readonly nowMs?: () => number
}

/** The door of one process: its quotas, keys and documents are those of all schemas that it serves. */
export interface FrontDoor {
  /** The plugins for one schema. @param supergraphSdl what costs are read from */
  plugins(supergraphSdl: string): Plugin<RequestContext>[]
  /** Options of Yoga that the plugins stand in for. */
  readonly yoga: Pick<
    YogaServerOptions<object, object>,
    'batching' | 'cors' | 'maxRequestBodySize' | 'multipart' | 'parserAndValidationCache'
  >
  /** Goes around all routes, `/files` included. */
  shield(handler: Handler): Handler
}

const NO_DOCUMENTS: Manifest = { version: 1, documents: {} }

/**
 * @throws RangeError naming a setting that needs what was not given
 * @throws Error naming a trusted document that cannot be used
 */
export async function frontDoor(config: FrontDoorConfig, deps: FrontDoorDeps): Promise<FrontDoor> {
  const { report, nowMs = Date.now } = deps
  const documents = documentCache(config.document, config.cache)
  const trusted = await trustedDocuments(deps.manifest ?? NO_DOCUMENTS, documents)
  const batches = new WeakSet<Request>()
  const headers = new WeakMap<Request, () => Readonly<Record<string, string>>>()
  const admission = {
    authenticate: deps.authenticate,
    documents,
    trusted,
    rates: config.rate.on
      ? rateLimit(config.rate, {
        store: rateStore(config, deps.store),
        peerAddress: deps.peerAddress ?? (() => undefined),
        nowMs,
        report,
      })
      : undefined,
    idempotency: config.idempotency.on
      ? idempotency(config.idempotency, {
        store: keyStore(config, deps.store),
        newOwner: () => crypto.randomUUID(),
        nowMs,
        report,
      })
      : undefined,
    isBatch: (request: Request) => batches.has(request),
    tell: (request: Request, told: () => Readonly<Record<string, string>>) => {
      headers.set(request, told)
    },
  }
  return {
    plugins: (supergraphSdl) => [
      useRequest(config, (request) => void batches.add(request)),
      useAdmission(config, costTable(supergraphSdl), admission),
      useDocuments(config.validation),
      useReplies((request) => headers.get(request)?.()),
    ],
    yoga: {
      batching: { limit: config.request.batchOperations },
      cors: false,
      maxRequestBodySize: false,
      multipart: false,
      parserAndValidationCache: NO_CACHE,
    },
    shield: (handler) => shield(config, handler),
  }
}

/** Documents are cached here already, and those that were refused nowhere. Validation still is. */
const NO_CACHE = {
  documentCache: { get: () => undefined, set: () => {} },
  errorCache: { get: () => undefined, set: () => {} },
}

function rateStore({ rate }: FrontDoorConfig, store: DoorStore | undefined) {
  if (rate.store === 'process') return processRates(rate.callers)
  return inBlocks(sharedRates(needed(store, 'rate.store')), rate.blockUnits, rate.callers)
}

function keyStore({ idempotency: { store: kind, keys } }: FrontDoorConfig, store?: DoorStore) {
  return kind === 'process'
    ? processKeys(keys)
    : sharedKeys(needed(store, 'idempotency.store'), keys)
}

function needed(store: DoorStore | undefined, setting: string): DoorStore {
  if (store === undefined) {
    throw new RangeError(`FRONT_DOOR: ${setting} is shared, and there is no database to share`)
  }
  return store
}
