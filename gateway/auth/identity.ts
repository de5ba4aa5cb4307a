/**
 * Who is believed, and where programs get their tokens.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { DEMO_PEOPLE, DEMO_TENANT } from '../demo.ts'
import { scopesOf } from '../../subgraphs/kernel/actor.ts'
import type { Routes } from '../http/routes.ts'
import {
  type Authenticate,
  authenticateOnce,
  type AuthenticateRequest,
  authenticator,
} from './authenticate.ts'
import { tokenEndpoint } from './client-credentials.ts'
import { type Client, readClients } from './clients.ts'
import { DEMO_AUDIENCE } from './demo-issuer.ts'
import { type KeyRing, openKeyRing } from './key-ring.ts'

/** @property routes of the token endpoint and the keys that prove its tokens; none without clients */
export interface Identity {
  readonly authenticate: Authenticate
  readonly authenticateRequest: AuthenticateRequest
  readonly routes: Routes
}

/** Where the keys are that sign tokens for programs. */
export function keyRingPath(dataDir: string): string {
  return join(dataDir, 'token-keys.json')
}

type IdentityConfig = Pick<Config, 'issuer' | 'dataDir' | 'tokenIssuer' | 'clientsFile'>

/** @throws Error naming a setting that cannot be used */
export async function openIdentity(config: IdentityConfig): Promise<Identity> {
  const clients = await clientsOf(config)
  const keys = clients.length === 0 ? undefined : await openKeyRing(keyRingPath(config.dataDir))
  const authenticate = await authenticator(config, keys)
  return {
    authenticate,
    authenticateRequest: authenticateOnce(authenticate),
    routes: keys === undefined ? {} : tokenRoutes(config, clients, keys),
  }
}

function tokenRoutes(
  { issuer, tokenIssuer }: IdentityConfig,
  clients: readonly Client[],
  keys: KeyRing,
): Routes {
  const audience = issuer.kind === 'demo' ? DEMO_AUDIENCE : issuer.audience
  return {
    '/oauth/token': tokenEndpoint({ clients, keys, issuer: tokenIssuer, audience }),
    '/.well-known/jwks.json': async () => Response.json({ keys: await keys.publicKeys() }),
  }
}

async function clientsOf({ issuer, clientsFile }: IdentityConfig): Promise<readonly Client[]> {
  if (clientsFile !== undefined) return await readClients(clientsFile)
  return issuer.kind === 'demo' ? [DEMO_CLIENT] : []
}

/** What the demo partner shows for a token. A DEMO secret: whoever reads this has it. */
export const DEMO_CLIENT_SECRET = 'demo-partner-secret-not-for-real-data'

/** The demo partner, signing in as partners do. */
const DEMO_CLIENT: Client = {
  id: DEMO_PEOPLE.partner.subject,
  name: DEMO_PEOPLE.partner.name,
  tenant: DEMO_TENANT.tenant,
  institution: DEMO_PEOPLE.partner.institution,
  scopes: [...scopesOf(['partner'], [])],
  secrets: [{ sha256: createHash('sha256').update(DEMO_CLIENT_SECRET).digest('hex') }],
}
