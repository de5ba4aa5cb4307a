/**
 * Finding a subgraph's entities for others, all of a moment together.
 */
import { type GraphQLNamedType, isInterfaceType, isObjectType } from 'graphql'

/** What another subgraph knows of an entity: its type, a key, and what a field requires. */
export type EntityReference = Readonly<Record<string, unknown>>

/**
 * Finds entities by reference.
 *
 * Answers in the order of the references, and as many: the entity, null when there is none, or an
 * Error that fails this one alone.
 */
export type FindReferences<Context = unknown, Reference = EntityReference> = (
  references: readonly Reference[],
  context: Context,
  info: unknown,
) => Promise<readonly unknown[]> | readonly unknown[]

/** A reference resolver as @apollo/subgraph calls it. */
type ResolveReference = (key: EntityReference, context: unknown, info: unknown) => unknown

/** What a type's extensions say of its references. */
export interface ReferenceResolvers {
  readonly resolveReference?: ResolveReference
  readonly resolveReferences?: FindReferences
}

interface SubgraphExtensions {
  readonly apollo?: { readonly subgraph?: ReferenceResolvers }
}

/** How references to a type are resolved. */
export function referenceResolvers(type: GraphQLNamedType): ReferenceResolvers {
  return (type.extensions as SubgraphExtensions).apollo?.subgraph ?? {}
}

/** Replaces how references to a type are resolved. */
export function setReferenceResolvers(type: GraphQLNamedType, resolvers: ReferenceResolvers): void {
  const { apollo } = type.extensions as SubgraphExtensions
  type.extensions = {
    ...type.extensions,
    apollo: { ...apollo, subgraph: { ...apollo?.subgraph, ...resolvers } },
  }
}

/**
 * Declares how a type's references are found together.
 *
 * An executor in this process prefers it: one call for each type and level of a query. Who asks for
 * one reference at a time is answered by the type's own resolver, or else by the same function.
 *
 * @throws Error when the type can have no references
 */
export function declareReferences<Context, Reference = EntityReference>(
  type: GraphQLNamedType | undefined | null,
  find: FindReferences<Context, Reference>,
): void {
  if (!isObjectType(type) && !isInterfaceType(type)) {
    throw new Error(`${type?.name} is no type that references could lead to`)
  }
  const resolveReferences = find as FindReferences
  const one: ResolveReference = async (reference, context, info) => {
    const [entity] = await resolveReferences([reference], context, info)
    if (entity instanceof Error) throw entity
    return entity ?? null
  }
  const { resolveReference = one } = referenceResolvers(type)
  setReferenceResolvers(type, { resolveReference, resolveReferences })
}
