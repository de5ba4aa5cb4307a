/**
 * How the rows of a file become entities and links.
 *
 * Texts are templates: `vendor:{Vendor|fold}` puts the folded value of a column after `vendor:`. An
 * entity or link whose id, type or end has an empty column is left out of that row.
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import {
  type Attributes,
  type EntityDraft,
  type LinkDraft,
  readEntity,
  readLink,
  type RecordCode,
} from '../record.ts'

export interface EntityMapping {
  readonly id: string
  readonly type: string
  readonly name?: string
  readonly attributes?: Readonly<Record<string, string>>
}

export interface LinkMapping {
  readonly from: string
  readonly to: string
  readonly kind: string
  readonly on?: string
}

/**
 * One file of the folder.
 *
 * @property format `csv`, `jsonl` (an object a line) or `json` (a list of objects)
 * @property key columns that a row must have, or it is refused
 */
export interface FileMapping {
  readonly file: string
  readonly format: 'csv' | 'jsonl' | 'json'
  readonly encoding: string
  readonly delimiter: string
  readonly key: readonly string[]
  readonly entities: readonly EntityMapping[]
  readonly links: readonly LinkMapping[]
}

/** Files in the order in which they are read. */
export interface LoadMapping {
  readonly files: readonly FileMapping[]
}

export type MappingCode = 'COLUMN_MISSING' | 'MAPPING_MALFORMED'

/** What a row tells. */
export interface RowDrafts {
  readonly entities: readonly EntityDraft[]
  readonly links: readonly LinkDraft[]
}

/** The mapping of `entities.csv` and `links.csv`, whose columns are named as the record's. */
export const CANONICAL: LoadMapping = {
  files: [
    {
      file: 'entities.csv',
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
      key: ['id', 'type'],
      entities: [{
        id: '{id}',
        type: '{type}',
        name: '{name}',
        attributes: { '*': '{attributes}' },
      }],
      links: [],
    },
    {
      file: 'links.csv',
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
      key: ['from', 'to', 'kind'],
      entities: [],
      links: [{ from: '{from}', to: '{to}', kind: '{kind}', on: '{on}' }],
    },
  ],
}

