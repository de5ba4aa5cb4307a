/**
 * A command with an idempotency key: done once, answered the same ever after.
 */
import { createHash } from 'node:crypto'
import { canonicalJson, type CanonicalValue } from './canonical-json.ts'
import { ok, type Refusal, refuse, type Result } from './result.ts'
import { statement, type Tx } from './store.ts'
import type { KernelTables } from './tables.ts'
import type { Instant } from './time.ts'

const find = statement<KernelTables, { tenant: string; key: string }>()((db, p) =>
  db.selectFrom('command').select(['body_hash', 'result'])
    .where('tenant_id', '=', p.tenant).where('key', '=', p.key).limit(1)
)

const keep = statement<
  KernelTables,
  { tenant: string; key: string; hash: string; result: string; at: Instant }
>()((db, p) =>
  db.insertInto('command')
    .values({ tenant_id: p.tenant, key: p.key, body_hash: p.hash, result: p.result, at: p.at })
)

export type OnceCode = 'IDEMPOTENCY_CONFLICT'

/** An answer, and whether it was given before. */
export interface Once {
  readonly result: string
  readonly repeated: boolean
}

/**
 * Runs `command` unless its key was used before; then the first answer is given again.
 *
 * Only answers that went through are kept: a refused command may be corrected and sent again under
 * its key. The same key with another body is refused with `IDEMPOTENCY_CONFLICT`.
 *
 * @param result a short text that finds the answer again, such as a serial
 */
export async function once<Db extends KernelTables, Code extends string>(
  tx: Tx<Db>,
  key: { tenant: string; key: string; body: CanonicalValue; at: Instant },
  command: () => Promise<Result<string, Code>>,
): Promise<Result<Once, Code | OnceCode>> {
  const kernel = tx as unknown as Tx<KernelTables>
  const hash = bodyHashOf(key.body)
  const [before] = await find(kernel, key)
  if (before !== undefined) {
    return before.body_hash === hash
      ? ok({ result: before.result, repeated: true })
      : onceConflict()
  }
  const answer = await command()
  if (!answer.ok) return answer
  await keep(kernel, { ...key, hash, result: answer.value })
  return ok({ result: answer.value, repeated: false })
}

/** sha256 of a command's body, as kept beside its answer. */
export function bodyHashOf(body: CanonicalValue): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex')
}

/** The refusal of a key that came with another body. */
export function onceConflict(): Refusal<OnceCode> {
  return refuse(
    'IDEMPOTENCY_CONFLICT',
    'This idempotency key was used with another body.',
    '/idempotencyKey',
  )
}
