/**
 * Who is signed in, as their token says. The server checks it; here it only decides what is shown.
 */

/** @property expiresAt milliseconds since 1970 */
export interface Session {
  readonly token: string
  readonly subject: string
  readonly name: string
  readonly roles: readonly string[]
  readonly institution: string | undefined
  readonly demo: boolean
  readonly expiresAt: number
}

const KEY = 'huitong.token'
const DEMO_ISSUER = 'huitong-demo'

/** Reads a token's claims; undefined when it is no token or has ended. */
export function sessionOf(token: string, nowMs: number): Session | undefined {
  const claims = claimsOf(token)
  if (claims === undefined || typeof claims.sub !== 'string') return undefined
  const expiresAt = typeof claims.exp === 'number' ? claims.exp * 1000 : 0
  if (expiresAt <= nowMs) return undefined
  return {
    token,
    subject: claims.sub,
    name: typeof claims.name === 'string' ? claims.name : claims.sub,
    roles: Array.isArray(claims.roles)
      ? claims.roles.filter((role) => typeof role === 'string')
      : [],
    institution: typeof claims.institution === 'string' ? claims.institution : undefined,
    demo: claims.iss === DEMO_ISSUER,
    expiresAt,
  }
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const body = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof claims === 'object' && claims !== null
      ? claims as Record<string, unknown>
      : undefined
  } catch {
    return undefined
  }
}

/** Whether a session has one of some roles. A screen that needs none is for everybody. */
export function mayOpen({ roles }: Session, needed: readonly string[]): boolean {
  return needed.length === 0 || needed.some((role) => roles.includes(role))
}

/** The session of this tab, if it was signed in before and the token has not ended. */
export function storedSession(nowMs: number): Session | undefined {
  const token = sessionStorage.getItem(KEY)
  return token === null ? undefined : sessionOf(token, nowMs)
}

/** Keeps a token for this tab, or none. */
export function storeToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, token)
}
