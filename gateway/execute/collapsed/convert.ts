/**
 * Values between a subgraph's own form and the one that travels.
 *
 * Clients and other subgraphs see what JSON shows: names of enum values and serialised scalars. A
 * subgraph may keep other values inside. Where the two are the same, nothing is called.
 */
import {
  type GraphQLArgument,
  type GraphQLEnumType,
  GraphQLID,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLScalarType,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql'

export type Convert = (value: unknown) => unknown

/** How a field's values leave a subgraph. */
export interface OutputConverter {
  /** On the way to the client; absent when the composed schema's own serialisation does it. */
  readonly convert: Convert | undefined
  /** On the way to another subgraph. */
  readonly serialize: Convert
  /** A text is itself on every side: ID and String. */
  readonly plain: boolean
}

/**
 * For the type inside lists and non-nulls.
 *
 * @param shared scalars that every subgraph implements in the same way
 */
export function outputConverter(
  type: GraphQLNamedType,
  shared: ReadonlySet<string>,
): OutputConverter {
  if (isEnumType(type)) {
    const serialize: Convert = (value) => type.serialize(value)
    return { convert: hasInternalValues(type) ? serialize : undefined, serialize, plain: false }
  }
  if (!isScalarType(type)) {
    return { convert: undefined, serialize: (value) => value, plain: false }
  }
  const own = isSpecifiedScalarType(type) || shared.has(type.name)
  // What one subgraph is given, no other must be able to change.
  const serialize: Convert = (value) => detached(type.serialize(value))
  const plain = type === GraphQLID || type === GraphQLString
  return { convert: own ? undefined : (value) => type.serialize(value), serialize, plain }
}

function detached(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value
}

/**
 * Arguments as the composed schema coerced them → as the subgraph's resolver expects them. Undefined
 * when they are the same.
 *
 * Arguments that clients do not see take the subgraph's default.
 */
export function argumentsConverter(
  args: readonly GraphQLArgument[],
  shared: ReadonlySet<string>,
): ((args: Record<string, unknown>) => Record<string, unknown>) | undefined {
  return fieldsConverter(args, new InputConverters(shared))
}

class InputConverters {
  readonly shared: ReadonlySet<string>
  /** By type name; a type that contains itself finds itself here. */
  readonly #objects = new Map<string, { convert: Convert | undefined }>()

  constructor(shared: ReadonlySet<string>) {
    this.shared = shared
  }

  of(type: GraphQLInputType): Convert | undefined {
    if (isNonNullType(type)) return this.of(type.ofType)
    if (isListType(type)) {
      const item = this.of(type.ofType)
      return item && ((value) => Array.isArray(value) ? value.map((v) => nullOr(item, v)) : value)
    }
    if (isEnumType(type)) {
      return hasInternalValues(type) ? (name) => type.parseValue(name) : undefined
    }
    if (isScalarType(type)) {
      return isSpecifiedScalarType(type) || this.shared.has(type.name)
        ? undefined
        : (value) => type.parseValue(value)
    }
    if (!isInputObjectType(type)) return undefined
    const known = this.#objects.get(type.name)
    // Inside itself it is not known yet whether it needs converting: then it does, at no harm.
    if (known !== undefined) return (value) => known.convert ? known.convert(value) : value
    const made: { convert: Convert | undefined } = { convert: undefined }
    this.#objects.set(type.name, made)
    made.convert = fieldsConverter(Object.values(type.getFields()), this) as Convert | undefined
    return made.convert
  }
}

function fieldsConverter(
  fields: readonly (GraphQLArgument | GraphQLInputField)[],
  converters: InputConverters,
): ((values: Record<string, unknown>) => Record<string, unknown>) | undefined {
  const steps = fields.flatMap(({ name, type, defaultValue }) => {
    const convert = converters.of(type)
    return convert === undefined && defaultValue === undefined
      ? []
      : [{ name, convert, defaultValue }]
  })
  if (steps.length === 0) return undefined
  return (values) => {
    let changed: Record<string, unknown> | undefined
    for (const { name, convert, defaultValue } of steps) {
      const value = values[name]
      const next = value === undefined ? defaultValue : convert ? nullOr(convert, value) : value
      if (next !== value) (changed ??= { ...values })[name] = next
    }
    return changed ?? values
  }
}

function nullOr(convert: Convert, value: unknown): unknown {
  return value === null || value === undefined ? value : convert(value)
}

function hasInternalValues(type: GraphQLEnumType): boolean {
  return type.getValues().some(({ name, value }) => name !== value)
}

/**
 * Names of the scalars that all subgraphs implement by the same functions: the composed schema takes
 * those functions, and values pass unconverted. Where implementations differ, each subgraph's own is
 * applied at its border, as it would be over HTTP.
 */
export function sharedScalars(
  schemas: readonly { getType(name: string): GraphQLNamedType | undefined | null }[],
  names: Iterable<string>,
): Map<string, GraphQLScalarType[]> {
  const byName = new Map<string, GraphQLScalarType[]>()
  for (const name of names) {
    const distinct: GraphQLScalarType[] = []
    for (const schema of schemas) {
      const type = schema.getType(name)
      if (!isScalarType(type)) continue
      const same = distinct.some((other) =>
        other.serialize === type.serialize && other.parseValue === type.parseValue
      )
      if (!same) distinct.push(type)
    }
    byName.set(name, distinct)
  }
  return byName
}
