/**
 * The contract on real servers: Neo4j where Java and Maven are, Memgraph where `RISK_GRAPH_URL` is set.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { MOTOR_DEFAULTS, motorBook } from '../../gateway/subgraphs.ts'
import { BoltGraph } from '../../subgraphs/risk-graph/bolt/bolt-graph.ts'
import type { Dialect } from '../../subgraphs/risk-graph/bolt/cypher.ts'
import { onEngine } from '../rig/engines.ts'
import { investigate } from '../support/graph-journey.ts'
import { batchOf, portContract, rowsOf } from '../support/port-contract.ts'
import { startProcess } from '../support/process.ts'
import { entitiesCsv, linksCsv } from '../support/risk.ts'
import { openTestServer } from '../support/server.ts'
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

onEngine('sqlite', (engine) => {
  describe.skipIf(neo4j.url === undefined)(`a whole system on a real Neo4j${why}`, () => {
    const opened = async (environment: Readonly<Record<string, string>> = {}) => {
      const server = await openTestServer(engine, environment)
      onTestFinished(() => server.close())
      return server
    }

    it('answers an investigation as one without does', async () => {
      const here = await opened()
      const there = await opened({ RISK_GRAPH_URL: neo4j.url!, RISK_GRAPH_DIALECT: 'neo4j' })
      expect(await investigate(await there.bank())).toEqual(await investigate(await here.bank()))
      expect(there.reported).toEqual([])
    }, 400_000)

    it('is brought up to the record by the command, once, on from there, and anew', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'huitong-project-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const { entities, links } = motorBook({ ...MOTOR_DEFAULTS, households: 100, seed: 53 })
      writeFileSync(join(folder, 'entities.csv'), entitiesCsv(entities))
      writeFileSync(join(folder, 'links.csv'), linksCsv(links))
      const env = {
        DATA_DIR: join(folder, 'data'),
        RISK_GRAPH_URL: neo4j.url!,
        RISK_GRAPH_DIALECT: 'neo4j',
      }
      const risk = async (...args: string[]) => {
        const ended = await startProcess('deno', ['gateway/cli/risk.ts', ...args], env).ended
        return [ended.code, ended.stdout.trim(), ended.stderr.trim()] as const
      }
      expect((await risk('load', folder))[0]).toBe(0)
      const [code, first, told] = await risk('project')
      expect([code, first]).toEqual([0, expect.stringMatching(/^\d+ entities, \d+ links/)])
      expect(told).not.toBe('')
      // The second time there is nothing to tell of.
      expect(await risk('project')).toEqual([0, first, ''])
      expect((await risk('project', '--anew')).slice(0, 2)).toEqual([0, first])
      const [, found] = await risk('detect', '--json')
      const { RISK_GRAPH_URL: _, ...alone } = env
      const ended = await startProcess(
        'deno',
        ['gateway/cli/risk.ts', 'detect', '--json'],
        { ...alone, DATA_DIR: env.DATA_DIR },
      ).ended
      const members = (lines: string) =>
        lines.trim().split('\n').map((line) => (JSON.parse(line) as { members: unknown }).members)
      expect(members(found)).toEqual(members(ended.stdout))
    }, 400_000)
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
