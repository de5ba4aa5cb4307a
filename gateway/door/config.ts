/**
 * Everything that the front door protects with, in one typed place.
 *
 * An operator gives a file (`FRONT_DOOR=path/to/front-door.ts`) that says only what differs.
 */
import type { Policies } from '../access/with-access.ts'
import { CHECKS } from './config-checks.ts'

/** Of one HTTP request, before anything of it is parsed. */
export interface RequestLimits {
  readonly bodyBytes: number
  /** How long a body may take to arrive. */
  readonly bodyTimeoutMs: number
  readonly urlBytes: number
  /** All header names and values together. */
  readonly headerBytes: number
  /** Nesting of the JSON body: variables and extensions lie two below its root. */
  readonly jsonDepth: number
  /** Values in the JSON body, keys aside. */
  readonly jsonValues: number
  /** Operations in one request; 1 switches batches off. */
  readonly batchOperations: number
}

/** Of one document. Whatever is counted below `spreads` is counted with fragments written out. */
export interface DocumentLimits {
  readonly chars: number
  readonly tokens: number
  /** Brackets within brackets of any kind. */
  readonly nesting: number
  readonly operations: number
  readonly fragments: number
  /** On one element. */
  readonly directives: number
  readonly spreads: number
  /** Fields within fields. */
  readonly depth: number
  readonly fields: number
  readonly aliases: number
  readonly rootFields: number
  /** Pairs of fields with one response name, which validation compares with each other. */
  readonly fieldPairs: number
}

export interface ValidationSettings {
  /** After so many errors validation stops. */
  readonly errors: number
  /** "Did you mean …": tells names of the schema. */
  readonly suggestions: boolean
}

/** Parsed documents that are kept. Trusted documents are kept besides, always. */
export interface CacheSettings {
  readonly documents: number
  /** Of all of them together. */
  readonly chars: number
}

/** In units of `@cost`: an object is 1, a scalar 0. */
export interface CostSettings {
  readonly limit: number
  /** Size of a list about which the schema says nothing. */
  readonly listSize: number
  /** Of each field of a mutation, besides what it answers. */
  readonly mutation: number
}

export interface TrustedSettings {
  /** What becomes of a document that nobody registered. */
  readonly unknown: 'refuse' | 'allow'
  /** Client id of a partner's program → the client whose documents it runs, where they differ. */
  readonly clients: Readonly<Record<string, string>>
  /** The client whose documents signed-in people run. */
  readonly people: string
}

/** Who a policy is for. `all` includes callers without a token. */
export type RateCallers = 'anonymous' | 'person' | 'app' | 'all'

/**
 * How much a caller may ask for.
 *
 * @property name in the headers; letters, digits, `-`
 * @property clients only these subjects, where it is given
 * @property scope only for operations with a field that needs the scope, and then beside the others
 * @property units cost that flows back in `windowSeconds`, and the most that is saved up
 */
export interface RatePolicy {
  readonly name: string
  readonly callers: RateCallers
  readonly clients?: readonly string[]
  readonly scope?: string
  readonly units: number
  readonly windowSeconds: number
}

export interface RateSettings {
  readonly on: boolean
  /** The first without a scope that fits the caller applies, and each with a scope that fits. */
  readonly policies: readonly RatePolicy[]
  /** `process`: each process counts for itself. `shared`: all count in the gateway's database. */
  readonly store: 'process' | 'shared'
  /** What becomes of requests while the shared store fails. */
  readonly whenStoreFails: 'open' | 'closed'
  /** Callers that a process remembers. */
  readonly callers: number
  /** Units that a process takes from the shared store at once and hands out itself. */
  readonly blockUnits: number
  /** Proxies of ours in front, each of which appends to `X-Forwarded-For`. */
  readonly trustedProxies: number
}

export interface IdempotencySettings {
  readonly on: boolean
  /** Whether a mutation without the header is refused. */
  readonly required: boolean
  readonly store: 'process' | 'shared'
  /** How long a reply is kept. */
  readonly keepSeconds: number
  /** After which a request under way is taken for dead, and its key may be used again. */
  readonly underWaySeconds: number
  /** The largest reply that is kept. */
  readonly replyBytes: number
  /** Keys that are kept: per process, or per caller in the shared store. */
  readonly keys: number
}

export interface CsrfSettings {
  readonly on: boolean
  /** Headers that a browser sends to another origin only after asking. A bearer token is one too. */
  readonly headers: readonly string[]
}

export interface CorsSettings {
  /** Exactly as a browser sends them, such as `https://app.example`. */
  readonly origins: readonly string[]
  readonly credentials: boolean
  readonly headers: readonly string[]
  readonly maxAgeSeconds: number
}

export interface HeaderSettings {
  /** `Strict-Transport-Security`; 0 leaves it out. */
  readonly hstsSeconds: number
}

export interface IntrospectionSettings {
  readonly on: boolean
  /** A scope whose holders may introspect all the same; empty: nobody. */
  readonly scope: string
}

/**
 * Answers that are given again.
 *
 * @property shareInFlight whether identical queries of one caller at one moment are executed once
 * @property referenceSeconds `Query.field` → how long its answer is kept: data that all of a tenant see
 * alike, changed seldom
 * @property entries kept of one tenant
 */
