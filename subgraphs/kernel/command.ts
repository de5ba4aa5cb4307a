/**
 * What every command checks and how it is run.
 */
import { type Refusal, refuse } from './result.ts'
import { type Store, StoreError, type Unit } from './store.ts'

export type CommandTextCode = 'KEY_MALFORMED' | 'TEXT_MALFORMED'

/** A refusal of a key that is not 8 to 200 visible ASCII characters. */
export function checkIdempotencyKey(key: string): Refusal<'KEY_MALFORMED'> | undefined {
  return /^[\x21-\x7e]{8,200}$/.test(key) ? undefined : refuse(
    'KEY_MALFORMED',
    'An idempotency key has 8 to 200 visible ASCII characters.',
    '/idempotencyKey',
  )
}

/** The refusal of a text that no database stores as given. */
export function textMalformed(): Refusal<'TEXT_MALFORMED'> {
  return refuse('TEXT_MALFORMED', 'A text holds U+0000 or half a character.')
}

/** Runs a command's unit in the lane of its tenant; text that cannot be stored is refused. */
export async function runCommand<Db, R>(
  store: Store<Db>,
  tenant: string,
  unit: Unit<Db, R>,
): Promise<R | Refusal<'TEXT_MALFORMED'>> {
  try {
    return await store.write(unit, { lane: tenant })
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'bad_text') throw error
    return textMalformed()
  }
}
