import { createServer, type Server } from 'node:http'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Authenticate, authenticator } from '../../../gateway/auth/authenticate.ts'
import {
  DEMO_AUDIENCE,
  DEMO_ISSUER,
  demoKey,
  demoToken,
} from '../../../gateway/auth/demo-issuer.ts'
import { publicPart } from '../../../gateway/auth/key-ring.ts'
import { signedToken } from '../../support/server.ts'

const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` })

const base64 = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

async function codeOf(authenticate: Authenticate, token: string): Promise<string> {
  const who = await authenticate(bearer(token))
  return who.ok ? `believed: ${who.value?.subject}` : who.code
}

describe('the demo issuer', () => {
  let folder: string
  let authenticate: Authenticate
  const claims = { sub: 'a', tenant: 'demo-bank', roles: ['maker'] }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'huitong-test-auth-'))
    authenticate = await authenticator({
      issuer: { kind: 'demo' },
      dataDir: folder,
      tokenIssuer: 'huitong',
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('gives each demo person a token that says who they are and what they may do', async () => {
    const maker = await authenticate(bearer(await demoToken(folder, 'maker')))
    expect(maker).toMatchObject({
      ok: true,
      value: { tenant: 'demo-bank', subject: 'demo:maker', kind: 'person', roles: ['maker'] },
    })
    const scopes = maker.ok ? maker.value!.scopes : new Set()
    expect([scopes.has('orders:submit'), scopes.has('orders:approve')]).toEqual([true, false])
    const partner = await authenticate(bearer(await demoToken(folder, 'partner')))
    expect(partner).toMatchObject({ ok: true, value: { kind: 'app', institution: '1002' } })
  })

  it('keeps its key for the folder’s owner alone, named as what it is', async () => {
    const path = join(folder, 'demo-issuer-key.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toContain('A DEMO key')
    expect(Object.keys(publicPart(await demoKey(folder))).toSorted()).toEqual(
      ['alg', 'crv', 'kid', 'kty', 'x', 'y'],
    )
  })

  it('has one key, also when many ask at once, and leaves nothing else behind', async () => {
    const fresh = join(folder, 'fresh')
    const keys = await Promise.all(Array.from({ length: 8 }, () => demoKey(fresh)))
    expect(new Set(keys.map((key) => key.x)).size).toBe(1)
    expect(readdirSync(fresh)).toEqual(['demo-issuer-key.json'])
  })

  it('is asked for nothing when there is no token', async () => {
    expect(await authenticate(new Headers())).toEqual({ ok: true, value: undefined })
  })

  it.each(['', 'Bearer', 'Bearer ', 'Basic eDp5', 'Bearer a b', 'Bearer ü', 'Token x'])(
    'refuses %j as no bearer token',
    async (authorization) => {
      const headers = { get: () => authorization } as unknown as Headers
      expect(await authenticate(headers)).toMatchObject({ ok: false, code: 'TOKEN_MALFORMED' })
    },
  )

  it('does not believe a token without a signature, whatever it calls its algorithm', async () => {
    const payload = {
      ...claims,
      iss: DEMO_ISSUER,
      aud: DEMO_AUDIENCE,
      exp: Math.floor(Date.now() / 1000) + 600,
    }
    for (const alg of ['none', 'None', 'ES256']) {
      const token = `${base64({ alg, kid: 'demo' })}.${base64(payload)}.`
      expect(await codeOf(authenticate, token)).toBe('TOKEN_INVALID')
    }
  })

  it('does not believe a secret made of its public key', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(publicPart(await demoKey(folder))))
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'demo' })
      .setIssuer(DEMO_ISSUER).setAudience(DEMO_AUDIENCE).setExpirationTime('1h').sign(secret)
    expect(await codeOf(authenticate, token)).toBe('TOKEN_INVALID')
  })

  it('does not believe a token that was changed', async () => {
    const [header, , signature] = (await signedToken(folder, claims)).split('.')
    const token = `${header}.${base64({ ...claims, roles: ['checker'] })}.${signature}`
    expect(await codeOf(authenticate, token)).toBe('TOKEN_INVALID')
  })

  it('does not believe a token without an end', async () => {
    const privateKey = await demoKey(folder)
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'demo' })
      .setIssuer(DEMO_ISSUER).setAudience(DEMO_AUDIENCE).sign(await importJWK(privateKey, 'ES256'))
    expect(await codeOf(authenticate, token)).toBe('TOKEN_INVALID')
  })

  it('takes roles and scopes as a list or as words, and ignores what is neither', async () => {
    const actorFor = async (change: object) => {
      const who = await authenticate(bearer(await signedToken(folder, { ...claims, ...change })))
      return who.ok ? who.value! : expect.fail(who.code)
    }
    expect((await actorFor({ roles: 'maker checker' })).roles).toEqual(['maker', 'checker'])
    expect((await actorFor({ roles: ['maker', 7, null] })).roles).toEqual(['maker'])
    expect((await actorFor({ roles: { maker: true } })).roles).toEqual([])
    const granted = await actorFor({ roles: [], scope: 'orders:read ledger:read' })
    expect([...granted.scopes].toSorted()).toEqual(['ledger:read', 'orders:read'])
    expect((await actorFor({ roles: ['constructor', '__proto__'] })).scopes.size).toBe(0)
    expect((await actorFor({ client_id: 'a' })).kind).toBe('app')
  })
})

describe('an OpenID Connect provider', () => {
  interface Key {
    readonly privateKey: CryptoKey
    readonly jwk: JWK
  }
  const AUDIENCE = 'huitong'
  let server: Server
  let issuer: string
  let served: JWK[] = []
  let answering = true
  let fetched = 0

  async function newKey(kid: string, alg = 'RS256'): Promise<Key> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    return { privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: 'sig' } }
  }
  const sign = (key: Key, claims: object = {}, iss = issuer, aud = AUDIENCE) =>
    new SignJWT({ sub: 'zhang', org: 'bank-a', groups: ['checker'], ...claims })
      .setProtectedHeader({ alg: key.jwk.alg!, kid: key.jwk.kid! })
      .setIssuer(iss).setAudience(aud).setIssuedAt().setExpirationTime('1h').sign(key.privateKey)
  const open = (jwksUrl?: string) =>
    authenticator({
      dataDir: 'unused',
      tokenIssuer: 'huitong',
      issuer: {
        kind: 'oidc',
        issuer,
        audience: AUDIENCE,
        clientId: undefined,
        jwksUrl,
        claims: { tenant: 'org', roles: 'groups' },
      },
    })

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      if (!answering) response.writeHead(500).end('{}')
      else if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }))
      } else if (request.url === '/keys') {
        fetched += 1
        response.end(JSON.stringify({ keys: served }))
      } else response.writeHead(404).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('is believed with the claims that the configuration names, its keys found by discovery', async () => {
    const key = await newKey('1')
    served = [key.jwk]
    const authenticate = await open()
    expect(await authenticate(bearer(await sign(key)))).toMatchObject({
      ok: true,
      value: { tenant: 'bank-a', subject: 'zhang', roles: ['checker'], kind: 'person' },
    })
    expect(await codeOf(authenticate, await sign(key, {}, issuer, 'other'))).toBe('TOKEN_INVALID')
    expect(await codeOf(authenticate, await sign(key, {}, 'https://x'))).toBe('TOKEN_INVALID')
    expect(await codeOf(authenticate, await sign(key, { org: undefined }))).toBe('TOKEN_INVALID')
  })

  it('that changes its keys is followed without a restart', async () => {
    const [old, fresh] = [await newKey('old'), await newKey('fresh', 'ES256')]
    served = [old.jwk]
    const authenticate = await open(`${issuer}/keys`)
    expect(await codeOf(authenticate, await sign(old))).toBe('believed: zhang')
    served = [fresh.jwk]
    // Keys are fetched again at most every half minute, whoever asks.
    const { now } = Date
    try {
      expect(await codeOf(authenticate, await sign(fresh))).toBe('TOKEN_INVALID')
      Date.now = () => now() + 31_000
      expect(await codeOf(authenticate, await sign(fresh))).toBe('believed: zhang')
      expect(await codeOf(authenticate, await sign(old))).toBe('TOKEN_INVALID')
    } finally {
      Date.now = now
    }
  })

  it('is not asked for its keys at every token that names an unknown one', async () => {
    const [key, foreign] = [await newKey('1'), await newKey('2')]
    served = [key.jwk]
    const authenticate = await open(`${issuer}/keys`)
    await codeOf(authenticate, await sign(key))
    const before = fetched
    for (let i = 0; i < 5; i++) {
      expect(await codeOf(authenticate, await sign(foreign))).toBe('TOKEN_INVALID')
    }
    expect(fetched).toBe(before)
  })

  it('is not believed with the demo’s key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'huitong-test-auth-'))
    try {
      const token = await signedToken(folder, { sub: 'a', org: 'bank-a' }, {
        issuer,
        audience: AUDIENCE,
      })
      served = [(await newKey('1')).jwk]
      expect(await codeOf(await open(), token)).toBe('TOKEN_INVALID')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('that cannot be reached is told apart from a bad token, and named at the start', async () => {
    const key = await newKey('1')
    served = [key.jwk]
    const authenticate = await open(`${issuer}/keys`)
    const nowhere = await open('http://127.0.0.1:9/keys')
    const token = await sign(key)
    answering = false
    try {
      expect(await codeOf(authenticate, token)).toBe('ISSUER_UNREACHABLE')
      expect(await codeOf(nowhere, token)).toBe('ISSUER_UNREACHABLE')
      await expect(open()).rejects.toThrow('OIDC_ISSUER')
    } finally {
      answering = true
    }
    expect(await codeOf(authenticate, token)).toBe('believed: zhang')
  })
})
