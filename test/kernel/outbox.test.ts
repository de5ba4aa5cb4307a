import { expect, it } from 'vitest'
import { undelivered } from '../../subgraphs/kernel/dispatcher.ts'
import { emit, emitAll } from '../../subgraphs/kernel/outbox.ts'
import { refuse } from '../../subgraphs/kernel/result.ts'
import { eachEngine } from '../rig/engines.ts'

const event = (id: string, key = 'k', tenant = 'demo') => ({
  tenant,
  id,
  topic: 'ordered',
  key,
  at: '2026-11-23T00:00:00.000Z',
  payload: { b: 1n, a: [true] },
})

eachEngine((engine) => {
  it('numbers the events of each key of each tenant from 1', async () => {
    const store = await engine.openMigrated()
    await Promise.all(
      [event('1'), event('2'), event('3', 'l'), event('4', 'k', 'other'), event('5')].map((e) =>
        store.write((tx) => emit(tx, e), { lane: 'x' })
      ),
    )
    const rows = await store.read.selectFrom('outbox')
      .select(['id', 'tenant_id', 'event_key', 'seq', 'payload']).orderBy('id').execute()
    expect(rows.map((r) => [r.id, r.tenant_id, r.event_key, r.seq])).toEqual([
      ['1', 'demo', 'k', 1n],
      ['2', 'demo', 'k', 2n],
      ['3', 'demo', 'l', 1n],
      ['4', 'other', 'k', 1n],
      ['5', 'demo', 'k', 3n],
    ])
    expect(rows[0]!.payload).toBe('{"a":[true],"b":"1"}')
  })

  it('numbers without a gap or a repeat when units race without a lane', async () => {
    const store = await engine.openMigrated()
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => store.write((tx) => emit(tx, event(`e${i}`)))),
    )
    const rows = await store.read.selectFrom('outbox').select('seq').orderBy('seq').execute()
    expect(rows.map((r) => r.seq)).toEqual(Array.from({ length: 12 }, (_, i) => BigInt(i + 1)))
  })

  it('forgets the event of a unit that is rolled back', async () => {
    const store = await engine.openMigrated()
    await store.write(async (tx) => {
      await emit(tx, event('lost'))
      return refuse('NO', 'Not today.')
    })
    await store.write((tx) => emit(tx, event('kept')))
    expect(await undelivered(store.read)).toMatchObject([{ id: 'kept', state: 0n, tries: 0n }])
  })

  it('writes many events at once as if one after another, whatever keys come twice', async () => {
    const store = await engine.openMigrated()
    await store.write((tx) => emit(tx, event('0')), { lane: 'x' })
    await store.write(
      (tx) =>
        emitAll(tx, [
          event('1'),
          event('2', 'l'),
          event('3'),
          event('4', 'k', 'other'),
          event('5'),
        ]),
      { lane: 'x' },
    )
    const rows = await store.read.selectFrom('outbox').selectAll().orderBy('id').execute()
    expect(rows.map((r) => [r.id, r.tenant_id, r.event_key, r.seq])).toEqual([
      ['0', 'demo', 'k', 1n],
      ['1', 'demo', 'k', 2n],
      ['2', 'demo', 'l', 1n],
      ['3', 'demo', 'k', 3n],
      ['4', 'other', 'k', 1n],
      ['5', 'demo', 'k', 4n],
    ])
    const [one, many] = rows
    expect({ ...many, id: '0', seq: 1n }).toEqual(one)
  })
})
