/**
 * From a bearer token to an actor.
 */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose'
import { type Actor, scopesOf } from '../../subgraphs/kernel/actor.ts'
import { ok, refuse, type Result } from '../../subgraphs/kernel/result.ts'
import type { Config } from '../config.ts'
import { DEMO_AUDIENCE, DEMO_ISSUER, demoKey } from './demo-issuer.ts'
import { type KeyRing, publicPart } from './key-ring.ts'
import { VerifiedTokens } from './verified-tokens.ts'

export type AuthCode = 'TOKEN_MALFORMED' | 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'ISSUER_UNREACHABLE'

/** Who asks: an actor, nobody (no token), or a refusal of the token that was sent. */
export type Who = Result<Actor | undefined, AuthCode>

export type Authenticate = (headers: Headers) => Promise<Who>

/** The same for a whole request: at once for whoever was asked about before. */
export type AuthenticateRequest = (request: Request) => Promise<Who> | Who

/**
 * How a refused token is answered over HTTP: 401, so that the client asks for another, but 503 when it
 * is the issuer that cannot be reached: a good token is not to be thrown away for that.
 */
export function refusalResponse(code: AuthCode): {
  status: number
  headers: Record<string, string>
} {
  return code === 'ISSUER_UNREACHABLE'
    ? { status: 503, headers: { 'retry-after': '5' } }
    : { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }
}

/** Only signatures that an issuer's public key can prove. */
const ALGORITHMS = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA']
const CLOCK_TOLERANCE_SECONDS = 5
const TOKEN_MAX = 16_384

/** Somebody whose tokens are believed. @property claims names of those with the tenant and the roles */
interface TrustedIssuer {
  readonly issuer: string
  readonly audience: string
  readonly keys: JWTVerifyGetKey
  readonly claims: { readonly tenant: string; readonly roles: string }
}

const OWN_CLAIMS = { tenant: 'tenant', roles: 'roles' }

/**
 * Believes the people's issuer as configured, and this system's own tokens for programs.
 *
 * @param ownKeys of the tokens that this system issues; absent when it issues none
 */
export async function authenticator(
  config: Pick<Config, 'issuer' | 'dataDir' | 'tokenIssuer'>,
  ownKeys?: KeyRing,
): Promise<Authenticate> {
  const people = await peopleIssuer(config)
  const own = ownKeys === undefined ? [] : [{
    issuer: config.tokenIssuer,
    audience: people.audience,
    keys: ownKeys.find,
    claims: OWN_CLAIMS,
  }]
  return verifier(new Map([people, ...own].map((trusted) => [trusted.issuer, trusted])))
}

async function peopleIssuer(
  { issuer, dataDir }: Pick<Config, 'issuer' | 'dataDir'>,
): Promise<TrustedIssuer> {
  if (issuer.kind === 'demo') {
    const keys = createLocalJWKSet({ keys: [publicPart(await demoKey(dataDir))] })
    return { issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, keys, claims: OWN_CLAIMS }
  }
  const keys = createRemoteJWKSet(new URL(issuer.jwksUrl ?? await discoverKeys(issuer.issuer)))
  return { issuer: issuer.issuer, audience: issuer.audience, keys, claims: issuer.claims }
}

function verifier(issuers: ReadonlyMap<string, TrustedIssuer>): Authenticate {
  const verified = new VerifiedTokens()
  return async (headers) => {
    const header = headers.get('authorization')
    if (header === null) return ok(undefined)
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1]
    if (token === undefined || token.length > TOKEN_MAX) {
      return refuse('TOKEN_MALFORMED', 'The Authorization header is not a bearer token.')
    }
    const known = verified.get(token)
    if (known !== undefined) return ok(known)
    try {
      // Only to choose whose keys to try; nothing is believed before the signature is.
      const trusted = issuers.get(decodeJwt(token).iss ?? '')
      if (trusted === undefined) return refuse('TOKEN_INVALID', NOT_BELIEVED)
      const { payload } = await jwtVerify(token, trusted.keys, {
        issuer: trusted.issuer,
        audience: trusted.audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      })
      const actor = actorOf(payload, trusted.claims)
      if (actor.ok) verified.add(token, actor.value, payload.exp! * 1000)
      return actor
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        return refuse('TOKEN_EXPIRED', 'The token has expired; sign in again.')
      }
      if (error instanceof errors.JOSEError && !isOfIssuer(error)) {
        return refuse('TOKEN_INVALID', NOT_BELIEVED)
      }
      return refuse('ISSUER_UNREACHABLE', 'The issuer of tokens cannot be reached.')
    }
  }
}

const NOT_BELIEVED = 'The token is not one that is believed here.'

/**
 * One authentication per request, whoever asks for it: limits, the choice of schema, the context.
 */
export function authenticateOnce(authenticate: Authenticate): AuthenticateRequest {
  const asked = new WeakMap<Request, Promise<Who> | Who>()
  return (request) => {
    const known = asked.get(request)
    if (known !== undefined) return known
    const asking = authenticate(request.headers).then((who) => {
      asked.set(request, who)
      return who
    })
    asked.set(request, asking)
    return asking
  }
}

/** Whether it is the issuer that failed rather than the token: no keys came, or nothing like keys. */
function isOfIssuer({ code }: errors.JOSEError): boolean {
  return [errors.JOSEError, errors.JWKSTimeout, errors.JWKSInvalid].some((kind) =>
    kind.code === code
  )
}

function actorOf(
  payload: JWTPayload,
  claims: TrustedIssuer['claims'],
): Result<Actor, AuthCode> {
  const tenant = payload[claims.tenant]
  if (typeof tenant !== 'string' || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(tenant)) {
    return refuse('TOKEN_INVALID', `The token names no tenant in ${claims.tenant}.`)
  }
  const roles = texts(payload[claims.roles])
  const { institution } = payload
  const subject = payload.sub!
  const app = payload.kind === 'app' || payload.client_id === subject
  return ok({
    tenant,
    subject,
    name: typeof payload.name === 'string' ? payload.name : subject,
    kind: app ? 'app' : 'person',
    roles,
    scopes: scopesOf(roles, texts(payload.scope)),
    ...(typeof institution === 'string' ? { institution } : {}),
  })
}

/** A claim that is a list, or a text with spaces. */
function texts(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((text) => text !== '')
  return Array.isArray(claim) ? claim.filter((item) => typeof item === 'string') : []
}

async function discoverKeys(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  const { jwks_uri } = await response.json() as { jwks_uri?: unknown }
  if (!response.ok || typeof jwks_uri !== 'string') {
    throw new Error(`OIDC_ISSUER: ${url} names no jwks_uri`)
  }
  return jwks_uri
}
