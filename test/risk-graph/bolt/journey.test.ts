/**
 * A server whose graphs are on a graph server: the same answers through the front door, and troubles
 * that are told as what they are.
 */
import { describe, expect, it, onTestFinished } from 'vitest'
import * as cypher from '../../../subgraphs/risk-graph/bolt/cypher.ts'
import { onEngine, type TestEngine } from '../../rig/engines.ts'
import { investigate, openClaim, SCORE } from '../../support/graph-journey.ts'
import { graphStub } from '../../support/graph-stub.ts'
import { openTestServer } from '../../support/server.ts'

let engine: TestEngine

async function opened(environment: Readonly<Record<string, string>> = {}) {
  const server = await openTestServer(engine, environment)
  onTestFinished(() => server.close())
  return server
}

async function withStub(environment: Readonly<Record<string, string>> = {}) {
  const stub = await graphStub()
  const server = await opened({ RISK_GRAPH_URL: stub.url, ...environment })
  onTestFinished(() => stub.close())
  return { stub, server, bank: await server.bank() }
}

const AROUND = '{ riskNeighbourhood(id: "P1", hops: 2) { entities { entity { id } } } }'

/** Two people and a claim, in a bank whose graph is on a server. */
async function small(environment: Readonly<Record<string, string>> = {}) {
  const { stub, server, bank } = await withStub(environment)
  const claim = {
    claim: 'C1',
    links: [
      { to: 'P1', kind: 'claimant', type: 'PERSON' },
      { to: 'P2', kind: 'driver', type: 'PERSON' },
    ],
    idempotencyKey: 'journey-small-1',
  }
  expect((await bank.ask('investigator', SCORE, { input: claim })).scoreClaim)
    .toMatchObject({ band: 'PASS' })
  const around = async () => {
    const { data, errors } = await bank.answer('investigator', AROUND)
    return errors?.[0]?.extensions?.code ??
      data.riskNeighbourhood.entities.map(({ entity }: { entity: { id: string } }) => entity.id)
  }
  const ids = ['P1', 'C1', 'P2']
  expect(await around()).toEqual(ids)
  return { stub, server, bank, around, ids }
}

const whatever = (statement: string) => statement === cypher.DEGREES

onEngine('sqlite', (own) => {
  engine = own

  describe('a graph server behind the front door', () => {
    it('answers an investigation as the graph in the process does', async () => {
      const here = await opened()
      const expected = await investigate(await here.bank())
      const { stub, server, bank } = await withStub()
      expect(await investigate(bank)).toEqual(expected)
      const asked = new Set(stub.asked.map(({ statement }) => statement))
      for (const statement of [cypher.LINKS_FROM, cypher.LINKS_AT, cypher.PAGE_NEIGHBOURS]) {
        expect(asked).toContain(statement)
      }
      expect([here.reported, server.reported]).toEqual([[], []])
    }, 300_000)

    it(
      'that drops the line is asked again, and told as unreachable when it stays away',
      async () => {
        const { stub, around, bank, ids } = await small({ RISK_GRAPH_TIMEOUT_MS: '2000' })
        let drops = 1
        stub.trouble = (statement) => whatever(statement) && drops-- > 0 ? 'drop' : undefined
        expect(await around()).toEqual(ids)
        stub.trouble = (statement) => whatever(statement) ? 'drop' : undefined
        expect(await around()).toBe('SERVER_UNREACHABLE')
        const input = openClaim('C2', 'P1', 'P2')
        expect((await bank.ask('investigator', SCORE, { input })).scoreClaim)
          .toMatchObject({ code: 'SERVER_UNREACHABLE' })
        stub.trouble = undefined
        expect(await around()).toEqual(ids)
        const again = await bank.ask('investigator', SCORE, { input })
        expect(again.scoreClaim.people.map(({ id }: { id: string }) => id)).toEqual(['P1', 'P2'])
      },
      60_000,
    )

    it('that stalls is given up', async () => {
      const { stub, around, ids } = await small({ RISK_GRAPH_TIMEOUT_MS: '1500' })
      stub.trouble = (statement) => whatever(statement) ? 'stall' : undefined
      expect(await around()).toBe('SERVER_SILENT')
      stub.trouble = undefined
      expect(await around()).toEqual(ids)
    }, 120_000)

    it('that tells of another tenant is not believed', async () => {
      const { stub, around } = await small()
      stub.trouble = (statement) =>
        statement === cypher.DEGREES
          ? { fields: ['tenant', 'near', 'degree'], rows: [['another', 0, 1]] }
          : undefined
      expect(await around()).toBe('ANSWER_UNBELIEVABLE')
    }, 120_000)

    it('that lost everything is brought up to the record again', async () => {
      const { stub, around, ids } = await small()
      stub.forget()
      expect(await around()).toEqual(ids)
    }, 120_000)

    it('that lost everything is not looked through for rings as it is', async () => {
      const { stub, server, bank } = await small()
      stub.forget()
      const { detectRings } = await bank.ask('investigator', 'mutation { detectRings { id } }')
      const graph = server.server.system.subgraphs['risk-graph']
      let job: unknown
      for await (const news of graph.jobs.watch(bank.tenant, detectRings.id)) job = news
      expect(job).toMatchObject({ state: 'DONE', progress: { entities: 3, links: 2 } })
    }, 120_000)

    it('keeps nobody from the record while it is away: names, loads and cases go on', async () => {
      const { stub, server, bank } = await small({ RISK_GRAPH_TIMEOUT_MS: '1000' })
      await stub.close()
      const { riskEntity } = await bank.ask('investigator', '{ riskEntity(id: "P1") { id name } }')
      expect(riskEntity).toEqual({ id: 'P1', name: '' })
      await bank.ask('investigator', '{ riskCases(first: 1) { edges { cursor } } }')
      const { detectRings } = await bank.ask('investigator', 'mutation { detectRings { id } }')
      const graph = server.server.system.subgraphs['risk-graph']
      let error: string | null = null
      for await (const job of graph.jobs.watch(bank.tenant, detectRings.id)) error = job.error
      expect(error).toMatch(/^SERVER_/)
    }, 120_000)
  })
})
