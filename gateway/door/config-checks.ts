/**
 * What each setting of the front door may be.
 */
import type { FrontDoorConfig } from './config.ts'

/** What is wrong with a value, as the end of a sentence that begins with the setting's name. */
type Check = (value: unknown) => string | undefined

const whole = (min: number, max: number): Check => (value) =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
    ? undefined
    : `${show(value)} is not a whole number from ${min} to ${max}`

const truth: Check = (value) =>
  typeof value === 'boolean' ? undefined : `${show(value)} is not true or false`

const one = (...words: string[]): Check => (value) =>
  words.includes(value as string) ? undefined : `${show(value)} is not one of ${words.join(', ')}`

const text = (pattern: RegExp, what: string): Check => (value) =>
  typeof value === 'string' && pattern.test(value) ? undefined : `${show(value)} is not ${what}`

const list = (check: Check): Check => (value) => {
  if (!Array.isArray(value)) return `${show(value)} is not a list`
  return value.map(check).find((wrong) => wrong !== undefined)
}

const record = (check: Check): Check => (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `${show(value)} is not an object`
  }
  return Object.values(value).map(check).find((wrong) => wrong !== undefined)
}

const fields =
  (checks: Readonly<Record<string, Check>>, needed: readonly string[]): Check => (value) => {
    const shape = record(() => undefined)(value)
    if (shape !== undefined) return shape
    const given = value as Record<string, unknown>
    const missing = needed.find((name) => given[name] === undefined)
    if (missing !== undefined) return `${show(value)} lacks ${missing}`
    for (const [name, item] of Object.entries(given)) {
      if (!Object.hasOwn(checks, name)) return `there is no ${name}`
      const wrong = item === undefined ? undefined : checks[name]!(item)
      if (wrong !== undefined) return `${name} ${wrong}`
    }
    return undefined
  }

const decision: Check = (value) =>
  typeof value === 'function' ? undefined : `${show(value)} is not a function`

const header = text(/^[a-z0-9-]{1,64}$/, 'a header name in lower case')
const origin = text(/^https?:\/\/[^/\s*]+$/, 'an origin such as https://app.example')
const name = text(/^[A-Za-z0-9-]{1,32}$/, 'a name of letters, digits and -')
const word = text(/^\S{1,200}$/, 'a word')
const policy = fields({
  name,
  callers: one('anonymous', 'person', 'app', 'all'),
  clients: list(word),
  scope: word,
  units: whole(1, 1e12),
  windowSeconds: whole(1, 86_400),
}, ['name', 'callers', 'units', 'windowSeconds'])

const policies: Check = (value) => {
  const wrong = list(policy)(value)
  if (wrong !== undefined) return wrong
  const names = (value as { name: string }[]).map((each) => each.name)
  return new Set(names).size === names.length ? undefined : 'two policies have one name'
}

/** Every setting has one. */
export const CHECKS: {
  readonly [Section in keyof FrontDoorConfig]: {
    readonly [Setting in keyof FrontDoorConfig[Section]]: Check
  }
} = {
  request: {
    bodyBytes: whole(1_024, 2 ** 30),
    bodyTimeoutMs: whole(100, 600_000),
    urlBytes: whole(256, 65_536),
    headerBytes: whole(1_024, 1_048_576),
    // Deeper, whoever walks through the values might run out of stack.
    jsonDepth: whole(4, 256),
    jsonValues: whole(10, 10_000_000),
    batchOperations: whole(1, 1_000),
  },
  document: {
    chars: whole(100, 10_000_000),
    tokens: whole(10, 1_000_000),
    nesting: whole(4, 256),
    operations: whole(1, 1_000),
    fragments: whole(0, 10_000),
    directives: whole(0, 100),
    spreads: whole(0, 1_000_000),
    depth: whole(1, 256),
    fields: whole(1, 1_000_000),
    aliases: whole(0, 1_000_000),
    rootFields: whole(1, 10_000),
    fieldPairs: whole(0, 100_000_000),
  },
  validation: { errors: whole(1, 1_000), suggestions: truth },
  cache: { documents: whole(1, 1_000_000), chars: whole(1_000, 2 ** 31) },
  cost: { limit: whole(1, 1e12), listSize: whole(0, 1e6), mutation: whole(0, 1e6) },
  trusted: { unknown: one('refuse', 'allow'), clients: record(word), people: word },
  rate: {
    on: truth,
    policies,
    store: one('process', 'shared'),
    whenStoreFails: one('open', 'closed'),
    callers: whole(1, 10_000_000),
    blockUnits: whole(1, 1e9),
    trustedProxies: whole(0, 10),
  },
  idempotency: {
    on: truth,
    required: truth,
    store: one('process', 'shared'),
    keepSeconds: whole(60, 31_536_000),
    underWaySeconds: whole(1, 3_600),
    replyBytes: whole(1_024, 2 ** 28),
    keys: whole(1, 10_000_000),
  },
  csrf: { on: truth, headers: list(header) },
  cors: {
    origins: list(origin),
    credentials: truth,
    headers: list(header),
    maxAgeSeconds: whole(0, 86_400),
  },
  headers: { hstsSeconds: whole(0, 63_072_000) },
  introspection: { on: truth, scope: text(/^\S{0,200}$/, 'a scope') },
  answers: {
    shareInFlight: truth,
    referenceSeconds: record(whole(0, 86_400)),
    entries: whole(1, 1_000_000),
  },
  access: { policies: record(decision) },
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
