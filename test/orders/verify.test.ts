import { describe, expect, it, onTestFinished } from 'vitest'
import { orders } from '../../subgraphs/orders/mod.ts'
import { onEngine } from '../rig/engines.ts'
import { branchTransfer, expenseClaim, supplierPayment } from '../support/forms.ts'
import { ordersDesk } from '../support/orders.ts'
import { findings, granted, openRig } from '../support/rig.ts'
import { deleteLast, overwrite, tamperer } from '../support/tamper.ts'

/** A column and what somebody writes into it; the row is the first by its key. */
const TAMPERING: readonly [table: string, column: string, value: string, names: RegExp][] = [
  ['order_event', 'serial', `'OA20200101-000001-0'`, /EVENT_MISSING|CHAIN_BROKEN/],
  ['order_event', 'seq', '9', /EVENT_MISSING/],
  ['order_event', 'kind', `'WITHDRAWN'`, /EVENT_CHANGED/],
  ['order_event', 'at', `'2020-01-01T00:00:00.000Z'`, /EVENT_CHANGED/],
  ['order_event', 'actor', `'mallory'`, /EVENT_CHANGED/],
  ['order_event', 'actor_kind', `'system'`, /EVENT_CHANGED/],
  ['order_event', 'detail', `'{}'`, /EVENT_CHANGED/],
  ['order_event', 'hash', `'${'f'.repeat(64)}'`, /EVENT_CHANGED/],
  ['order_event', 'link', '999', /CHAIN_BROKEN/],
  ['order_event', 'link_index', '7', /CHAIN_BROKEN/],
  ['chain_link', 'seq', '0', /CHAIN_BROKEN/],
  ['chain_link', 'chain', `'other'`, /CHAIN_BROKEN/],
  ['chain_link', 'prev_hash', `'${'f'.repeat(64)}'`, /CHAIN_BROKEN/],
  ['chain_link', 'root', `'${'f'.repeat(64)}'`, /CHAIN_BROKEN/],
  ['chain_link', 'hash', `'${'f'.repeat(64)}'`, /CHAIN_BROKEN/],
  ['chain_link', 'leaves', '7', /CHAIN_BROKEN/],
  ['business_order', 'serial', `'OA20200101-000001-0'`, /HISTORY_BEHIND/],
  ['business_order', 'type', `'branch-transfer'`, /ORDER_CHANGED/],
  ['business_order', 'type_version', '2', /ORDER_CHANGED/],
  ['business_order', 'status', `'COMPLETED'`, /STATUS_WRONG/],
  ['business_order', 'maker', `'mallory'`, /ORDER_CHANGED/],
  ['business_order', 'maker_kind', `'app'`, /ORDER_CHANGED/],
  ['business_order', 'institution', `'1003'`, /ORDER_CHANGED/],
  ['business_order', 'minor', '1', /ORDER_CHANGED/],
  ['business_order', 'currency', `'USD'`, /ORDER_CHANGED/],
  ['business_order', 'summary', `'other'`, /ORDER_CHANGED/],
  ['business_order', 'form', `'not even json'`, /ORDER_CHANGED/],
  ['business_order', 'payment_round', '1', /STATUS_WRONG/],
  ['business_order', 'history_seq', '1', /HISTORY_AHEAD/],
  ['business_order', 'history_hash', `'${'f'.repeat(64)}'`, /HISTORY_BEHIND/],
  ['business_order', 'created_at', `'2020-01-01T00:00:00.000Z'`, /ORDER_CHANGED/],
  ['task', 'state', `'OPEN'`, /TASK_WITHOUT_APPROVAL/],
]

// The database of SQLite is a file, which anybody can open who can read it.
onEngine('sqlite', (engine) => {
  const open = async () => {
    const rig = await openRig(orders, await engine.freshUrl())
    onTestFinished(() => rig.close())
    const desk = await ordersDesk(rig)
    const serial = await desk.submit('supplier-payment', supplierPayment({ amount: '60000' }))
    granted(await desk.decide((await desk.openTask(serial))!, desk.checker))
    await desk.submit('expense-claim', expenseClaim())
    await desk.submit('branch-transfer', branchTransfer())
    const change = tamperer(rig, 'orders')
    return { desk, rig, change }
  }

  describe('verification', () => {
    it('finds nothing wrong with what nobody touched', async () => {
      const { rig } = await open()
      expect(await findings(rig.running)).toEqual([])
    })

    it.each(TAMPERING)('names what was written over %s.%s', async (table, column, value, names) => {
      const { rig, change } = await open()
      expect(change(overwrite(table, column, value))).toBe(1)
      expect((await findings(rig.running)).join('\n')).toMatch(names)
    })

    it.each<[string, RegExp]>([
      ['order_event', /EVENT_MISSING|HISTORY_BEHIND/],
      ['chain_link', /CHAIN_BROKEN/],
      ['business_order', /HISTORY_AHEAD/],
    ])('misses a row that was deleted from %s', async (table, names) => {
      const { rig, change } = await open()
      expect(change(deleteLast(table))).toBe(1)
      expect((await findings(rig.running)).join('\n')).toMatch(names)
    })

    it('names an order that waits for nobody', async () => {
      const { rig, change } = await open()
      change(`update task set state = 'CANCELLED' where state = 'OPEN'`)
      expect((await findings(rig.running)).join()).toContain('APPROVAL_WITHOUT_TASK')
    })

    it('names the tenant’s own trouble and no other’s', async () => {
      const { desk, rig, change } = await open()
      const other = await ordersDesk(rig)
      const serial = await other.submit('expense-claim', expenseClaim())
      change(`update business_order set summary = 'x' where tenant_id = '${desk.tenant}'`)
      const found = await findings(rig.running)
      expect(found).toHaveLength(3)
      expect(await other.status(serial)).toBe('APPROVED')
    })
  })
})
