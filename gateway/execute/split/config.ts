/**
 * Which subgraphs run elsewhere, from the environment.
 */
import { type HmacKey, parseKeys } from './keys.ts'
import type { RemoteConfig } from './remote.ts'

/** @property remotes in the order of the names @property keys the first signs */
export interface SplitConfig {
  readonly remotes: readonly RemoteConfig[]
  readonly keys: readonly HmacKey[]
}

type Environment = Readonly<Record<string, string | undefined>>

const TIMEOUT_MS = 10_000
const RESPONSE_LIMIT_BYTES = 32 * 1024 * 1024
const VARIABLE = /^SUBGRAPH_([A-Z0-9_]+)_(URL|TIMEOUT_MS)$/

/**
 * Reads `SUBGRAPH_<NAME>_URL`, `SUBGRAPH_<NAME>_TIMEOUT_MS`, `SUBGRAPH_HMAC_KEYS`,
 * `SUBGRAPH_RESPONSE_LIMIT_BYTES` and `EXECUTOR`. Undefined when everything is in this process.
 *
 * @param names of all subgraphs; `risk-graph` is `SUBGRAPH_RISK_GRAPH_URL`
 * @throws RangeError naming the variable that cannot be used
 */
export function readSplit(env: Environment, names: readonly string[]): SplitConfig | undefined {
  const remotes = readRemotes(env, names)
  const [first] = remotes
  if (first === undefined) return undefined
  if (env.EXECUTOR !== undefined && env.EXECUTOR !== 'plan') {
    const set = variable(first.name, 'URL')
    throw new RangeError(
      `EXECUTOR: ${env.EXECUTOR} reaches only what is in this process, and ${set} is set; use plan`,
    )
  }
  return { keys: readKeys(env), remotes }
}

/**
 * Reads the same for a process with one subgraph, which needs to know of all others: its events go
 * to them.
 *
 * @throws RangeError naming the variable that is missing or cannot be used
 */
export function readSubgraphSplit(
  env: Environment,
  names: readonly string[],
  own: string,
): SplitConfig {
  const remotes = readRemotes(env, names).filter(({ name }) => name !== own)
  const missing = names.find((name) => name !== own && !remotes.some((each) => each.name === name))
  if (missing !== undefined) {
    throw new RangeError(
      `${variable(missing, 'URL')}: events of ${own} go to ${missing}; say where`,
    )
  }
  return { keys: readKeys(env), remotes }
}

function readRemotes(env: Environment, names: readonly string[]): RemoteConfig[] {
  refuseUnknown(env, names)
  const responseLimitBytes = integer(env, 'SUBGRAPH_RESPONSE_LIMIT_BYTES', RESPONSE_LIMIT_BYTES)
  return names.filter((name) => env[variable(name, 'URL')] !== undefined).map((name) => ({
    name,
    url: readUrl(env, variable(name, 'URL')),
    timeoutMs: integer(env, variable(name, 'TIMEOUT_MS'), TIMEOUT_MS),
    responseLimitBytes,
  }))
}

function readKeys(env: Environment): HmacKey[] {
  const text = env.SUBGRAPH_HMAC_KEYS
  if (text === undefined) {
    throw new RangeError('SUBGRAPH_HMAC_KEYS: processes sign what they send; write id:base64')
  }
  try {
    return parseKeys(text)
  } catch (error) {
    throw new RangeError(`SUBGRAPH_HMAC_KEYS: ${(error as Error).message}`)
  }
}

function variable(name: string, what: string): string {
  return `SUBGRAPH_${name.toUpperCase().replaceAll('-', '_')}_${what}`
}

/** A name that is misspelt would silently run in process. */
function refuseUnknown(env: Environment, names: readonly string[]): void {
  const known = new Set(
    names.flatMap((name) => ['URL', 'TIMEOUT_MS'].map((w) => variable(name, w))),
  )
  for (const name of Object.keys(env)) {
    if (VARIABLE.test(name) && !known.has(name)) {
      throw new RangeError(`${name}: there is no such subgraph, only ${names.join(', ')}`)
    }
  }
}

function readUrl(env: Environment, name: string): string {
  const text = env[name]!
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new RangeError(`${name}: ${text} is no http or https URL`)
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new RangeError(`${name}: requests are signed; a URL with more than a path is not meant`)
  }
  return url.href
}

function integer(env: Environment, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (!/^[1-9]\d*$/.test(text) || value > 2 ** 31 - 1) {
    throw new RangeError(`${name}: ${text} is not a whole number above 0`)
  }
  return value
}
