/**
 * Queries made up over a schema, for comparing executors.
 */
import fc from 'fast-check'
import {
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'

/** Argument name → literals to choose from. Fields that need any other argument are left out. */
export type Literals = Readonly<Record<string, readonly string[]>>

/** @property depth of selections @property breadth fields of one selection at most */
export interface OperationLimits {
  readonly depth: number
  readonly breadth: number
}

/** Valid queries: fields, arguments, aliases that are no field’s name, fragments, type names. */
export function queries(
  schema: GraphQLSchema,
  literals: Literals,
  limits: OperationLimits = { depth: 6, breadth: 4 },
): fc.Arbitrary<string> {
  return fc.gen().map((generate) => {
    const upTo = (max: number) => generate(fc.nat, { max })
    const pick = <T>(values: readonly T[]): T => values[upTo(values.length - 1)]!
    let aliases = 0

    const selection = (type: GraphQLCompositeType, depth: number): string | undefined => {
      const parts: string[] = []
      const fields = isAbstractType(type) && !('getFields' in type)
        ? []
        : Object.values(type.getFields()).filter((field) => usable(field, literals))
      if (depth < limits.depth || fields.length === 0) {
        for (let n = fields.length === 0 ? 0 : upTo(limits.breadth - 1) + 1; n > 0; n--) {
          parts.push(...fieldOf(pick(fields), depth) ?? [])
        }
      }
      if (isAbstractType(type)) {
        for (const member of schema.getPossibleTypes(type)) {
          if (upTo(2) === 0) continue
          const below = selection(member, depth)
          if (below !== undefined) parts.push(`... on ${member.name} ${below}`)
        }
      } else if (upTo(5) === 0) {
        const below = selection(type, depth + 1)
        if (below !== undefined) parts.push(`... ${below}`)
      }
      if (upTo(4) === 0 || (parts.length === 0 && isAbstractType(type))) parts.push('__typename')
      if (parts.length === 0) {
        const leaf = fields.find(({ type: of }) => !isCompositeType(getNamedType(of)))
        if (leaf === undefined) return undefined
        parts.push(leaf.name + argumentsOf(leaf))
      }
      return `{ ${parts.join(' ')} }`
    }

    // Each field under a name of its own: fields that differ must not meet.
    const fieldOf = (
      field: GraphQLField<unknown, unknown>,
      depth: number,
    ): string[] | undefined => {
      const type = getNamedType(field.type)
      const name = `x${aliases++}: ${field.name}${argumentsOf(field)}`
      if (!isCompositeType(type)) return [name]
      if (depth >= limits.depth) return undefined
      const below = selection(type, depth + 1)
      return below === undefined ? undefined : [`${name} ${below}`]
    }

    const argumentsOf = (field: GraphQLField<unknown, unknown>): string => {
      const given = field.args.filter((argument) =>
        literals[argument.name] !== undefined && (isRequiredArgument(argument) || upTo(1) === 0)
      )
      if (given.length === 0) return ''
      return `(${given.map(({ name }) => `${name}: ${pick(literals[name]!)}`).join(', ')})`
    }

    const root = schema.getQueryType()
    if (!isObjectType(root)) throw new Error('the schema has no queries')
    return selection(root, 0) ?? '{ __typename }'
  })
}

function usable(field: GraphQLField<unknown, unknown>, literals: Literals): boolean {
  return field.args.every((argument) =>
    !isRequiredArgument(argument) || literals[argument.name] !== undefined
  )
}
