/**
 * The gateway's own database: what processes share of the front door, and what was used.
 */
import { openMigrated } from '../subgraphs/kernel/migrate.ts'
import type { Store, StoreOptions } from '../subgraphs/kernel/store.ts'
import { doorMigrations, type DoorTables } from './door/tables.ts'
import { usageMigrations, type UsageTables } from './usage/tables.ts'

export type GatewayTables = DoorTables & UsageTables

/** In the order in which they run. */
export const gatewayMigrations = [...doorMigrations, ...usageMigrations]

/**
 * Opens it below a base URL, with its tables as they should be.
 *
 * @throws StoreError `in_use`, `unavailable`; Error when it is only read and was never migrated
 */
export async function openGatewayStore(
  databaseUrl: string,
  { readOnly = false }: StoreOptions = {},
): Promise<Store<GatewayTables>> {
  return await openMigrated<GatewayTables>({ databaseUrl, readOnly }, 'gateway', gatewayMigrations)
}
