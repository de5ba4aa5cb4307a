/**
 * Order types as they are in force, parsed once per text.
 */
import { findVersion, versionInForce } from '../kernel/four-eyes.ts'
import type { LocalDate } from '../kernel/time.ts'
import type { OrderType } from './order-type.ts'
import type { OrderReader, OrderRow } from './store.ts'

/** The kind under which order types are kept with four eyes. */
export const TYPE_KIND = 'order-type'

/** @property schemaText the form's JSON Schema as text: the key of its compiled validator */
export interface TypeVersion {
  readonly type: OrderType
  readonly version: bigint
  readonly schemaText: string
}

/** Parsed bodies by their text, which never changes its meaning. */
const parsed = new Map<string, Omit<TypeVersion, 'version'>>()
const PARSED_MAX = 200

/** The version of a type in force on a day, or undefined. */
export async function typeInForce(
  db: OrderReader,
  tenant: string,
  code: string,
  on: LocalDate,
): Promise<TypeVersion | undefined> {
  const found = await versionInForce(db, tenant, TYPE_KIND, code.slice(0, 100), on)
  return found === undefined ? undefined : { ...parse(found.body), version: found.version }
}

/** The type that an order was made under. @throws Error when its version is gone */
export async function typeOfOrder(
  db: OrderReader,
  order: Pick<OrderRow, 'tenant_id' | 'type' | 'type_version'>,
): Promise<OrderType> {
  const found = await findVersion(db, {
    tenant: order.tenant_id,
    kind: TYPE_KIND,
    subject: order.type,
    version: order.type_version,
  })
  if (found === undefined) throw new Error(`order type ${order.type}@${order.type_version} is gone`)
  return parse(found.body).type
}

function parse(body: string): Omit<TypeVersion, 'version'> {
  const known = parsed.get(body)
  if (known !== undefined) return known
  const type = JSON.parse(body) as OrderType
  const entry = { type, schemaText: JSON.stringify(type.form) }
  if (parsed.size >= PARSED_MAX) parsed.clear()
  parsed.set(body, entry)
  return entry
}
