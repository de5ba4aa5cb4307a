/**
 * The effect of an event, once.
 *
 * The inbox row and the effect are one transaction: delivered twice, the second finds the row.
 */
import type { Delivery } from './event.ts'
import { statement, type Store, type Tx } from './store.ts'
import type { KernelTables } from './tables.ts'
import type { Instant } from './time.ts'

const fenceOf = statement<KernelTables, { source: string }>()((db, p) =>
  db.selectFrom('fence').select('fence').where('source', '=', p.source).limit(1)
)

const raiseFence = statement<KernelTables, { source: string; fence: bigint }>()((db, p) =>
  db.insertInto('fence').values({ source: p.source, fence: p.fence })
    .onConflict((c) =>
      c.column('source').doUpdateSet((eb) => ({ fence: eb.ref('excluded.fence') }))
    )
)

const receive = statement<
  KernelTables,
  { tenant: string; source: string; id: string; at: Instant }
>()((db, p) =>
  db.insertInto('inbox')
    .values({ tenant_id: p.tenant, source: p.source, event_id: p.id, received_at: p.at })
    .onConflict((c) => c.doNothing())
    .returning('event_id')
)

/** Thrown when a dispatcher that lost its lease still delivers. */
export class StaleDispatcherError extends Error {
  override name = 'StaleDispatcherError'
}

/**
 * Runs an effect for a delivery unless it ran before; answers whether it ran.
 *
 * The effect records refusals as facts of its own instead of answering them: a refusal would roll the
 * inbox row back and the event would come again for ever.
 *
 * @param lane of the effect, where it shares a row with other units than the tenant's deliveries
 * @throws StaleDispatcherError when a newer dispatcher has delivered from the same source
 */
export async function receiveOnce<Db extends KernelTables>(
  store: Store<Db>,
  delivery: Delivery,
  receivedAt: Instant,
  effect: (tx: Tx<Db>) => Promise<void>,
  lane: string = delivery.tenant,
): Promise<boolean> {
  return await store.write(async (tx) => {
    const kernel = tx as unknown as Tx<KernelTables>
    // Written only when it rises: the tenants of a source would contend for its row.
    const [newest] = await fenceOf(kernel, { source: delivery.source })
    if (newest !== undefined && newest.fence > delivery.fence) {
      throw new StaleDispatcherError(`fence ${delivery.fence} is stale`)
    }
    if (newest?.fence !== delivery.fence) {
      await raiseFence(kernel, { source: delivery.source, fence: delivery.fence })
    }
    const first = await receive(kernel, { ...delivery, at: receivedAt })
    if (first.length === 0) return false
    await effect(tx)
    return true
  }, { lane })
}
