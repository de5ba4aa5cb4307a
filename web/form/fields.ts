/**
 * The fields of an order's form, from the JSON Schema of its type.
 *
 * Shipped types use objects, texts and choices. What else a schema may hold is edited as JSON.
 */
import type { Language } from '../words/words.ts'

/** A code that may be chosen, as it is called. */
export interface Choice {
  readonly value: string
  readonly label: string
}

/** @property path names from the root of the form @property required also when its object is left empty */
export interface FormField {
  readonly path: readonly string[]
  readonly title: string
  readonly kind: 'text' | 'long-text' | 'amount' | 'date' | 'choice' | 'json'
  readonly required: boolean
  readonly choices: readonly Choice[]
  readonly pattern: string | undefined
  readonly maxLength: number | undefined
  readonly initial: string | undefined
}

interface Schema {
  readonly type?: string
  readonly title?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly format?: string
  readonly maxLength?: number
  readonly default?: unknown
  /** The title in English; JSON Schema has one title, which is Chinese. */
  readonly 'x-title-en'?: string
  /** What the values of `enum` are called. */
  readonly 'x-names'?: Readonly<Record<string, { readonly zh: string; readonly en: string }>>
}

/** Texts longer than this get several lines. */
const LONG_FROM = 300

/**
 * All fields, those of objects in place: the required ones first, in the order in which the schema
 * requires them. Properties themselves have no order once a schema was stored.
 */
export function fieldsOf(schema: unknown, language: Language): FormField[] {
  return walk(schema as Schema, language, [], '', true)
}

function walk(
  schema: Schema,
  language: Language,
  path: readonly string[],
  parentTitle: string,
  required: boolean,
): FormField[] {
  const own = language === 'en' ? schema['x-title-en'] ?? schema.title : schema.title
  const title = [parentTitle, own ?? path.at(-1) ?? ''].filter(Boolean).join(' · ')
  if (schema.properties !== undefined) {
    const heading = path.length === 0 ? '' : title
    const names = new Set([...schema.required ?? [], ...Object.keys(schema.properties)])
    return [...names].filter((name) => Object.hasOwn(schema.properties!, name)).flatMap((name) =>
      walk(
        schema.properties![name]!,
        language,
        [...path, name],
        heading,
        required && (schema.required?.includes(name) ?? false),
      )
    )
  }
  return [{
    path,
    title,
    kind: kindOf(schema, path.at(-1)),
    required,
    choices: schema.enum?.map(String).map((value) => ({
      value,
      label: schema['x-names']?.[value]?.[language] ?? value,
    })) ?? [],
    pattern: schema.pattern,
    maxLength: schema.maxLength,
    initial: schema.default === undefined ? undefined : String(schema.default),
  }]
}

function kindOf(schema: Schema, name: string | undefined): FormField['kind'] {
  if (schema.enum !== undefined) return 'choice'
  if (schema.format === 'date') return 'date'
  if (name === 'amount') return 'amount'
  if (schema.type !== 'string') return 'json'
  return (schema.maxLength ?? 0) >= LONG_FROM ? 'long-text' : 'text'
}

/** What stands for a field's value: the name of a code that was chosen, else the value itself. */
export function shownAs({ choices }: Pick<FormField, 'choices'>, value: string): string {
  return choices.find((choice) => choice.value === value)?.label ?? value
}

/** The form without what was left empty: absent and empty differ to a schema. */
export function filled(form: unknown): unknown {
  if (typeof form !== 'object' || form === null || Array.isArray(form)) return form
  const entries = Object.entries(form)
    .map(([name, value]) => [name, filled(value)] as const)
    .filter(([, value]) => value !== undefined && value !== '' && !isEmpty(value))
  return Object.fromEntries(entries)
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Where in the form a refusal's JSON Pointer (RFC 6901) points, as antd names fields. */
export function pathOfPlace(place: string | null): string[] | undefined {
  if (place === null || !place.startsWith('/')) return undefined
  return place.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
