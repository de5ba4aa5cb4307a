import { describe, expect, it } from 'vitest'
import { requireScope, scopesOf, systemActor } from '../../subgraphs/kernel/actor.ts'

describe('actor', () => {
  it('has the scopes of its roles and those granted by name', () => {
    const scopes = scopesOf(['maker', 'nobody'], ['ledger:approve'])
    expect(scopes).toContain('orders:submit')
    expect(scopes).toContain('ledger:approve')
    expect(scopes).not.toContain('orders:approve')
  })

  it('no role may both submit and approve', () => {
    for (const role of ['maker', 'checker', 'accountant', 'partner']) {
      const scopes = scopesOf([role], [])
      expect(scopes.has('orders:submit') && scopes.has('orders:approve')).toBe(false)
    }
  })

  it('of the system passes no scope check', () => {
    const actor = systemActor('demo', 'rule:1', 'rule')
    expect(requireScope(actor, 'orders:read')).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('with the scope is not refused', () => {
    const actor = { ...systemActor('demo', 'u', 'system'), scopes: new Set(['orders:read']) }
    expect(requireScope(actor, 'orders:read')).toBeUndefined()
  })
})
