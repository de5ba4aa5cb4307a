/**
 * A small OpenID Connect provider: authorization code with PKCE, for one person.
 *
 * @see OpenID Connect Core 1.0, RFC 7636
 */
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface Provider {
  readonly issuer: string
  /** What becomes of the next sign-in; the person is let in where nothing was said. */
  answerNext(how: 'refuse' | 'another-nonce'): void
  /** Claims of tokens from now on. */
  person: JWTPayload
  close(): void
}

interface Granted {
  readonly challenge: string
  readonly nonce: string
}

export const CLIENT_ID = 'huitong-desk'
export const AUDIENCE = 'huitong'

/** Listens on loopback. */
export async function openProvider(person: JWTPayload): Promise<Provider> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = { keys: [{ ...await exportJWK(publicKey), kid: 'k1', alg: 'ES256', use: 'sig' }] }
  const codes = new Map<string, Granted>()
  let next: 'refuse' | 'another-nonce' | undefined
  const sign = (claims: JWTPayload, audience: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(provider.issuer).setAudience(audience).setIssuedAt().setExpirationTime('10m')
      .sign(privateKey)

  const authorize = (query: URLSearchParams, response: ServerResponse) => {
    const back = new URL(query.get('redirect_uri')!)
    back.searchParams.set('state', query.get('state')!)
    if (next === 'refuse') {
      next = undefined
      back.searchParams.set('error', 'access_denied')
    } else {
      const code = randomUUID()
      codes.set(code, { challenge: query.get('code_challenge')!, nonce: query.get('nonce')! })
      back.searchParams.set('code', code)
    }
    response.writeHead(302, { location: back.href }).end()
  }

  const exchange = async (form: URLSearchParams, response: ServerResponse) => {
    const granted = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (granted === undefined || granted.challenge !== challenge) {
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant' }))
      return
    }
    const nonce = next === 'another-nonce' ? 'of-somebody-else' : granted.nonce
    next = undefined
    response.end(JSON.stringify({
      token_type: 'Bearer',
      expires_in: 600,
      access_token: await sign(provider.person, AUDIENCE),
      id_token: await sign({ ...provider.person, nonce }, CLIENT_ID),
    }))
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url!, provider.issuer)
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('content-type', 'application/json')
    if (url.pathname === '/authorize') authorize(url.searchParams, response)
    else if (url.pathname === '/token') {
      void bodyOf(request).then((form) => exchange(form, response))
    } else if (url.pathname === '/keys') response.end(JSON.stringify(keys))
    else {
      response.end(JSON.stringify({
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['ES256'],
        code_challenge_methods_supported: ['S256'],
      }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const provider: Provider = {
    issuer: `http://127.0.0.1:${port}`,
    person,
    answerNext(how) {
      next = how
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return provider
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) text += chunk
  return new URLSearchParams(text)
}
