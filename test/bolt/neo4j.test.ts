/**
 * The contract on real servers: Neo4j where Java and Maven are, Memgraph where `RISK_GRAPH_URL` is set.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { BoltGraph } from '../../subgraphs/risk-graph/bolt/bolt-graph.ts'
import type { Dialect } from '../../subgraphs/risk-graph/bolt/cypher.ts'
import { batchOf, portContract, rowsOf } from '../support/port-contract.ts'
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
    const entities = [{ id: 'a', type: 'person' as const }]
    const links = rowsOf([[0, 7, 1, 3]])
    await expect(graph.upsert(batchOf({ entities, links })))
      .rejects.toMatchObject({ code: 'ANSWER_UNBELIEVABLE' })
    expect(await graph.cursor()).toEqual({ entities: 0, links: 0, ends: 0 })
    await expect(graph.degrees([0])).rejects.toMatchObject({ code: 'CURSOR_ELSEWHERE' })
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
