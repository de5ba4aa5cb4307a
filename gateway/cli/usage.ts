/**
 * `npm run -s usage`: fields of the schema by last use and clients, so that a field can be retired.
 *
 * It reads beside a running server, which writes what it counted every minute.
 */
import '../environment.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'graphql'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { dateOf } from '../../subgraphs/kernel/time.ts'
import { readConfig } from '../config.ts'
import { DEFAULT_FRONT_DOOR } from '../door/config.ts'
import { readSavedDocuments } from '../door/trusted/register.ts'
import { clientSchemas } from '../door/trusted/schemas.ts'
import { coordinatesOf } from '../observe/usage.ts'
import { openGatewayStore } from '../store.ts'
import { KEEP_DAYS } from '../usage/keep.ts'
import {
  byLastUse,
  daysBefore,
  type FieldLine,
  lineOf,
  unusedFrom,
  usageByField,
} from '../usage/report.ts'
import { readUses, type UseRecord } from '../usage/store.ts'

const USAGE = `usage: usage
         [--unused <days>]      only what nobody used in so many days, at most ${KEEP_DAYS}
         [--field <Type.field>] only this field or argument, such as 'Query.orders(first:)'
         [--json]               for programs`

const { unused, field, json } = readArguments()
const schemaFolder = join(import.meta.dirname!, '../../schema')
try {
  const schemaFor = await clientSchemas(schemaFolder, DEFAULT_FRONT_DOOR.trusted.people)
  const schema = schemaFor(DEFAULT_FRONT_DOOR.trusted.people)
  const saved = new Map<string, string[]>()
  for (const { client, name, text } of await readSavedDocuments(join(schemaFolder, 'documents'))) {
    for (const coordinate of coordinatesOf(parse(text), schemaFor(client))) {
      saved.set(coordinate, [...saved.get(coordinate) ?? [], `${client}/${name}`])
    }
  }
  const { since, uses } = await readRecord()
  const from = unused === undefined ? undefined : daysBefore(today(), unused)
  const lines = usageByField(schema, uses)
  const named = field === undefined ? lines : only(field, lines, uses)
  const shown = byLastUse(from === undefined ? named : unusedFrom(named, from))
  const knownLongEnough = from === undefined || (since !== undefined && since <= from)
  const rows = shown.map((line) => ({ ...line, savedIn: saved.get(line.coordinate) ?? [] }))
  if (json) {
    const plain = { since: since ?? null, knownLongEnough, fields: rows }
    console.log(
      JSON.stringify(plain, (_, value) => typeof value === 'bigint' ? Number(value) : value, 2),
    )
  } else {
    for (const row of rows) console.log(textOf(row))
    console.log(
      `${rows.length} of ${lines.length} fields and arguments; counted since ${since ?? 'never'}`,
    )
    if (!knownLongEnough) {
      console.log(`Not yet counted for ${unused} days: retire nothing for being in this list.`)
    }
  }
} catch (error) {
  console.error(`usage: ${error instanceof Error ? error.message : error}`)
  process.exit(2)
}
process.exit(0)

async function readRecord(): Promise<UseRecord> {
  const store = await openGatewayStore(readConfig(process.env).databaseUrl, { readOnly: true })
  try {
    return await readUses(store.read)
  } finally {
    await store.close()
  }
}

/** The line of one coordinate, which the schema need not have any more if clients used it. */
function only(
  coordinate: string,
  lines: readonly FieldLine[],
  uses: UseRecord['uses'],
): FieldLine[] {
  const line = lines.find((each) => each.coordinate === coordinate)
  if (line !== undefined) return [line]
  const gone = uses.filter((use) => use.coordinate === coordinate)
  if (gone.length === 0) throw new Error(`${coordinate}: neither in the schema nor ever used`)
  return [lineOf(coordinate, gone)]
}

function textOf(
  { coordinate, lastOn, clients, savedIn }: FieldLine & { readonly savedIn: readonly string[] },
): string {
  const users = clients.map((each) => `${each.client} ${each.count} (${each.lastOn})`)
  const documents = savedIn.length === 0 ? [] : [`saved in ${savedIn.join(', ')}`]
  return [coordinate, lastOn ?? 'never', ...users, ...documents].join('  ')
}

function today() {
  return dateOf(systemPorts().clock.now())
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        unused: { type: 'string' },
        field: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const days = values.unused === undefined ? undefined : Number(values.unused)
    if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= KEEP_DAYS)) {
      throw new Error(`--unused: whole days from 1 to ${KEEP_DAYS}`)
    }
    return { unused: days, field: values.field, json: values.json }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
