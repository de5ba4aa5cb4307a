/**
 * The partners' programs that may sign in with credentials of their own (合作方应用).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readJsonFile, replaceJsonFile } from './key-file.ts'

/**
 * A program that is known.
 *
 * @property scopes all that its tokens may carry
 * @property secrets two at most, so that one can be replaced while the other still works
 */
export interface Client {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly institution?: string
  readonly scopes: readonly string[]
  readonly secrets: readonly ClientSecret[]
}

/** @property sha256 of the secret, hex: the secret itself is long and random, and kept nowhere */
export interface ClientSecret {
  readonly sha256: string
  readonly expiresAt?: string
}

interface ClientsFile {
  readonly clients: readonly Client[]
}

const SECRETS_MAX = 2
const SECRET_BYTES = 32

/** Reads the registry. @throws Error naming what cannot be used in it */
export async function readClients(path: string): Promise<readonly Client[]> {
  const file = await readJsonFile<Partial<ClientsFile>>(path)
  if (file === undefined) throw new Error(`CLIENTS_FILE: there is no file ${path}`)
  const { clients } = file
  if (!Array.isArray(clients)) throw new Error(`CLIENTS_FILE: ${path} holds no list "clients"`)
  clients.forEach((client, i) => checkClient(client, `clients[${i}]`))
  return clients
}

/** The client that these credentials prove, if any. */
export function provenClient(
  clients: readonly Client[],
  id: string,
  secret: string,
  now: Date,
): Client | undefined {
  const client = clients.find((known) => known.id === id)
  const digest = createHash('sha256').update(secret).digest()
  return client?.secrets.some(({ sha256, expiresAt }) =>
      timingSafeEqual(digest, Buffer.from(sha256, 'hex')) &&
      (expiresAt === undefined || now < new Date(expiresAt))
    )
    ? client
    : undefined
}

/**
 * Gives a client a new secret, which is told once and not kept. The one before works on.
 *
 * @throws Error when the client is unknown
 */
export async function newSecret(path: string, id: string): Promise<string> {
  const clients = await readClients(path)
  if (!clients.some((client) => client.id === id)) throw new Error(`there is no client ${id}`)
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const sha256 = createHash('sha256').update(secret).digest('hex')
  const secretsOf = ({ secrets }: Client) => [{ sha256 }, ...secrets].slice(0, SECRETS_MAX)
  await replaceJsonFile(path, {
    clients: clients.map((client) =>
      client.id === id ? { ...client, secrets: secretsOf(client) } : client
    ),
  })
  return secret
}

function checkClient(client: unknown, place: string): asserts client is Client {
  const { id, name, tenant, institution, scopes, secrets } = (client ?? {}) as Record<
    string,
    unknown
  >
  const demand = (met: boolean, what: string) => {
    if (!met) throw new Error(`CLIENTS_FILE: ${place}.${what}`)
  }
  demand(typeof id === 'string' && /^[\w.:-]{1,100}$/.test(id), 'id is not a client id')
  demand(typeof name === 'string' && name !== '', 'name is missing')
  demand(typeof tenant === 'string' && tenant !== '', 'tenant is missing')
  demand(institution === undefined || typeof institution === 'string', 'institution is not a text')
  demand(Array.isArray(scopes) && scopes.every(isText), 'scopes is not a list of texts')
  demand(
    Array.isArray(secrets) && secrets.every((secret) =>
      /^[0-9a-f]{64}$/.test(secret?.sha256) &&
      (secret.expiresAt === undefined || !Number.isNaN(Date.parse(secret.expiresAt)))
    ),
    'secrets is not a list of { sha256, expiresAt }',
  )
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