export interface AnswerSettings {
  readonly shareInFlight: boolean
  readonly referenceSeconds: Readonly<Record<string, number>>
  readonly entries: number
}

/** @property policies what decides the names of `@policy`; a name without one is never granted */
export interface AccessSettings {
  readonly policies: Policies
}

export interface FrontDoorConfig {
  readonly request: RequestLimits
  readonly document: DocumentLimits
  readonly validation: ValidationSettings
  readonly cache: CacheSettings
  readonly cost: CostSettings
  readonly trusted: TrustedSettings
  readonly rate: RateSettings
  readonly idempotency: IdempotencySettings
  readonly csrf: CsrfSettings
  readonly cors: CorsSettings
  readonly headers: HeaderSettings
  readonly introspection: IntrospectionSettings
  readonly answers: AnswerSettings
  readonly access: AccessSettings
}

/** What an operator writes: any part of it. */
export type FrontDoorSettings = {
  readonly [Section in keyof FrontDoorConfig]?: Partial<FrontDoorConfig[Section]>
}

/** For production: everything on, nothing told, no origin allowed. */
export const DEFAULT_FRONT_DOOR: FrontDoorConfig = {
  request: {
    bodyBytes: 262_144,
    bodyTimeoutMs: 10_000,
    urlBytes: 8_192,
    headerBytes: 32_768,
    jsonDepth: 32,
    jsonValues: 20_000,
    batchOperations: 10,
  },
  document: {
    chars: 50_000,
    tokens: 2_000,
    nesting: 64,
    operations: 10,
    fragments: 50,
    directives: 4,
    spreads: 500,
    depth: 16,
    fields: 2_000,
    aliases: 50,
    rootFields: 20,
    fieldPairs: 5_000,
  },
  validation: { errors: 10, suggestions: false },
  cache: { documents: 1_000, chars: 10_000_000 },
  cost: { limit: 20_000, listSize: 10, mutation: 10 },
  trusted: { unknown: 'refuse', clients: {}, people: 'desk' },
  rate: {
    on: true,
    policies: [
      { name: 'anonymous', callers: 'anonymous', units: 1_000, windowSeconds: 60 },
      { name: 'person', callers: 'person', units: 200_000, windowSeconds: 60 },
      { name: 'app', callers: 'app', units: 200_000, windowSeconds: 60 },
    ],
    store: 'process',
    whenStoreFails: 'open',
    callers: 100_000,
    blockUnits: 500,
    trustedProxies: 0,
  },
  idempotency: {
    on: true,
    required: false,
    store: 'shared',
    keepSeconds: 86_400,
    underWaySeconds: 60,
    replyBytes: 262_144,
    keys: 10_000,
  },
  csrf: { on: true, headers: ['x-huitong-csrf'] },
  cors: {
    origins: [],
    credentials: false,
    headers: [
      'authorization',
      'content-type',
      'idempotency-key',
      'traceparent',
      'tracestate',
      'x-huitong-csrf',
    ],
    maxAgeSeconds: 600,
  },
  headers: { hstsSeconds: 31_536_000 },
  introspection: { on: false, scope: '' },
  answers: {
    shareInFlight: true,
    referenceSeconds: { 'Query.chartOfAccounts': 60, 'Query.orderTypes': 60 },
    entries: 1_000,
  },
  access: { policies: {} },
}

/** For trying out: documents as people write them, introspection for the explorer, no quotas. */
export const DEVELOPMENT_FRONT_DOOR: FrontDoorConfig = defineFrontDoor({
  validation: { suggestions: true },
  trusted: { unknown: 'allow', clients: { 'demo:partner': 'partner' } },
  rate: { on: false },
  headers: { hstsSeconds: 0 },
  introspection: { on: true },
})

/**
 * A whole configuration from what differs.
 *
 * @throws RangeError naming each setting that cannot be used
 */
export function defineFrontDoor(
  settings: FrontDoorSettings,
  base: FrontDoorConfig = DEFAULT_FRONT_DOOR,
): FrontDoorConfig {
  const wrong = complaints(settings)
  if (wrong.length > 0) throw new RangeError(wrong.join('; '))
  const sections = Object.entries(base).map(([section, values]) => [
    section,
    { ...values, ...settings[section as keyof FrontDoorConfig] },
  ])
  return Object.fromEntries(sections) as FrontDoorConfig
}

/** What is wrong with some settings, each with its name. */
function complaints(settings: unknown): string[] {
  if (!isRecord(settings)) return ['the settings are an object']
  return Object.entries(settings).flatMap(([section, values]) => {
    if (!Object.hasOwn(CHECKS, section)) return [`${section}: there is no such section`]
    if (!isRecord(values)) return [`${section}: is an object`]
    const checks = CHECKS[section as keyof typeof CHECKS] as Record<string, Check>
    return Object.entries(values).flatMap(([name, value]) => {
      if (!Object.hasOwn(checks, name)) return [`${section}.${name}: there is no such setting`]
      const wrong = checks[name]!(value)
      return wrong === undefined ? [] : [`${section}.${name}: ${wrong}`]
    })
  })
}

type Check = (value: unknown) => string | undefined

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
