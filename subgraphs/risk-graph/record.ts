/**
 * What the record takes in: entities and the links between them.
 */
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import { dateOf, type LocalDate, parseDate, parseInstant } from '../kernel/time.ts'

/**
 * Types of entities. Their places in this list are what the graph in memory keeps: new ones are added
 * at the end.
 */
export const ENTITY_TYPES = [
  'person',
  'vehicle',
  'claim',
  'policy',
  'phone',
  'address',
  'account',
  'garage',
  'device',
  'payer',
  'vendor',
  'document',
] as const

export type EntityType = (typeof ENTITY_TYPES)[number]

/** The kind of links that say that two entities are one. Its number in every record is 0. */
export const SAME_AS = 'same-as'

export type Attributes = Readonly<Record<string, CanonicalValue>>

/** An entity as a source tells it. @property id the source's own, unique in the tenant */
export interface EntityDraft {
  readonly id: string
  readonly type: EntityType
  readonly name: string
  readonly attributes: Attributes
}

/** A link as a source tells it. @property on the day that it held or happened; null when unknown */
export interface LinkDraft {
  readonly from: string
  readonly to: string
  readonly kind: string
  readonly on: LocalDate | null
}

export type RecordCode =
  | 'ATTRIBUTES_MALFORMED'
  | 'DATE_MALFORMED'
  | 'ID_MALFORMED'
  | 'KIND_MALFORMED'
  | 'NAME_TOO_LONG'
  | 'SELF_LOOP'
  | 'TYPE_UNKNOWN'

const ID_MAX = 200
const NAME_MAX = 500
const ATTRIBUTES_MAX = 20_000

/** Reads an entity. @param attributes JSON text of an object; empty or null means none */
export function readEntity(
  fields: { id: string; type: string; name: string; attributes: string },
): Result<EntityDraft, RecordCode> {
  const id = fields.id.trim()
  if (!isId(id)) return refuse('ID_MALFORMED', `An id has 1 to ${ID_MAX} characters.`, '/id')
  const type = fields.type.trim().toLowerCase() as EntityType
  if (!ENTITY_TYPES.includes(type)) {
    return refuse('TYPE_UNKNOWN', `A type is one of ${ENTITY_TYPES.join(', ')}.`, '/type')
  }
  const name = fields.name.trim()
  if (name.length > NAME_MAX || !isStorable(name)) {
    return refuse('NAME_TOO_LONG', `A name is a text of at most ${NAME_MAX} characters.`, '/name')
  }
  const attributes = readAttributes(fields.attributes)
  if (attributes === undefined) {
    return refuse('ATTRIBUTES_MALFORMED', 'Attributes are a JSON object.', '/attributes')
  }
  return ok({ id, type, name, attributes })
}

/** Reads a link. @param on a date (2026-01-05, 2026/1/5, 20260105), an instant, a time without an offset, or empty */
export function readLink(
  fields: { from: string; to: string; kind: string; on: string },
): Result<LinkDraft, RecordCode> {
  const from = fields.from.trim()
  const to = fields.to.trim()
  const kind = fields.kind.trim()
  if (!isId(from)) return refuse('ID_MALFORMED', `An id has 1 to ${ID_MAX} characters.`, '/from')
  if (!isId(to)) return refuse('ID_MALFORMED', `An id has 1 to ${ID_MAX} characters.`, '/to')
  if (!isId(kind) || kind.length > 60 || kind === SAME_AS) {
    return refuse('KIND_MALFORMED', `A kind has 1 to 60 characters and is not ${SAME_AS}.`, '/kind')
  }
  if (from === to) return refuse('SELF_LOOP', 'A link leads from an entity to another.', '/to')
  const on = readDay(fields.on.trim())
  if (!on.ok) return on
  return ok({ from, to, kind, on: on.value })
}

/** A time of day without an offset, as many systems write it: its date is taken as it stands. */
const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$/

/** The order of year, month and day in which nobody can be mistaken, as systems here write it. */
const PLAIN_DATE = /^(\d{4})(?:([/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))$/

function readDay(text: string): Result<LocalDate | null, 'DATE_MALFORMED'> {
  if (text === '') return ok(null)
  const plain = PLAIN_DATE.exec(text)
  if (plain !== null) {
    const [, year, , month = plain[5]!, day = plain[6]!] = plain
    return parseDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`, '/on')
  }
  const local = LOCAL_TIME.exec(text)
  if (local !== null || !text.includes('T')) return parseDate(local?.[1] ?? text, '/on')
  const at = parseInstant(text)
  return at.ok
    ? ok(dateOf(at.value))
    : refuse('DATE_MALFORMED', 'A day is a date, a time of a day, or empty.', '/on')
}

function isId(text: string): boolean {
  return text !== '' && text.length <= ID_MAX && isStorable(text)
}

/** What a database keeps as it is, and a line of a report shows as one. */
function isStorable(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text)
}

function readAttributes(text: string): Attributes | undefined {
  if (text.trim() === '') return {}
  if (text.length > ATTRIBUTES_MAX || !text.isWellFormed()) return undefined
  try {
    const value = JSON.parse(text) as Attributes | null
    if (value === null) return {}
    const isObject = typeof value === 'object' && !Array.isArray(value)
    return isObject && isCanonical(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Escapes in JSON can hold what a database does not take. */
function isCanonical(value: CanonicalValue): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  // 1e400 is JSON, and no number that anything keeps.
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isCanonical)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inside]) => isCanonical(key) && isCanonical(inside!))
}
