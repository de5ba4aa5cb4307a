import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { authenticator } from '../../../gateway/auth/authenticate.ts'
import type { Config } from '../../../gateway/config.ts'
import { signInRoutes } from '../../../gateway/web/sign-in.ts'

const OIDC = {
  kind: 'oidc',
  issuer: 'https://login.example.com',
  audience: 'huitong',
  clientId: 'desk',
  jwksUrl: undefined,
  claims: { tenant: 'tenant', roles: 'roles' },
} as const

function routes(issuer: Config['issuer']) {
  const dataDir = mkdtempSync(join(tmpdir(), 'huitong-test-sign-in-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const all = signInRoutes({ issuer, dataDir })
  return {
    dataDir,
    paths: Object.keys(all),
    ask: async (path: string, method = 'GET') =>
      await all[path.split('?')[0]!]!(new Request(`http://huitong.example${path}`, { method })),
  }
}

describe('signing in to the web UI', () => {
  it('as a demo person gives a demo token that is believed, for people alone', async () => {
    const { ask, dataDir } = routes({ kind: 'demo' })
    expect(await (await ask('/sign-in/settings')).json()).toEqual({
      kind: 'demo',
      people: [
        { role: 'maker', name: '李经办' },
        { role: 'checker', name: '王复核' },
        { role: 'accountant', name: '陈会计' },
        { role: 'teller', name: '赵柜员' },
        { role: 'investigator', name: '孙调查' },
        { role: 'risk-manager', name: '周主管' },
      ],
    })
    const { token } = await (await ask('/sign-in/demo?as=checker', 'POST')).json() as {
      token: string
    }
    const believe = await authenticator({ issuer: { kind: 'demo' }, dataDir, tokenIssuer: 'h' })
    const who = await believe(new Headers({ authorization: `Bearer ${token}` }))
    expect(who).toMatchObject({ ok: true, value: { subject: 'demo:checker', roles: ['checker'] } })
    for (const wrong of ['partner', 'root', 'constructor', '']) {
      const refused = await ask(`/sign-in/demo?as=${wrong}`, 'POST')
      expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'ROLE_UNKNOWN' }])
    }
    expect((await ask('/sign-in/demo?as=checker')).status).toBe(405)
  })

  it('with another issuer names it and its client, and gives no token', async () => {
    const { ask, paths } = routes(OIDC)
    expect(await (await ask('/sign-in/settings')).json())
      .toEqual({ kind: 'oidc', issuer: OIDC.issuer, clientId: 'desk' })
    expect(paths).toEqual(['/sign-in/settings'])
  })

  it('is said to be impossible where the provider knows no client of ours', async () => {
    const { ask } = routes({ ...OIDC, clientId: undefined })
    expect(await (await ask('/sign-in/settings')).json()).toEqual({ kind: 'none' })
  })
})
