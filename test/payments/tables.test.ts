import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { migrate } from '../../subgraphs/kernel/migrate.ts'
import { insertAttempt } from '../../subgraphs/payments/store.ts'
import { paymentMigrations, type PaymentTables } from '../../subgraphs/payments/tables.ts'
import { eachEngine } from '../rig/engines.ts'
import { START } from '../support/rig.ts'

eachEngine((engine) => {
  it('the database itself lets nobody change or remove what was said to the bank', async () => {
    const store = await engine.open<PaymentTables>()
    await migrate(store as unknown as Store<unknown>, paymentMigrations)
    const said = { tenant: 't', instruction: 'pay_1', at: START, outcome: null, detail: '{}' }
    await store.write((tx) => insertAttempt(tx, { ...said, kind: 'SEND' }))
    await store.write((tx) => insertAttempt(tx, { ...said, kind: 'SILENCE' }))
    for (const statement of [sql`update attempt set kind = 'ANSWER'`, sql`delete from attempt`]) {
      const written = store.write(async (tx) => {
        await statement.execute(tx)
      })
      await expect(written).rejects.toMatchObject({ code: 'append_only' })
    }
    const rows = await store.read.selectFrom('attempt').select(['seq', 'kind']).orderBy('seq')
      .execute()
    expect(rows).toEqual([{ seq: 1n, kind: 'SEND' }, { seq: 2n, kind: 'SILENCE' }])
  })
})
