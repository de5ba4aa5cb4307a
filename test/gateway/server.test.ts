import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { demoToken } from '../../gateway/auth/demo-issuer.ts'
import { enterDemoOrders } from '../../gateway/demo-data.ts'
import { DEMO_TENANT } from '../../gateway/demo.ts'
import { onEngine } from '../rig/engines.ts'
import { openTestServer, sharedServer, tally } from '../support/server.ts'

const ORDERS = '{ orders { edges { node { serial type } } } }'

onEngine('sqlite', (engine) => {
  describe('in demo mode', () => {
    const server = sharedServer(engine)

    it('has demo orders, once, however often it is started', async () => {
      const { system } = server().server
      const before = await server().demo.ask('checker', ORDERS)
      expect(before.orders.edges).toHaveLength(3)
      await system.provision(DEMO_TENANT)
      await enterDemoOrders(system.subgraphs.orders)
      expect(await server().demo.ask('checker', ORDERS)).toEqual(before)
    })

    it('knows every tenant that was set up', async () => {
      const { tenant } = await server().bank()
      expect((await server().server.system.tenants()).toSorted()).toEqual(
        [tenant, 'demo-bank'].toSorted(),
      )
      expect(tally().orders).toBe(0)
    })
  })

  /** A server that believes a provider of ours, and how its people ask. */
  async function production(environment: Readonly<Record<string, string>> = {}) {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const keys = { keys: [{ ...await exportJWK(publicKey), kid: '1', alg: 'ES256' }] }
    const provider = createServer((_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(keys))
    })
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      provider.closeAllConnections()
      provider.close()
    })
    const issuer = `http://127.0.0.1:${(provider.address() as { port: number }).port}`
    const server = await openTestServer(engine, {
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: 'huitong',
      OIDC_JWKS_URL: `${issuer}/keys`,
      ...environment,
    })
    onTestFinished(() => server.close())
    const token = await new SignJWT({ sub: 'zhang', tenant: 'bank-z', roles: ['checker'] })
      .setProtectedHeader({ alg: 'ES256', kid: '1' }).setIssuer(issuer).setAudience('huitong')
      .setExpirationTime('1h').sign(privateKey)
    const post = async (body: object, bearer: string | undefined = token) => {
      const response = await server.fetch('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(body),
      })
      return [response.status, await response.json()]
    }
    return { server, post }
  }

  it('with an OpenID Connect provider has no demo people, no demo data and no explorer', async () => {
    const { server, post } = await production({
      FRONT_DOOR: join(import.meta.dirname!, '../fixtures/front-door-untrusted.ts'),
    })
    expect(await server.server.system.tenants()).toEqual([])
    const page = await server.fetch('/graphql', { headers: { accept: 'text/html' } })
    expect(page.status).toBe(406)
    expect(await page.text()).not.toContain('<script')
    const demo = await demoToken(server.config.dataDir, 'checker')
    expect(await post({ query: ORDERS }, demo)).toMatchObject([401, {
      errors: [{ extensions: { code: 'TOKEN_INVALID' } }],
    }])
    expect(await post({ query: ORDERS })).toMatchObject([200, { data: { orders: { edges: [] } } }])
    expect((await server.fetch('/metrics')).status).toBe(401)
    // Whoever is not signed in is not told what staff can ask.
    const [, anonymous] = await post({ query: '{ vouchers { edges { cursor } } }' }, '')
    expect(JSON.stringify(anonymous)).toContain('Cannot query field')
  })

  it('in production runs registered documents and no others, and does not introspect', async () => {
    const { post } = await production()
    const codeOf = (
      [, { errors }]: unknown[] & { 1: { errors?: { extensions: { code: string } }[] } },
    ) => errors?.[0]?.extensions.code
    expect(codeOf(await post({ query: ORDERS }) as never)).toBe('DOCUMENT_NOT_TRUSTED')
    const { documents } = JSON.parse(
      readFileSync(join(import.meta.dirname!, '../../schema/documents/manifest.json'), 'utf8'),
    ) as { documents: Record<string, { clients: string[]; name: string; operation: string }> }
    const [hash] = Object.entries(documents).find(([, { clients, name }]) =>
      clients.includes('desk') && name === 'MyTasks'
    )!
    const [status, answer] = await post({ documentId: `sha256:${hash}` })
    expect([status, answer.data.tasks.edges]).toEqual([200, []])
    const [partners] = Object.entries(documents).find(([, { clients }]) =>
      clients.includes('partner') && !clients.includes('desk')
    )!
    expect(codeOf(await post({ documentId: `sha256:${partners}` }) as never)).toBe(
      'DOCUMENT_UNKNOWN',
    )
  })
})
