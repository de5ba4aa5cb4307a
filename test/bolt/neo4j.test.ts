/**
 * The contract on real servers: Neo4j where Java and Maven are, Memgraph where `RISK_GRAPH_URL` is set.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { BoltGraph } from '../../subgraphs/risk-graph/bolt/bolt-graph.ts'
import type { Dialect } from '../../subgraphs/risk-graph/bolt/cypher.ts'
import { portContract } from '../support/port-contract.ts'
import { startNeo4j } from './neo4j.ts'

const neo4j = await startNeo4j()
afterAll(async () => {
  if (neo4j.url !== undefined) await neo4j.stop()
})

const why = neo4j.url === undefined ? ` (skipped: ${neo4j.why})` : ''

describe.skipIf(neo4j.url === undefined)(`on a real Neo4j${why}`, () => {
  portContract((tenant) => BoltGraph.open(tenant, { url: neo4j.url!, dialect: 'neo4j' }))

  it('takes a batch in whole or not at all', async () => {
    const graph = await BoltGraph.open('tenant-whole', { url: neo4j.url!, dialect: 'neo4j' })
    const after = { entities: 0, links: 0, ends: 0 }
    const entities = [{ id: 'a', type: 'person' as const }]
    const links = [{ no: 0, from: 'a', to: 'missing', kind: 'k', day: null }]
    await expect(graph.upsert({ after, entities, links, ended: [] }))
      .rejects.toMatchObject({ code: 'ANSWER_UNBELIEVABLE' })
    expect(await graph.cursor()).toEqual(after)
    expect(await graph.walk('a', { hops: 1, hubCap: 9, limit: 9 })).toBeUndefined()
    await graph.close()
  })
})

const url = process.env.RISK_GRAPH_URL
const dialect = (process.env.RISK_GRAPH_DIALECT ?? 'memgraph') as Dialect
const unset = url === undefined ? ' (skipped: RISK_GRAPH_URL is not set)' : ''

describe.skipIf(url === undefined)(`on the server of RISK_GRAPH_URL${unset}`, () => {
  portContract((tenant) =>
    BoltGraph.open(tenant, {
      url: url!,
      dialect,
      user: process.env.RISK_GRAPH_USER,
      password: process.env.RISK_GRAPH_PASSWORD,
    })
  )
})
