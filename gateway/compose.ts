/**
 * Composes the subgraphs' schemas into the supergraph, at build time.
 *
 * The result is committed under `schema/` and read as an API is read: every change of it is reviewed.
 */
import { composeServices } from '@theguild/federation-composition'
import { type GraphQLSchema, parse } from 'graphql'
import { PARTNER } from '../subgraphs/kernel/builder.ts'
import type { Subgraph } from '../subgraphs/kernel/subgraph.ts'
import { contractSupergraph, publicSdl } from './contract/contract.ts'
import { refuseRequiresArguments } from './requires-arguments.ts'
import { SUBGRAPHS } from './subgraphs.ts'

/** The SDL that a subgraph offers to a composer. */
export function sdlOf(schema: GraphQLSchema): string {
  const service = schema.getQueryType()?.getFields()._service
  const { sdl } = service?.resolve?.({}, {}, {}, {} as never) as { sdl: string }
  return `${sdl.trimEnd()}\n`
}

/**
 * File name → text: one `.graphql` per subgraph, the supergraph, and what partners see of it.
 *
 * @throws Error with what the composer found wrong, or what our own rules do not allow
 */
export function composeAll(
  subgraphs: readonly Pick<Subgraph, 'name' | 'schema'>[] = SUBGRAPHS,
): Readonly<Record<string, string>> {
  const services = subgraphs.map(({ name, schema }) => ({ name, sdl: sdlOf(schema()) }))
  refuseRequiresArguments(services)
  const composed = composeServices(
    services.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `local:${name}` })),
  )
  if (!composed.supergraphSdl) {
    throw new Error((composed.errors ?? []).map((error) => error.message).join('\n'))
  }
  const supergraph = `${composed.supergraphSdl.trimEnd()}\n`
  return {
    ...Object.fromEntries(services.map(({ name, sdl }) => [`${name}.graphql`, sdl])),
    'supergraph.graphql': supergraph,
    'partner.graphql': publicSdl(contractSupergraph(supergraph, PARTNER.tag)),
  }
}
