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
  /** Where to go on afterwards; undefined in a window beside a page that waits for the token. */
  readonly path: string | undefined
}

const KEY = 'huitong.sign-in'

/** What a window beside the page tells it. */
type Told = { readonly token: string } | { readonly failure: string }

/** Sends the browser to the provider; it comes back to `/signed-in`. */
export async function beginSignIn(provider: Provider, path: string): Promise<void> {
  const underWay = newSignIn(path)
  sessionStorage.setItem(KEY, JSON.stringify(underWay))
  location.assign(await addressAt(provider, underWay))
}

/**
 * Signs in again in a window beside this page, which stays as it is; answers the token, or undefined where
 * the browser opens no window. Waits for good where the person closes it: whoever asks again opens another.
 *
 * @throws Error when the provider refused
 */
export async function signInBeside(provider: Provider): Promise<string | undefined> {
  // Before the provider is asked for: a browser opens a window only soon after a click.
  const beside = open('', '', 'popup,width=560,height=720')
  if (beside === null) return undefined
  const underWay = newSignIn(undefined)
  beside.sessionStorage.setItem(KEY, JSON.stringify(underWay))
  beside.location.assign(await addressAt(provider, underWay))
  const told = await new Promise<Told>((resolve) => {
    const answers = new BroadcastChannel(channelOf(underWay))
    answers.addEventListener('message', ({ data }: MessageEvent<Told>) => {
      answers.close()
      resolve(data)
    })
  })
  if ('failure' in told) throw new Error(told.failure)
  return told.token
}

/** Only pages of this origin hear it, and only the one that made up the state knows its name. */
const channelOf = ({ state }: UnderWay) => `huitong.sign-in.${state}`

function newSignIn(path: string | undefined): UnderWay {
  return {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    path,
  }
}

/** Where the provider asks the person. */
async function addressAt({ issuer, clientId }: Provider, underWay: UnderWay): Promise<string> {
  const server = await discover(issuer)
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
  return url.href
}

/**
 * Changes the code for a token. In a window beside a page, that page is told and the window closed.
 *
 * @throws Error when the provider refused or the answer is not for us
 */
export async function endSignIn(
  provider: Provider,
  url: URL,
): Promise<{ token: string; path: string } | undefined> {
  const kept = sessionStorage.getItem(KEY)
  if (kept === null) throw new Error('no sign-in is under way in this tab')
  sessionStorage.removeItem(KEY)
  const underWay = JSON.parse(kept) as UnderWay
  if (underWay.path !== undefined) {
    return { token: await tokenOf(provider, url, underWay), path: underWay.path }
  }
  const told = await tokenOf(provider, url, underWay)
    .then((token): Told => ({ token }), ({ message }: Error): Told => ({ failure: message }))
  const answers = new BroadcastChannel(channelOf(underWay))
  answers.postMessage(told)
  answers.close()
  close()
  return undefined
}

async function tokenOf(
  { issuer, clientId }: Provider,
  url: URL,
  { verifier, state, nonce }: UnderWay,
): Promise<string> {
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
  return tokens.access_token
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
