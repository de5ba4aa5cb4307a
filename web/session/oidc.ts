/**
 * Signing in at an OpenID Connect provider: authorization code with PKCE.
 *
 * @see RFC 6749 section 4.1, RFC 7636, OpenID Connect Core 1.0
 */
import * as oauth from 'oauth4webapi'
import { type Provider, RETURN_PATH } from './oidc-return.ts'

/** What is kept of a sign-in while the browser is at the provider. */
interface UnderWay {
  readonly verifier: string
  readonly state: string
  readonly nonce: string
  /** Where to go on afterwards. */
  readonly path: string
}

const KEY = 'huitong.sign-in'

/** Sends the browser to the provider; it comes back to `/signed-in`. */
export async function beginSignIn({ issuer, clientId }: Provider, path: string): Promise<void> {
  const server = await discover(issuer)
  const underWay: UnderWay = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    path,
  }
  sessionStorage.setItem(KEY, JSON.stringify(underWay))
  const url = new URL(server.authorization_endpoint!)
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await oauth.calculatePKCECodeChallenge(underWay.verifier),
    code_challenge_method: 'S256',
    state: underWay.state,
    nonce: underWay.nonce,
  }).toString()
  location.assign(url)
}

/** Changes the code for a token. @throws Error when the provider refused or the answer is not for us */
export async function endSignIn(
  { issuer, clientId }: Provider,
  url: URL,
): Promise<{ token: string; path: string }> {
  const kept = sessionStorage.getItem(KEY)
  if (kept === null) throw new Error('no sign-in is under way in this tab')
  sessionStorage.removeItem(KEY)
  const { verifier, state, nonce, path } = JSON.parse(kept) as UnderWay
  const server = await discover(issuer)
  const client: oauth.Client = { client_id: clientId }
  const answer = oauth.validateAuthResponse(server, client, url, state)
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    answer,
    redirectUri(),
    verifier,
    insecureTo(issuer),
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
  })
  return { token: tokens.access_token, path }
}

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  const response = await oauth.discoveryRequest(url, insecureTo(issuer))
  return await oauth.processDiscoveryResponse(url, response)
}

/** A provider on this machine itself, for trying out, may do without TLS; no other may. */
function insecureTo(issuer: string): { [oauth.allowInsecureRequests]: boolean } {
  const { protocol, hostname } = new URL(issuer)
  const here = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
  return { [oauth.allowInsecureRequests]: protocol === 'http:' && here }
}

function redirectUri(): string {
  return new URL(RETURN_PATH, location.origin).href
}
