/**
 * The SQL of payments.
 */
import { sql } from 'kysely'
import { type Reader, statement, type Tx } from '../kernel/store.ts'
import type { Instant } from '../kernel/time.ts'
import type { PaymentTables } from './tables.ts'

export type PaymentTx = Tx<PaymentTables>
export type PaymentReader = Reader<PaymentTables>
export type InstructionRow = PaymentTables['instruction']
export type AttemptRow = PaymentTables['attempt']

interface Tenant {
  tenant: string
}

const define = <Args extends object>() => statement<PaymentTables, Args>()

export const insertInstruction = define<
  Tenant & {
    id: string
    serial: string
    round: bigint
    maker: string
    institution: string
    direction: string
    minor: bigint
    currency: string
    payee: string
    purpose: string
    channel: string
    accounting: string
    at: Instant
    traceparent: string | null
  }
>()((db, p) =>
  db.insertInto('instruction').values({
    tenant_id: p.tenant,
    id: p.id,
    serial: p.serial,
    round: p.round,
    maker: p.maker,
    institution: p.institution,
    direction: p.direction,
    minor: p.minor,
    currency: p.currency,
    payee: p.payee,
    purpose: p.purpose,
    channel: p.channel,
    state: 'CREATED',
    version: 1n,
    due_at: p.at,
    sent_at: null,
    asked: 0n,
    bank_reference: null,
    failure_code: null,
    failure_message: null,
    accounting: p.accounting,
    created_at: p.at,
    updated_at: p.at,
    traceparent: p.traceparent,
  }).onConflict((c) => c.columns(['tenant_id', 'serial', 'round']).doNothing())
)

/** Instructions whose next step is due, of all tenants, soonest first. */
export const dueInstructions = define<{ now: Instant; limit: bigint }>()((db, p) =>
  db.selectFrom('instruction').selectAll()
    .where('state', 'in', [sql.lit('CREATED'), sql.lit('SENDING'), sql.lit('UNKNOWN')])
    .where('due_at', '<=', p.now)
    .orderBy('due_at').orderBy('id').limit(p.limit)
)

/** Makes it due to ask about everything that was sent, of all tenants. */
export const releaseClaims = define<{ now: Instant }>()((db, p) =>
  db.updateTable('instruction').set({ due_at: p.now })
    .where('state', 'in', [sql.lit('SENDING'), sql.lit('UNKNOWN')]).where('due_at', '>', p.now)
)

/** How many instructions are not final, and when the next step of one is due. */
export const unfinished = define<Record<never, never>>()((db) =>
  db.selectFrom('instruction')
    .select([(eb) => eb.fn.countAll<bigint>().as('count'), (eb) => eb.fn.min('due_at').as('due')])
    .where('state', 'in', [sql.lit('CREATED'), sql.lit('SENDING'), sql.lit('UNKNOWN')])
)

/** Moves an instruction on from a version; `affected` is 0 when another was faster. */
export const moveInstruction = define<
  Tenant & {
    id: string
    from: bigint
    state: string
    due: Instant
    sentAt: Instant | null
    asked: bigint
    bankReference: string | null
    failureCode: string | null
    failureMessage: string | null
    at: Instant
  }
>()((db, p) =>
  db.updateTable('instruction').set((eb) => ({
    state: p.state,
    version: eb('version', '+', 1n),
    due_at: p.due,
    sent_at: p.sentAt,
    asked: p.asked,
    bank_reference: p.bankReference,
    failure_code: p.failureCode,
    failure_message: p.failureMessage,
    updated_at: p.at,
  }))
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).where('version', '=', p.from)
)

export const insertAttempt = define<
  Tenant & {
    instruction: string
    kind: string
    at: Instant
    outcome: string | null
    detail: string
  }
>()((db, p) =>
  db.insertInto('attempt').values((eb) => ({
    tenant_id: p.tenant,
    instruction_id: p.instruction,
    seq: eb.selectFrom('attempt as earlier')
      .select(sql<bigint>`coalesce(max(earlier.seq), 0) + 1`.as('seq'))
      .where('earlier.tenant_id', '=', p.tenant)
      .where('earlier.instruction_id', '=', p.instruction),
    kind: p.kind,
    at: p.at,
    outcome: p.outcome,
    detail: p.detail,
  }))
)

export const instructionById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('instruction').selectAll()
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).limit(1)
)

/** An instruction by its id alone: the bank's notices carry no tenant. Ids are unique across tenants. */
export const instructionByReference = define<{ id: string }>()((db, p) =>
  db.selectFrom('instruction').selectAll().where('id', '=', p.id).limit(1)
)

/** Instructions by id. */
export async function instructionsById(
  db: PaymentReader,
  tenant: string,
  ids: readonly string[],
): Promise<InstructionRow[]> {
  return await db.selectFrom('instruction').selectAll()
    .where('tenant_id', '=', tenant).where('id', 'in', ids).execute()
}

/** The instructions of orders, by serial and round. */
export async function instructionsOf(
  db: PaymentReader,
  tenant: string,
  serials: readonly string[],
): Promise<InstructionRow[]> {
  return await db.selectFrom('instruction').selectAll()
    .where('tenant_id', '=', tenant).where('serial', 'in', serials)
    .orderBy('serial').orderBy('round').execute()
}

/** The attempts of instructions, by instruction and seq. */
export async function attemptsOf(
  db: PaymentReader,
  tenant: string,
  instructions: readonly string[],
): Promise<AttemptRow[]> {
  return await db.selectFrom('attempt').selectAll()
    .where('tenant_id', '=', tenant).where('instruction_id', 'in', instructions)
    .orderBy('instruction_id').orderBy('seq').execute()
}

/** Instructions newest first, one more than `limit`. @param page.after an id */
export async function listInstructions(
  db: PaymentReader,
  tenant: string,
  filter: { state?: string | undefined; maker?: string | undefined },
  page: { limit: number; after: string | undefined },
): Promise<InstructionRow[]> {
  let query = db.selectFrom('instruction').selectAll().where('tenant_id', '=', tenant)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.maker !== undefined) query = query.where('maker', '=', filter.maker)
  if (page.after !== undefined) query = query.where('id', '<', page.after)
  return await query.orderBy('id', 'desc').limit(page.limit + 1).execute()
}

const bySerial = define<Tenant & { serial: string; round: bigint; limit: bigint }>()((db, p) =>
  db.selectFrom('instruction').selectAll().where('tenant_id', '=', p.tenant)
    .where((eb) =>
      eb.or([
        eb('serial', '>', p.serial),
        eb.and([eb('serial', '=', p.serial), eb('round', '>', p.round)]),
      ])
    )
    .orderBy('serial').orderBy('round').limit(p.limit)
)

/** All instructions of a tenant by serial and round. */
export async function* allInstructions(
  db: PaymentReader,
  tenant: string,
): AsyncGenerator<InstructionRow> {
  let serial = ''
  let round = 0n
  while (true) {
    const rows = await bySerial(db, { tenant, serial, round, limit: 1000n })
    yield* rows
    const last = rows.at(-1)
    if (last === undefined) return
    serial = last.serial
    round = last.round
  }
}

/** Every tenant that has an instruction. */
export const tenants = define<Record<never, never>>()((db) =>
  db.selectFrom('instruction').select('tenant_id').distinct().orderBy('tenant_id')
)
