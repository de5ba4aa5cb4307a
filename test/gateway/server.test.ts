import { exportJWK, generateKeyPair, SignJWT } from 'jose'
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

  it('with an OpenID Connect provider has no demo people, no demo data and no explorer', async () => {
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
      FRONT_DOOR: join(import.meta.dirname!, '../fixtures/front-door-untrusted.ts'),
    })
    onTestFinished(() => server.close())

    expect(await server.server.system.tenants()).toEqual([])
    const page = await server.fetch('/graphql', { headers: { accept: 'text/html' } })
    expect(page.status).toBe(406)
    expect(await page.text()).not.toContain('<script')
    const post = async (token: string) => {
      const response = await server.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: ORDERS }),
      })
      return [response.status, await response.json()]
    }
    expect(await post(await demoToken(server.config.dataDir, 'checker'))).toMatchObject([401, {
      errors: [{ extensions: { code: 'TOKEN_INVALID' } }],
    }])
    const token = await new SignJWT({ sub: 'zhang', tenant: 'bank-z', roles: ['checker'] })
      .setProtectedHeader({ alg: 'ES256', kid: '1' }).setIssuer(issuer).setAudience('huitong')
      .setExpirationTime('1h').sign(privateKey)
    expect(await post(token)).toMatchObject([200, { data: { orders: { edges: [] } } }])
  })
})
