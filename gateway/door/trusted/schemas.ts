/**
 * The schema that a client's documents must be valid in.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildASTSchema, buildSchema, type GraphQLSchema, parse } from 'graphql'
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'

/**
 * Staff's client sees the whole; everybody else, and documents for all, what partners see.
 *
 * @param folder with `supergraph.graphql` and `partner.graphql`
 * @param people the client that signed-in people use
 */
export async function clientSchemas(
  folder: string,
  people: string,
): Promise<(client: string) => GraphQLSchema> {
  const supergraph = await readFile(join(folder, 'supergraph.graphql'), 'utf8')
  const staff = buildASTSchema(transformSupergraphToPublicSchema(parse(supergraph)))
  const partner = buildSchema(await readFile(join(folder, 'partner.graphql'), 'utf8'))
  return (client) => client === people ? staff : partner
}
