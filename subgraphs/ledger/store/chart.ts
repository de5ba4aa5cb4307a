/**
 * Institutions and the chart of a tenant.
 */
import type { Subject } from '../chart.ts'
import { define, type LedgerTx, type Tenant } from './handle.ts'

/** Adds an institution unless it is there. */
export const addInstitution = define<Tenant & { code: string; zh: string; en: string }>()((db, p) =>
  db.insertInto('institution')
    .values({ tenant_id: p.tenant, code: p.code, zh: p.zh, en: p.en })
    .onConflict((c) => c.doNothing())
)

const insertSubject = define<
  Tenant & { code: string; zh: string; en: string; class: string; normal: string; postable: bigint }
>()((db, p) =>
  db.insertInto('subject').values({
    tenant_id: p.tenant,
    code: p.code,
    zh: p.zh,
    en: p.en,
    class: p.class,
    normal: p.normal,
    postable: p.postable,
  }).onConflict((c) => c.doNothing())
)

/** Adds a subject unless it is there. */
export async function addSubject(tx: LedgerTx, tenant: string, subject: Subject): Promise<void> {
  await insertSubject(tx, { ...subject, tenant, postable: subject.postable ? 1n : 0n })
}

/** The chart of a tenant by code. */
export const subjects = define<Tenant>()((db, p) =>
  db.selectFrom('subject').selectAll().where('tenant_id', '=', p.tenant).orderBy('code')
)

/** The institutions of a tenant by code. */
export const institutions = define<Tenant>()((db, p) =>
  db.selectFrom('institution').selectAll().where('tenant_id', '=', p.tenant).orderBy('code')
)

/** Every tenant that has a chart. */
export const tenants = define<Record<never, never>>()((db) =>
  db.selectFrom('subject').select('tenant_id').distinct().orderBy('tenant_id')
)