/** Reads a mapping. */
export function checkMapping(body: unknown): Result<LoadMapping, MappingCode> {
  const bad = (place: string, why: string) =>
    refuse('MAPPING_MALFORMED', `The mapping cannot be used: ${why}`, place)
  const { files } = (body ?? {}) as { files?: unknown }
  if (!Array.isArray(files) || files.length === 0 || files.length > 100) {
    return bad('/files', 'it lists 1 to 100 files.')
  }
  const checked: FileMapping[] = []
  for (const [i, given] of files.entries()) {
    const place = `/files/${i}`
    if (typeof given !== 'object' || given === null) return bad(place, 'a file is an object.')
    const {
      file,
      format = 'csv',
      encoding = 'utf-8',
      delimiter = ',',
      key = [],
      entities = [],
      links = [],
    } = given as Partial<Record<keyof FileMapping, unknown>>
    if (typeof file !== 'string' || !/^[^/\\]{1,200}$/.test(file) || file.startsWith('.')) {
      return bad(`${place}/file`, 'a file is named without a folder.')
    }
    if (format !== 'csv' && format !== 'json' && format !== 'jsonl') {
      return bad(`${place}/format`, 'a format is csv, json or jsonl.')
    }
    if (typeof encoding !== 'string' || !isByteSafe(encoding)) {
      return bad(`${place}/encoding`, 'the encoding is unknown, or its line feed is not one byte.')
    }
    if (typeof delimiter !== 'string' || !/^[^\s"]$|^\t$/.test(delimiter)) {
      return bad(`${place}/delimiter`, 'a delimiter is one character.')
    }
    if (!isListOf(key, (name) => typeof name === 'string')) {
      return bad(`${place}/key`, 'key lists columns.')
    }
    if (!isListOf(entities, isEntityMapping)) {
      return bad(
        `${place}/entities`,
        'an entity has an id and a type, perhaps name and attributes.',
      )
    }
    if (!isListOf(links, isLinkMapping)) {
      return bad(`${place}/links`, 'a link has from, to and kind, perhaps on.')
    }
    checked.push({
      file,
      format,
      encoding,
      delimiter,
      key: key as string[],
      entities: entities as EntityMapping[],
      links: links as LinkMapping[],
    })
  }
  return ok({ files: checked })
}

/** Columns of `entities.csv` and `links.csv` that may be absent. */
const MAY_LACK = new Set(['attributes', 'name', 'on'])

/** Columns that a file's mapping reads and its header lacks. */
export function missingColumns(mapping: FileMapping, header: readonly string[]): string[] {
  const canonical = CANONICAL.files.includes(mapping)
  return [...columnsOf(mapping)].filter((name) =>
    !header.includes(name) && !(canonical && MAY_LACK.has(name))
  )
}

/** Applies a mapping to one row. @param value of a column; empty when the row has none */
export function mapRow(
  mapping: FileMapping,
  value: (column: string) => string,
): Result<RowDrafts, MappingCode | RecordCode> {
  const lacking = mapping.key.find((name) => value(name).trim() === '')
  if (lacking !== undefined) {
    return refuse('COLUMN_MISSING', `The row has nothing in ${lacking}.`, `/${lacking}`)
  }
  const entities: EntityDraft[] = []
  for (const { id, type, name = '', attributes = {} } of mapping.entities) {
    const filled = [id, type].map((template) => fill(template, value))
    if (filled.includes(undefined)) continue
    const read = readEntity({
      id: filled[0]!,
      type: filled[1]!,
      name: fillLoosely(name, value),
      attributes: attributesText(attributes, value),
    })
    if (!read.ok) return read
    entities.push(read.value)
  }
  const links: LinkDraft[] = []
  for (const { from, to, kind, on = '' } of mapping.links) {
    const filled = [from, to, kind].map((template) => fill(template, value))
    if (filled.includes(undefined)) continue
    const read = readLink({
      from: filled[0]!,
      to: filled[1]!,
      kind: filled[2]!,
      on: fillLoosely(on, value),
    })
    if (!read.ok) return read
    links.push(read.value)
  }
  return ok({ entities, links })
}

/** `*` takes a column that holds a whole object. */
function attributesText(
  attributes: Readonly<Record<string, string>>,
  value: (column: string) => string,
): string {
  if ('*' in attributes) return fillLoosely(attributes['*']!, value)
  const filled: Record<string, string> = {}
  for (const [name, template] of Object.entries(attributes)) {
    const text = fillLoosely(template, value).trim()
    if (text !== '') filled[name] = text
  }
  return JSON.stringify(filled satisfies Attributes)
}

const SLOT = /\{([^{}|]+)(\|fold)?\}/g

/** Undefined when a column of the template is empty. */
function fill(template: string, value: (column: string) => string): string | undefined {
  let empty = false
  const text = template.replaceAll(SLOT, (_, column: string, folded?: string) => {
    const found = value(column).trim()
    if (found === '') empty = true
    return folded === undefined ? found : fold(found)
  })
  return empty ? undefined : text
}

function fillLoosely(template: string, value: (column: string) => string): string {
  return template.replaceAll(SLOT, (_, column: string, folded?: string) => {
    const found = value(column)
    return folded === undefined ? found : fold(found)
  })
}

/** Text for telling alike what is written in another case, width or spacing. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

function columnsOf({ key, entities, links }: FileMapping): Set<string> {
  const templates = [
    ...entities.flatMap((e) => [e.id, e.type, e.name ?? '', ...Object.values(e.attributes ?? {})]),
    ...links.flatMap((l) => [l.from, l.to, l.kind, l.on ?? '']),
  ]
  return new Set([
    ...key,
    ...templates.flatMap((template) => Array.from(template.matchAll(SLOT), (match) => match[1]!)),
  ])
}

function isEntityMapping(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { id, type, name = '', attributes = {} } = value as Partial<EntityMapping>
  return [id, type, name].every((text) => typeof text === 'string') &&
    typeof attributes === 'object' && attributes !== null &&
    Object.values(attributes).every((text) => typeof text === 'string')
}

function isLinkMapping(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { from, to, kind, on = '' } = value as Partial<LinkMapping>
  return [from, to, kind, on].every((text) => typeof text === 'string')
}

function isListOf(value: unknown, is: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= 100 && value.every(is)
}

/** Encodings in which byte 10 is always a line feed. */
function isByteSafe(label: string): boolean {
  try {
    return !/^utf-16/.test(new TextDecoder(label).encoding)
  } catch {
    return false
  }
}
