/**
 * Composes the subgraphs' schemas into the supergraph, at build time.
 *
 * The result is committed under `schema/` and read as an API is read: every change of it is reviewed.
 */
import { composeServices } from '@theguild/federation-composition'
import { type GraphQLSchema, parse } from 'graphql'
import { SUBGRAPHS } from './subgraphs.ts'

/** The SDL that a subgraph offers to a composer. */
export function sdlOf(schema: GraphQLSchema): string {
  const service = schema.getQueryType()?.getFields()._service
  const { sdl } = service?.resolve?.({}, {}, {}, {} as never) as { sdl: string }
  return `${sdl.trimEnd()}\n`
}

/**
 * File name → text: one `.graphql` per subgraph, and the supergraph.
 *
 * @throws Error with what the composer found wrong
 */
export function composeAll(): Readonly<Record<string, string>> {
  const services = SUBGRAPHS.map(({ name, schema }) => ({ name, sdl: sdlOf(schema()) }))
  const composed = composeServices(
    services.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `local:${name}` })),
  )
  if (!composed.supergraphSdl) {
    throw new Error((composed.errors ?? []).map((error) => error.message).join('\n'))
  }
  return {
    ...Object.fromEntries(services.map(({ name, sdl }) => [`${name}.graphql`, sdl])),
    'supergraph.graphql': `${composed.supergraphSdl.trimEnd()}\n`,
  }
}
