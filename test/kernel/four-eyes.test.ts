import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemActor } from '../../subgraphs/kernel/actor.ts'
import {
  decide,
  judge,
  type Proposal,
  type ProposalKey,
  type ProposalState,
  propose,
  versionInForce,
  versionsInForce,
  versionsOf,
  versionsOfSubject,
} from '../../subgraphs/kernel/four-eyes.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import type { KernelTables } from '../../subgraphs/kernel/tables.ts'
import { eachEngine } from '../rig/engines.ts'

const AT = '2026-11-23T00:00:00.000Z'
const STATES: readonly ProposalState[] = ['DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED']

const key = (version: bigint, of: Partial<ProposalKey> = {}): ProposalKey => ({
  tenant: 'demo',
  kind: 'rule',
  subject: 'supplier',
  version,
  ...of,
})

const draft = (store: Store<KernelTables>, of: ProposalKey, from = '2026-01-01', by = 'li') =>
  store.write((tx) => propose(tx, of, { body: { v: of.version }, by, at: AT, from }))

const settle = (
  store: Store<KernelTables>,
  of: ProposalKey,
  by: string,
  verdict: 'APPROVED' | 'REJECTED' = 'APPROVED',
  reason = 'as discussed',
) =>
  store.write((tx) =>
    decide(tx, of, { verdict, actor: systemActor('demo', by, 'system'), at: AT, reason })
  )

describe('judge', () => {
  it('lets only a submitted version be decided, by somebody else, a rejection with its reason', () => {
    fc.assert(fc.property(
      fc.constantFrom(...STATES),
      fc.constantFrom('li', 'wang'),
      fc.constantFrom('li', 'wang'),
      fc.constantFrom('APPROVED' as const, 'REJECTED' as const),
      fc.constantFrom('', ' \n', 'wrong account'),
      (state, draftedBy, subject, verdict, reason) => {
        const judged = judge({ state, draftedBy }, { subject }, verdict, reason)
        const allowed = state === 'SUBMITTED' && draftedBy !== subject &&
          (verdict === 'APPROVED' || reason.trim() !== '')
        expect(judged.ok).toBe(allowed)
        if (judged.ok) expect(judged.value).toBe(verdict)
      },
    ))
  })
})

