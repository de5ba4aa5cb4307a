/**
 * Everything that is configured, from the environment, in one typed place.
 */
import { join } from 'node:path'

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
  readonly issuer: IssuerConfig
  /** What this system calls itself in the tokens that it issues to programs. */
  readonly tokenIssuer: string
  /** Where the programs are listed that may have tokens; none may when absent. */
  readonly clientsFile: string | undefined
  readonly fileLimitBytes: number
}

type Environment = Readonly<Record<string, string | undefined>>

const FILE_LIMIT_BYTES = 256 * 1024 * 1024

/**
 * Reads the environment.
 *
 * `PORT`, `HOST`, `DATA_DIR`, `DATABASE_URL`, `OIDC_ISSUER`, `OIDC_AUDIENCE`, `OIDC_JWKS_URL`,
 * `OIDC_TENANT_CLAIM`, `OIDC_ROLES_CLAIM`, `TOKEN_ISSUER`, `CLIENTS_FILE`, `FILE_LIMIT_BYTES`.
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
    issuer: readIssuer(env),
    tokenIssuer: env.TOKEN_ISSUER ?? 'huitong',
    clientsFile: env.CLIENTS_FILE,
    fileLimitBytes: integer(env, 'FILE_LIMIT_BYTES', FILE_LIMIT_BYTES, 1, 2 ** 40),
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
    jwksUrl: env.OIDC_JWKS_URL,
    claims: { tenant: env.OIDC_TENANT_CLAIM ?? 'tenant', roles: env.OIDC_ROLES_CLAIM ?? 'roles' },
  }
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
