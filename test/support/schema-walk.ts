/**
 * A way to every field of a schema, for tests that leave none out.
 */
import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql'

/** The literal for an argument or input field of a scalar type. @param name of the argument */
export type LiteralOf = (type: string, name: string) => string

/** One field with an operation that asks for it. @property coordinate `Type.field` */
export interface Visit {
  readonly coordinate: string
  readonly operation: string
}

type AnyField = GraphQLField<unknown, unknown>

/**
 * An operation for every field that can be reached, by a shortest way, with every argument given.
 *
 * Objects are asked for all of their plain fields besides.
 */
export function visitAll(schema: GraphQLSchema, literal: LiteralOf): Visit[] {
  const visits: Visit[] = []
  const seen = new Set<string>()
  const open: { type: GraphQLNamedType; wrap: (selection: string) => string }[] = []
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
  for (const [kind, type] of roots) {
    if (type) open.push({ type, wrap: (selection) => `${kind} { ${selection} }` })
  }
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { type, wrap } = next
    if (seen.has(type.name)) continue
    seen.add(type.name)
    if (isAbstractType(type)) {
      for (const member of schema.getPossibleTypes(type)) {
        open.push({
          type: member,
          wrap: (selection) => wrap(`... on ${member.name} { ${selection} }`),
        })
      }
    }
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type)
      const written = `${field.name}${argumentsOf(field, literal)}`
      const below = isLeafType(target) ? '' : ` { ${plainFields(schema, target)} }`
      visits.push({ coordinate: `${type.name}.${field.name}`, operation: wrap(written + below) })
      if (!isLeafType(target)) {
        open.push({ type: target, wrap: (selection) => wrap(`${written} { ${selection} }`) })
      }
    }
  }
  return visits
}

/** All leaves of a type that need no argument, and its name. */
function plainFields(schema: GraphQLSchema, type: GraphQLNamedType): string {
  const leaves = isObjectType(type)
    ? Object.values(type.getFields()).filter((field) =>
      isLeafType(getNamedType(field.type)) && field.args.length === 0
    ).map(({ name }) => name)
    : []
  const members = isAbstractType(type)
    ? schema.getPossibleTypes(type).map((member, i) =>
      // Members may have fields of one name and different types.
      `... on ${member.name} { ${
        plainFields(schema, member).split(' ').map((name) => `m${i}_${name}: ${name}`).join(' ')
      } }`
    )
    : []
  return ['__typename', ...leaves, ...members].join(' ')
}

function argumentsOf({ args }: AnyField, literal: LiteralOf): string {
  if (args.length === 0) return ''
  return `(${
    args.map((arg: GraphQLArgument) => `${arg.name}: ${written(arg.type, arg.name, literal)}`).join(
      ', ',
    )
  })`
}

function written(type: GraphQLInputType, name: string, literal: LiteralOf): string {
  const bare = getNullableType(type)
  if (isListType(bare)) return `[${written(bare.ofType, name, literal)}]`
  const named = getNamedType(bare)
  if (isEnumType(named)) return named.getValues()[0]!.name
  if (isInputObjectType(named)) {
    const fields = Object.values(named.getFields()).map((field) =>
      `${field.name}: ${written(field.type, field.name, literal)}`
    )
    return `{ ${fields.join(', ')} }`
  }
  return literal(named.name, name)
}
