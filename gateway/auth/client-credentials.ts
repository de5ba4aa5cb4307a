/**
 * Tokens for programs: `POST /oauth/token` with the client's own credentials.
 *
 * @see RFC 6749, sections 2.3.1, 4.4 and 5
 */
import { SignJWT } from 'jose'
import { type Client, provenClient } from './clients.ts'
import { type KeyRing, RING_ALGORITHM } from './key-ring.ts'

/** @property issuer and audience as the tokens name them */
export interface TokenEndpointOptions {
  readonly clients: readonly Client[]
  readonly keys: KeyRing
  readonly issuer: string
  readonly audience: string
}

/** How long a token is valid. */
export const CLIENT_TOKEN_SECONDS = 3600

const BODY_MAX = 8192

type TokenError =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'

/** Handles requests for tokens. */
export function tokenEndpoint(options: TokenEndpointOptions) {
  return async (request: Request): Promise<Response> => {
    if (request.method !== 'POST') {
      return new Response(null, { status: 405, headers: { allow: 'POST' } })
    }
    const form = await readForm(request)
    if (form === undefined) return refused('invalid_request', 'The body is not a form.')
    const credentials = credentialsOf(request.headers, form)
    if (credentials === undefined) {
      return refused('invalid_client', 'Name the client and its secret.')
    }
    const client = provenClient(options.clients, ...credentials, new Date())
    if (client === undefined) return refused('invalid_client', 'The client is not known by that.')
    if (form.get('grant_type') !== 'client_credentials') {
      return refused('unsupported_grant_type', 'Only client_credentials is granted here.')
    }
    const asked = form.get('scope')?.split(' ').filter((scope) => scope !== '') ?? client.scopes
    const beyond = asked.find((scope) => !client.scopes.includes(scope))
    if (beyond !== undefined) {
      return refused('invalid_scope', 'A scope is asked for that the client does not have.')
    }
    return answer({
      access_token: await sign(client, asked, options),
      token_type: 'Bearer',
      expires_in: CLIENT_TOKEN_SECONDS,
      scope: asked.join(' '),
    })
  }
}

async function sign(
  client: Client,
  scopes: readonly string[],
  { keys, issuer, audience }: TokenEndpointOptions,
): Promise<string> {
  const { kid, key } = await keys.signingKey()
  return await new SignJWT({
    client_id: client.id,
    kind: 'app',
    name: client.name,
    tenant: client.tenant,
    scope: scopes.join(' '),
    ...(client.institution === undefined ? {} : { institution: client.institution }),
  })
    .setProtectedHeader({ alg: RING_ALGORITHM, kid, typ: 'at+jwt' })
    .setIssuer(issuer).setAudience(audience).setSubject(client.id)
    .setIssuedAt().setExpirationTime(`${CLIENT_TOKEN_SECONDS}s`)
    .sign(key)
}

async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return undefined
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > BODY_MAX) return undefined
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > BODY_MAX) return undefined
  }
  const form = new URLSearchParams(text)
  // Section 3.2: no parameter may come twice.
  const names = [...form.keys()]
  return new Set(names).size === names.length ? form : undefined
}

function credentialsOf(headers: Headers, form: URLSearchParams): [string, string] | undefined {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  if (basic === undefined) return id === null || secret === null ? undefined : [id, secret]
  // Section 2.3: not more than one way of authentication in one request.
  if (secret !== null) return undefined
  try {
    const [user, password] = atob(basic).split(/:(.*)/s)
    return [formDecoded(user!), formDecoded(password ?? '')]
  } catch {
    return undefined
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function refused(error: TokenError, description: string): Response {
  const status = error === 'invalid_client' ? 401 : 400
  const headers: Record<string, string> = status === 401
    ? { 'www-authenticate': 'Basic realm="clients"' }
    : {}
  return answer({ error, error_description: description }, status, headers)
}

function answer(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, {
    status,
    headers: { ...headers, 'cache-control': 'no-store', pragma: 'no-cache' },
  })
}
