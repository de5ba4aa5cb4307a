import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { branchTransfer } from '../support/forms.ts'
import { ordersDesks } from '../support/orders.ts'

eachEngine((engine) => {
  const newDesk = ordersDesks(engine)

  describe('the database itself', () => {
    it('lets nobody change or remove an event of a history', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const { store } = desk.running
      for (
        const statement of [
          sql`update order_event set actor = 'mallory'`,
          sql`delete from order_event`,
        ]
      ) {
        const written = store.write(async (tx) => {
          await statement.execute(tx)
        })
        await expect(written).rejects.toMatchObject({ code: 'append_only' })
      }
      expect(await desk.history(serial)).toEqual(['SUBMITTED'])
    })

    it('lets nobody decide a task of their own order', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const task = await desk.openTask(serial)
      const written = desk.running.store.write(async (tx) => {
        await sql`update task set decided_by = 'maker' where id = ${task}`.execute(tx)
      })
      await expect(written).rejects.toMatchObject({ code: 'check' })
    })
  })
})
