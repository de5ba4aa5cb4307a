import { describe, expect, it } from 'vitest'
import { readConfig } from '../../gateway/config.ts'

describe('configuration', () => {
  it('without any setting is a demo on this machine alone', () => {
    expect(readConfig({})).toEqual({
      port: 4000,
      host: '127.0.0.1',
      dataDir: 'data',
      databaseUrl: 'file:data/db',
      issuer: { kind: 'demo' },
      fileLimitBytes: 256 * 1024 * 1024,
      tokenIssuer: 'huitong',
      executor: 'collapsed',
    })
  })

  it('keeps databases in the data folder unless they have a URL', () => {
    expect(readConfig({ DATA_DIR: '/srv/huitong' }).databaseUrl).toBe('file:/srv/huitong/db')
    const databaseUrl = 'postgres://db.example/huitong'
    expect(readConfig({ DATA_DIR: 'x', DATABASE_URL: databaseUrl })).toMatchObject({
      databaseUrl,
      dataDir: 'x',
    })
  })

  it.each(['', '-1', '65536', '80.5', 'http', '4000x', 'NaN', 'Infinity'])(
    'refuses %j as a port and names the variable',
    (PORT) => {
      expect(() => readConfig({ PORT })).toThrow(RangeError)
      expect(() => readConfig({ PORT })).toThrow(/^PORT: /)
    },
  )

  it('takes port 0, which lets the system choose', () => {
    expect(readConfig({ PORT: '0' }).port).toBe(0)
  })

  it.each(['0', '-5', '1e15', 'many'])('refuses %j as the limit of a file', (FILE_LIMIT_BYTES) => {
    expect(() => readConfig({ FILE_LIMIT_BYTES })).toThrow(/^FILE_LIMIT_BYTES: /)
  })

  it('names the executor, and refuses one that there is not', () => {
    expect(readConfig({ EXECUTOR: 'plan' }).executor).toBe('plan')
    expect(() => readConfig({ EXECUTOR: 'both' })).toThrow('EXECUTOR: both is neither')
  })

  it('refuses an issuer without our audience: tokens for others must not be believed', () => {
    const OIDC_ISSUER = 'https://id.example'
    expect(() => readConfig({ OIDC_ISSUER })).toThrow(/^OIDC_AUDIENCE: /)
    expect(readConfig({ OIDC_ISSUER, OIDC_AUDIENCE: 'huitong' }).issuer).toEqual({
      kind: 'oidc',
      issuer: OIDC_ISSUER,
      audience: 'huitong',
      jwksUrl: undefined,
      claims: { tenant: 'tenant', roles: 'roles' },
    })
  })

  it('lets an issuer name its claims and keys', () => {
    expect(
      readConfig({
        OIDC_ISSUER: 'https://id.example',
        OIDC_AUDIENCE: 'huitong',
        OIDC_JWKS_URL: 'https://id.example/keys',
        OIDC_TENANT_CLAIM: 'org',
        OIDC_ROLES_CLAIM: 'groups',
      }).issuer,
    ).toMatchObject({
      jwksUrl: 'https://id.example/keys',
      claims: { tenant: 'org', roles: 'groups' },
    })
  })
})
