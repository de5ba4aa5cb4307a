import { expect, it } from 'vitest'
import type { CanonicalValue } from '../../subgraphs/kernel/canonical-json.ts'
import { once } from '../../subgraphs/kernel/once.ts'
import { ok, refuse } from '../../subgraphs/kernel/result.ts'
import { nextNumber } from '../../subgraphs/kernel/sequence.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import type { KernelTables } from '../../subgraphs/kernel/tables.ts'
import { eachEngine } from '../rig/engines.ts'

const AT = '2026-11-23T00:00:00.000Z'

/** A command that takes a number; refused when `refused`. */
const take = (
  store: Store<KernelTables>,
  of: { key?: string; tenant?: string; body?: CanonicalValue; refused?: boolean; lane?: string },
) =>
  store.write((tx) => {
    const { tenant = 'demo', key = 'k', body = { amount: '1.00' } } = of
    return once(tx, { tenant, key, body, at: AT }, async () => {
      const number = await nextNumber(tx, 'demo', 'taken')
      return of.refused ? refuse('TOO_LATE', 'The day is closed.') : ok(`no-${number}`)
    })
  }, of.lane === undefined ? {} : { lane: of.lane })

const taken = async (store: Store<KernelTables>) =>
  (await store.read.selectFrom('sequence').select('last').executeTakeFirst())?.last ?? 0n

eachEngine((engine) => {
  it('the same body gets the same answer and is done once', async () => {
    const store = await engine.openMigrated()
    const first = await take(store, { body: { a: 1, b: '2' } })
    const second = await take(store, { body: { b: '2', a: 1 } })
    expect(first).toEqual({ ok: true, value: { result: 'no-1', repeated: false } })
    expect(second).toEqual({ ok: true, value: { result: 'no-1', repeated: true } })
    expect(await taken(store)).toBe(1n)
  })

  it('another body under the same key is refused with IDEMPOTENCY_CONFLICT', async () => {
    const store = await engine.openMigrated()
    await take(store, {})
    expect(await take(store, { body: { amount: '2.00' } }))
      .toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', place: '/idempotencyKey' })
    expect(await taken(store)).toBe(1n)
  })

  it('a refused command may be corrected and sent again under its key', async () => {
    const store = await engine.openMigrated()
    expect(await take(store, { refused: true })).toMatchObject({ code: 'TOO_LATE' })
    expect(await taken(store)).toBe(0n)
    expect(await take(store, { body: { amount: '2.00' } }))
      .toMatchObject({ value: { result: 'no-1', repeated: false } })
  })

  it('keys of two tenants are apart', async () => {
    const store = await engine.openMigrated()
    await take(store, {})
    expect(await take(store, { tenant: 'other', body: 1 })).toMatchObject({
      value: { repeated: false },
    })
    expect(await taken(store)).toBe(2n)
  })

  it.each(['in one lane', 'without a lane'])(
    'sent twelve times at once it is done once, %s',
    async (how) => {
      const store = await engine.openMigrated()
      const lane = how === 'in one lane' ? { lane: 'demo' } : {}
      const answers = await Promise.all(Array.from({ length: 12 }, () => take(store, lane)))
      expect(answers.map((a) => a.ok && a.value.result)).toEqual(Array(12).fill('no-1'))
      expect(answers.filter((a) => a.ok && !a.value.repeated)).toHaveLength(1)
      expect(await taken(store)).toBe(1n)
    },
  )

  it('an answer once given is never changed or forgotten', async () => {
    const store = await engine.openMigrated()
    await take(store, {})
    await expect(store.write((tx) => tx.updateTable('command').set({ result: 'x' }).execute()))
      .rejects.toMatchObject({ code: 'append_only' })
    await expect(store.write((tx) => tx.deleteFrom('command').execute()))
      .rejects.toMatchObject({ code: 'append_only' })
  })
})
