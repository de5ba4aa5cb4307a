/**
 * Fields of a schema by who used them last: what may be retired, and whom to ask.
 */
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import { type LocalDate, plusMs } from '../../subgraphs/kernel/time.ts'
import type { ClientUse } from './store.ts'

/** @property count since the days that are kept began */
export interface ClientLine {
  readonly client: string
  readonly lastOn: LocalDate
  readonly count: bigint
}

/** One field or argument. */
export interface FieldLine {
  /** `Type.field` or `Type.field(argument:)`. */
  readonly coordinate: string
  /** Undefined when it was never used. */
  readonly lastOn: LocalDate | undefined
  /** Who used it latest first. */
  readonly clients: readonly ClientLine[]
}

/**
 * A line per field and argument of the schema, in its order.
 *
 * A field that was read through an interface is in use on each type that implements it. Enum values
 * and input fields are not listed: variables hold them, which usage does not look into, so nothing
 * shows that nobody uses them.
 */
export function usageByField(schema: GraphQLSchema, uses: readonly ClientUse[]): FieldLine[] {
  const byCoordinate = Map.groupBy(uses, ({ coordinate }) => coordinate)
  const lines: FieldLine[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue
    const types = [type, ...type.getInterfaces()].map(({ name }) => name)
    for (const field of Object.values(type.getFields())) {
      const parts = [field.name, ...field.args.map(({ name }) => `${field.name}(${name}:)`)]
      for (const part of parts) {
        const found = types.flatMap((name) => byCoordinate.get(`${name}.${part}`) ?? [])
        lines.push(lineOf(`${type.name}.${part}`, found))
      }
    }
  }
  return lines
}

/** The line of whatever was used under some coordinates. */
export function lineOf(coordinate: string, uses: readonly ClientUse[]): FieldLine {
  const clients = Array.from(Map.groupBy(uses, ({ client }) => client), ([client, all]) => ({
    client,
    lastOn: all.map(({ lastOn }) => lastOn).toSorted().at(-1)!,
    count: all.reduce((sum, { count }) => sum + count, 0n),
  })).toSorted((a, b) => a.lastOn === b.lastOn ? 0 : a.lastOn > b.lastOn ? -1 : 1)
  return { coordinate, lastOn: clients[0]?.lastOn, clients }
}

/** The lines that nobody used on a day or later. */
export function unusedFrom(lines: readonly FieldLine[], day: LocalDate): FieldLine[] {
  return lines.filter(({ lastOn }) => lastOn === undefined || lastOn < day)
}

/** Lines with the latest use first, and what was never used last. */
export function byLastUse(lines: readonly FieldLine[]): FieldLine[] {
  const rank = ({ lastOn = '' }: FieldLine) => lastOn
  return lines.toSorted((a, b) => rank(a) === rank(b) ? 0 : rank(a) > rank(b) ? -1 : 1)
}

/** The date that lies some days before another. */
export function daysBefore(day: LocalDate, days: number): LocalDate {
  return plusMs(`${day}T00:00:00.000Z`, -days * 86_400_000).slice(0, 10)
}
