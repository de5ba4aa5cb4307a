/**
 * Reading the join directives of a supergraph.
 */
import { type DirectiveNode, Kind } from 'graphql'

interface Joined {
  readonly name: { readonly value: string }
  readonly directives?: readonly DirectiveNode[]
}

/** An object type or interface of a supergraph, as a syntax tree has it. */
export interface JoinedType extends Joined {
  readonly fields?: readonly Joined[]
}

/** An argument of every use of a directive, where it is given: texts and names of enums. */
export function argumentsOf(
  directives: readonly DirectiveNode[] = [],
  directive: string,
  argument: string,
): string[] {
  return directives.filter((node) => node.name.value === directive).flatMap((node) => {
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value
    return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? [value.value] : []
  })
}
