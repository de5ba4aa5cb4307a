/**
 * Everything that is configured, from the environment, in one typed place.
 */
import { join } from 'node:path'
import type { GraphServer } from '../subgraphs/kernel/subgraph.ts'

/**
 * Who issues the tokens that are believed.
 *
 * - `demo`: this process itself, with a key that it makes and calls a demo key
 * - `oidc`: an OpenID Connect provider
 */
export type IssuerConfig =
  | { readonly kind: 'demo' }
  | {
    readonly kind: 'oidc'
    readonly issuer: string
    readonly audience: string
    /** Of the web UI at the provider, a public client; nobody signs in to the web UI when absent. */
    readonly clientId: string | undefined
    /** Found by discovery when absent. */
    readonly jwksUrl: string | undefined
    readonly claims: { readonly tenant: string; readonly roles: string }
  }

/** @property databaseUrl as `openStore` takes it @property port 0 lets the system choose */
export interface Config {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl: string
  /** Where graphs are asked; in the process itself when absent. */
  readonly graphServer: GraphServer | undefined
  readonly issuer: IssuerConfig
  /** What this system calls itself in the tokens that it issues to programs. */
  readonly tokenIssuer: string
  /** Where the programs are listed that may have tokens; none may when absent. */
  readonly clientsFile: string | undefined
  readonly fileLimitBytes: number
  readonly executor: ExecutorName
  /** A file of settings of the front door, as `gateway/door/front-door.example.ts`. */
  readonly frontDoorFile: string | undefined
  /** The supergraph to serve, looked at again while it runs; the committed one when absent. */
  readonly supergraphFile: string | undefined
  /** Where traces go, and the share of those that begin here; nowhere when absent. */
  readonly traces: { readonly endpoint: string; readonly sampled: number } | undefined
  /** What a scraper of `/metrics` shows in place of a person's token. */
  readonly metricsToken: string | undefined
}

/**
 * What executes operations over several subgraphs; see gateway/execute/README.md.
 *
 * - `collapsed`: one execution over the composed schema, for subgraphs in this process
 * - `plan`: query plans of @apollo/gateway
 */
export type ExecutorName = 'collapsed' | 'plan'

type Environment = Readonly<Record<string, string | undefined>>

const FILE_LIMIT_BYTES = 256 * 1024 * 1024

/**
 * Reads the environment.
 *
 * `PORT`, `HOST`, `DATA_DIR`, `DATABASE_URL`, `OIDC_ISSUER`, `OIDC_AUDIENCE`, `OIDC_CLIENT_ID`, `OIDC_JWKS_URL`,
 * `OIDC_TENANT_CLAIM`, `OIDC_ROLES_CLAIM`, `TOKEN_ISSUER`, `CLIENTS_FILE`, `FILE_LIMIT_BYTES`,
 * `EXECUTOR`, `FRONT_DOOR`, `SUPERGRAPH_FILE`, `METRICS_TOKEN`, `RISK_GRAPH_URL`, `RISK_GRAPH_DIALECT`,
 * `RISK_GRAPH_USER`, `RISK_GRAPH_PASSWORD`, `RISK_GRAPH_TIMEOUT_MS`, and of OpenTelemetry's own
 * `OTEL_EXPORTER_OTLP_ENDPOINT` and `OTEL_TRACES_SAMPLER_ARG`.
 *
 * @throws RangeError naming the variable that cannot be used
 */
export function readConfig(env: Environment): Config {
  const dataDir = env.DATA_DIR ?? 'data'
  return {
    port: integer(env, 'PORT', 4000, 0, 65_535),
    host: env.HOST ?? '127.0.0.1',
    dataDir,
    databaseUrl: env.DATABASE_URL ?? `file:${join(dataDir, 'db')}`,
    graphServer: readGraphServer(env),
    issuer: readIssuer(env),
    tokenIssuer: env.TOKEN_ISSUER ?? 'huitong',
    clientsFile: env.CLIENTS_FILE,
    fileLimitBytes: integer(env, 'FILE_LIMIT_BYTES', FILE_LIMIT_BYTES, 1, 2 ** 40),
    executor: readExecutor(env),
    frontDoorFile: env.FRONT_DOOR,
    supergraphFile: env.SUPERGRAPH_FILE,
    traces: readTraces(env),
    metricsToken: env.METRICS_TOKEN,
  }
}

function readIssuer(env: Environment): IssuerConfig {
  if (env.OIDC_ISSUER === undefined) return { kind: 'demo' }
  if (env.OIDC_AUDIENCE === undefined) {
    throw new RangeError('OIDC_AUDIENCE: tokens for others must not be believed; name our audience')
  }
  return {
    kind: 'oidc',
    issuer: env.OIDC_ISSUER,
    audience: env.OIDC_AUDIENCE,
    clientId: env.OIDC_CLIENT_ID,
    jwksUrl: env.OIDC_JWKS_URL,
    claims: { tenant: env.OIDC_TENANT_CLAIM ?? 'tenant', roles: env.OIDC_ROLES_CLAIM ?? 'roles' },
  }
}

function readGraphServer(env: Environment): GraphServer | undefined {
  const url = env.RISK_GRAPH_URL
  if (url === undefined || url === '') return undefined
  if (!/^(bolt|neo4j)(\+s|\+ssc)?:\/\/\S+$/.test(url)) {
    throw new RangeError('RISK_GRAPH_URL: a server that speaks Bolt, as bolt://host:7687')
  }
  const dialect = env.RISK_GRAPH_DIALECT ?? 'memgraph'
  if (dialect !== 'memgraph' && dialect !== 'neo4j') {
    throw new RangeError(`RISK_GRAPH_DIALECT: ${dialect} is neither memgraph nor neo4j`)
  }
  return {
    url,
    dialect,
    user: env.RISK_GRAPH_USER,
    password: env.RISK_GRAPH_PASSWORD,
    timeoutMs: integer(env, 'RISK_GRAPH_TIMEOUT_MS', 10_000, 100, 600_000),
  }
}

function readExecutor({ EXECUTOR = 'collapsed' }: Environment): ExecutorName {
  if (EXECUTOR === 'collapsed' || EXECUTOR === 'plan') return EXECUTOR
  throw new RangeError(`EXECUTOR: ${EXECUTOR} is neither collapsed nor plan`)
}

function readTraces(env: Environment): Config['traces'] {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (endpoint === undefined) return undefined
  const sampled = Number(env.OTEL_TRACES_SAMPLER_ARG ?? 1)
  if (!(sampled >= 0 && sampled <= 1)) {
    throw new RangeError('OTEL_TRACES_SAMPLER_ARG: a share from 0 to 1')
  }
  return { endpoint, sampled }
}

function integer(
  env: Environment,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = env[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new RangeError(`${name}: ${text} is not a whole number from ${min} to ${max}`)
  }
  return value
}
