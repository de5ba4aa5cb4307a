/**
 * No arguments inside `@requires`.
 *
 * The plan-based gateway answers an operation that meets such a field with the same field under other
 * arguments, or another such field, with the value of one for both: dollars for euros, without an
 * error. So no subgraph of ours may ask for that, whichever executor runs today.
 */
import { type DirectiveNode, Kind, parse, visit } from 'graphql'

/** The directive under its short name, and as it is called where it is not imported. */
const REQUIRES = new Set(['requires', 'federation__requires'])

/** Where a subgraph's SDL has arguments inside `@requires`, as `Type.field: price(currency: …)`. */
export function requiresArguments(sdl: string): string[] {
  const places: string[] = []
  const read = (type: string, field: string, directives: readonly DirectiveNode[]) => {
    for (const directive of directives.filter(({ name }) => REQUIRES.has(name.value))) {
      const fields = directive.arguments?.find(({ name }) => name.value === 'fields')?.value
      if (fields?.kind !== Kind.STRING) continue
      for (const required of fieldsWithArguments(fields.value)) {
        places.push(`${type}.${field}: ${required}(…)`)
      }
    }
  }
  const readType = (
    node: {
      readonly name: { readonly value: string }
      readonly fields?: readonly {
        readonly name: { readonly value: string }
        readonly directives?: readonly DirectiveNode[]
      }[]
    },
  ) => {
    for (const field of node.fields ?? []) {
      read(node.name.value, field.name.value, field.directives ?? [])
    }
  }
  visit(parse(sdl, { noLocation: true }), {
    ObjectTypeDefinition: readType,
    ObjectTypeExtension: readType,
    InterfaceTypeDefinition: readType,
    InterfaceTypeExtension: readType,
  })
  return places
}

/** @throws Error naming every place in every subgraph */
export function refuseRequiresArguments(
  services: readonly { readonly name: string; readonly sdl: string }[],
): void {
  const places = services.flatMap(({ name, sdl }) =>
    requiresArguments(sdl).map((place) => `${name}: ${place}`)
  )
  if (places.length === 0) return
  throw new Error(`@requires must not pass arguments: ${places.join('; ')}`)
}

function fieldsWithArguments(fieldSet: string): string[] {
  const found: string[] = []
  visit(parse(`{ ${fieldSet} }`, { noLocation: true }), {
    Field(node) {
      if ((node.arguments?.length ?? 0) > 0) found.push(node.name.value)
    },
  })
  return found
}