eachEngine((engine) => {
  it('what one drafts another approves', async () => {
    const store = await engine.openMigrated()
    expect(await draft(store, key(1n))).toEqual({ ok: true, value: key(1n) })
    const decided: Proposal = must(await settle(store, key(1n), 'wang'))
    expect(decided).toEqual({
      ...key(1n),
      state: 'APPROVED',
      body: '{"v":"1"}',
      draftedBy: 'li',
      draftedAt: AT,
      decidedBy: 'wang',
      decidedAt: AT,
      reason: 'as discussed',
      effectiveFrom: '2026-01-01',
    })
    expect(await versionsOf(store.read, 'demo', 'rule')).toEqual([decided])
  })

  it.each(['APPROVED', 'REJECTED'] as const)(
    'whoever drafted a version has not %s it',
    async (verdict) => {
      const store = await engine.openMigrated()
      await draft(store, key(1n))
      expect(await settle(store, key(1n), 'li', verdict)).toMatchObject({ code: 'SELF_APPROVAL' })
      expect(await versionsOf(store.read, 'demo', 'rule'))
        .toMatchObject([{ state: 'SUBMITTED', decidedBy: null }])
    },
  )

  it('the database refuses self-approval too', async () => {
    const store = await engine.openMigrated()
    await draft(store, key(1n))
    await expect(
      store.write((tx) =>
        tx.updateTable('proposal').set({ state: 'APPROVED', decided_by: 'li' }).execute()
      ),
    ).rejects.toMatchObject({ code: 'check' })
  })

  it('what was decided is not decided again', async () => {
    const store = await engine.openMigrated()
    for (const [version, verdict] of [[1n, 'APPROVED'], [2n, 'REJECTED']] as const) {
      await draft(store, key(version))
      await settle(store, key(version), 'wang', verdict)
      for (const again of ['APPROVED', 'REJECTED'] as const) {
        expect(await settle(store, key(version), 'zhao', again))
          .toMatchObject({ code: 'PROPOSAL_STATE' })
      }
    }
    expect((await versionsOf(store.read, 'demo', 'rule')).map((p) => [p.state, p.decidedBy]))
      .toEqual([['APPROVED', 'wang'], ['REJECTED', 'wang']])
  })

  it('of two who decide at once one does', async () => {
    const store = await engine.openMigrated()
    await draft(store, key(1n))
    const outcomes = await Promise.all([
      settle(store, key(1n), 'wang', 'APPROVED'),
      settle(store, key(1n), 'zhao', 'REJECTED'),
    ])
    expect(outcomes.filter((o) => o.ok)).toHaveLength(1)
    expect(outcomes.find((o) => !o.ok)).toMatchObject({ code: 'PROPOSAL_STATE' })
  })

  it('a version that exists is refused, also when it is drafted twice at once', async () => {
    const store = await engine.openMigrated()
    const outcomes = await Promise.all(['li', 'wang'].map((by) => draft(store, key(1n), AT, by)))
    expect(outcomes.filter((o) => o.ok)).toHaveLength(1)
    expect(outcomes.find((o) => !o.ok)).toMatchObject({ code: 'VERSION_EXISTS' })
  })

  it('what nobody drafted cannot be decided', async () => {
    const store = await engine.openMigrated()
    await draft(store, key(1n))
    for (const one of [key(2n), key(1n, { tenant: 'other' }), key(1n, { kind: 'limit' })]) {
      expect(await settle(store, one, 'wang')).toMatchObject({ code: 'PROPOSAL_UNKNOWN' })
    }
  })

  it('in force on a day is the approved version with the latest start, then the highest number', async () => {
    const store = await engine.openMigrated()
    const versions: [bigint, string, 'APPROVED' | 'REJECTED' | undefined][] = [
      [1n, '2026-01-01', 'APPROVED'],
      [2n, '2026-03-01', 'APPROVED'],
      [3n, '2026-02-01', 'APPROVED'],
      [4n, '2026-03-01', 'APPROVED'],
      [5n, '2026-04-01', 'REJECTED'],
      [6n, '2026-05-01', undefined],
    ]
    for (const [version, from, verdict] of versions) {
      await draft(store, key(version), from)
      if (verdict !== undefined) await settle(store, key(version), 'wang', verdict)
    }
    const inForce = async (on: string, of: Partial<ProposalKey> = {}) => {
      const { tenant, kind, subject } = key(1n, of)
      return (await versionInForce(store.read, tenant, kind, subject, on))?.version
    }
    expect(await inForce('2025-12-31')).toBeUndefined()
    expect(await inForce('2026-01-01')).toBe(1n)
    expect(await inForce('2026-02-28')).toBe(3n)
    expect(await inForce('2026-03-01')).toBe(4n)
    expect(await inForce('2099-01-01')).toBe(4n)
    expect(await inForce('2026-03-01', { tenant: 'other' })).toBeUndefined()
    expect(await inForce('2026-03-01', { kind: 'limit' })).toBeUndefined()
    expect(await inForce('2026-03-01', { subject: 'salary' })).toBeUndefined()
  })

  it('what is in force is one version per subject, as it was known at a moment', async () => {
    const store = await engine.openMigrated()
    for (
      const [version, from] of [[1n, '2026-01-01'], [2n, '2026-06-01'], [3n, '2026-06-01']] as const
    ) {
      await draft(store, key(version), from)
    }
    await draft(store, key(1n, { subject: 'expense' }))
    await draft(store, key(2n, { subject: 'expense' }))
    const at = (minute: number) => `2026-11-23T00:0${minute}:00.000Z`
    for (
      const [of, minute] of [
        [key(1n), 0],
        [key(2n), 1],
        [key(3n), 2],
        [key(1n, { subject: 'expense' }), 2],
      ] as const
    ) {
      await store.write((tx) =>
        decide(tx, of, {
          verdict: 'APPROVED',
          actor: systemActor('demo', 'wang', 'system'),
          at: at(minute),
          reason: '',
        })
      )
    }
    const inForce = async (on: string, known?: string) =>
      (await versionsInForce(store.read, 'demo', 'rule', on, known))
        .map(({ subject, version }) => `${subject}@${version}`)
    expect(await inForce('2026-12-01')).toEqual(['expense@1', 'supplier@3'])
    expect(await inForce('2026-12-01', at(1))).toEqual(['supplier@2'])
    expect(await inForce('2026-05-31')).toEqual(['expense@1', 'supplier@1'])
    expect(await inForce('2025-12-31')).toEqual([])
    expect(await versionsInForce(store.read, 'other', 'rule', '2026-12-01')).toEqual([])
    const all = await versionsOfSubject(store.read, 'demo', 'rule', 'supplier')
    expect(all.map(({ version, state }) => [version, state]))
      .toEqual([[1n, 'APPROVED'], [2n, 'APPROVED'], [3n, 'APPROVED']])
  })
})
