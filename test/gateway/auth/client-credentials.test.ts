import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticator } from '../../../gateway/auth/authenticate.ts'
import { CLIENT_TOKEN_SECONDS, tokenEndpoint } from '../../../gateway/auth/client-credentials.ts'
import { type Client, newSecret, provenClient, readClients } from '../../../gateway/auth/clients.ts'
import { type KeyRing, openKeyRing, rotateKeys } from '../../../gateway/auth/key-ring.ts'

const SECRET = 'a secret: with a colon+plus'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const CLIENT: Client = {
  id: 'erp',
  name: 'ERP of Acme',
  tenant: 'bank-a',
  institution: '1002',
  scopes: ['orders:read', 'orders:submit'],
  secrets: [{ sha256: sha256(SECRET) }],
}

let folder: string
let keys: KeyRing
let fetch: (request: Request) => Promise<Response>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'huitong-test-clients-'))
  keys = await openKeyRing(join(folder, 'keys.json'))
  fetch = tokenEndpoint({ clients: [CLIENT], keys, issuer: 'huitong', audience: 'huitong' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const basic = (id: string, secret: string) =>
  `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`

async function ask(form: Record<string, string> | string, headers: Record<string, string> = {}) {
  const response = await fetch(
    new Request('http://huitong.example/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof form === 'string' ? form : new URLSearchParams(form),
    }),
  )
  return { status: response.status, headers: response.headers, body: await response.json() }
}

const GRANT = { grant_type: 'client_credentials' }

describe('a program', () => {
  it('gets a token for its credentials in the header, which is believed with its scopes', async () => {
    const { status, headers, body } = await ask(GRANT, { authorization: basic('erp', SECRET) })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: CLIENT_TOKEN_SECONDS,
      scope: 'orders:read orders:submit',
    })
    const authenticate = await authenticator(
      { issuer: { kind: 'demo' }, dataDir: folder, tokenIssuer: 'huitong' },
      keys,
    )
    const who = await authenticate(new Headers({ authorization: `Bearer ${body.access_token}` }))
    expect(who).toMatchObject({
      ok: true,
      value: { tenant: 'bank-a', subject: 'erp', kind: 'app', institution: '1002' },
    })
    expect(who.ok && [...who.value!.scopes]).toEqual(['orders:read', 'orders:submit'])
  })

  it('gets one for its credentials in the form, and with fewer scopes if it likes', async () => {
    const { body } = await ask({
      ...GRANT,
      client_id: 'erp',
      client_secret: SECRET,
      scope: 'orders:read',
    })
    expect(body.scope).toBe('orders:read')
    expect(decodeJwt(body.access_token).scope).toBe('orders:read')
  })

  it.each(
    [
      ['a wrong secret', GRANT, basic('erp', 'wrong'), 401, 'invalid_client'],
      ['an unknown name', GRANT, basic('nobody', SECRET), 401, 'invalid_client'],
      ['no credentials', GRANT, undefined, 401, 'invalid_client'],
      ['a header that is no base64 of a pair', GRANT, 'Basic %%%', 401, 'invalid_client'],
      ['bad escapes in the header', GRANT, `Basic ${btoa('%E0%A4:x')}`, 401, 'invalid_client'],
      [
        'both ways at once',
        { ...GRANT, client_secret: SECRET },
        basic('erp', SECRET),
        401,
        'invalid_client',
      ],
      [
        'another grant',
        { grant_type: 'password' },
        basic('erp', SECRET),
        400,
        'unsupported_grant_type',
      ],
      ['no grant', {}, basic('erp', SECRET), 400, 'unsupported_grant_type'],
      [
        'a scope beyond its own',
        { ...GRANT, scope: 'ledger:read' },
        basic('erp', SECRET),
        400,
        'invalid_scope',
      ],
      [
        'a parameter twice',
        'grant_type=client_credentials&grant_type=x',
        basic('erp', SECRET),
        400,
        'invalid_request',
      ],
    ] as const,
  )('with %s is refused as RFC 6749 has it', async (_, form, authorization, status, error) => {
    const refused = await ask(
      form as Record<string, string>,
      authorization === undefined ? {} : { authorization },
    )
    expect([refused.status, refused.body.error]).toEqual([status, error])
    expect(refused.headers.has('www-authenticate')).toBe(status === 401)
    expect(refused.body.access_token).toBeUndefined()
  })

  it('is told the same whether its name or its secret is wrong', async () => {
    const wrong = await ask(GRANT, { authorization: basic('erp', 'wrong') })
    const unknown = await ask(GRANT, { authorization: basic('nobody', 'wrong') })
    expect(unknown.body).toEqual(wrong.body)
  })

  it('is refused with a body that is no form, or too long', async () => {
    const json = await ask(JSON.stringify(GRANT), { 'content-type': 'application/json' })
    expect([json.status, json.body.error]).toEqual([400, 'invalid_request'])
    const long = await ask({ ...GRANT, x: 'x'.repeat(10_000) })
    expect([long.status, long.body.error]).toEqual([400, 'invalid_request'])
  })

  it('has to post', async () => {
    const response = await fetch(new Request('http://huitong.example/oauth/token'))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('the registry of programs', () => {
  const path = () => join(folder, 'clients.json')
  const write = (content: unknown) => writeFileSync(path(), JSON.stringify(content))

  it('lets a secret be replaced while the one before still works, and no longer', async () => {
    write({ clients: [CLIENT] })
    const second = await newSecret(path(), 'erp')
    const third = await newSecret(path(), 'erp')
    const clients = await readClients(path())
    const works = (secret: string) => provenClient(clients, 'erp', secret, new Date()) !== undefined
    expect([works(SECRET), works(second), works(third)]).toEqual([false, true, true])
    expect(readFileSync(path(), 'utf8')).not.toContain(third)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    await expect(newSecret(path(), 'nobody')).rejects.toThrow('no client nobody')
  })

  it('knows when a secret has come to its end', () => {
    const ends = {
      ...CLIENT,
      secrets: [{ sha256: sha256('x'), expiresAt: '2026-11-23T00:00:00Z' }],
    }
    const at = (time: string) => provenClient([ends], 'erp', 'x', new Date(time))?.id
    expect(at('2026-11-22T23:59:59Z')).toBe('erp')
    expect(at('2026-11-23T00:00:00Z')).toBeUndefined()
  })

  it.each([
    [{}, 'no list "clients"'],
    [{ clients: [{ ...CLIENT, id: 'a b' }] }, 'clients[0].id'],
    [{ clients: [CLIENT, { ...CLIENT, tenant: '' }] }, 'clients[1].tenant'],
    [{ clients: [{ ...CLIENT, scopes: 'orders:read' }] }, 'clients[0].scopes'],
    [{ clients: [{ ...CLIENT, secrets: [{ sha256: 'short' }] }] }, 'clients[0].secrets'],
    [{ clients: [null] }, 'clients[0].id'],
  ])('is refused at the start when it is %j', async (content, place) => {
    write(content)
    await expect(readClients(path())).rejects.toThrow(place)
  })

  it('has to exist', async () => {
    await expect(readClients(join(folder, 'nowhere.json'))).rejects.toThrow('CLIENTS_FILE')
  })
})

describe('a ring of keys', () => {
  it('signs with the newest and believes those before for as long as their tokens live', async () => {
    const path = join(folder, 'ring.json')
    let now = Date.now()
    const ring = await openKeyRing(path, () => now)
    const first = await ring.signingKey()
    await rotateKeys(path, 3_600_000, now)
    // The ring is read again no more often than every five seconds.
    now += 5_000
    const second = await ring.signingKey()
    expect(second.kid).not.toBe(first.kid)
    const find = (kid: string) => ring.find({ alg: 'ES256', kid }, {} as never)
    await expect(find(first.kid)).resolves.toBeDefined()
    await rotateKeys(path, 3_600_000, now + 3_600_001)
    now += 3_700_000
    await ring.signingKey()
    await expect(find(first.kid)).rejects.toThrow()
    await expect(find(second.kid)).resolves.toBeDefined()
  })

  it('notices a key that another process made', async () => {
    const path = join(folder, 'shared.json')
    let now = Date.now()
    const [ours, theirs] = [await openKeyRing(path, () => now), await openKeyRing(path)]
    const kid = await rotateKeys(path, 1000)
    expect((await theirs.publicKeys())[0]!.kid).toBe(kid)
    await expect(ours.find({ alg: 'ES256', kid }, {} as never)).rejects.toThrow()
    now += 5_000
    await expect(ours.find({ alg: 'ES256', kid }, {} as never)).resolves.toBeDefined()
  })

  it('publishes what proves its tokens and nothing that could sign one', async () => {
    const { body } = await ask(GRANT, { authorization: basic('erp', SECRET) })
    const published = await keys.publicKeys()
    expect(JSON.stringify(published)).not.toMatch(/"d"/)
    const { kid } = decodeProtectedHeader(body.access_token)
    const jwk = published.find((key) => key.kid === kid)!
    expect((await jwtVerify(body.access_token, jwk, { issuer: 'huitong' })).payload.sub).toBe('erp')
  })

  it('is readable for its owner alone', () => {
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600)
  })
})
