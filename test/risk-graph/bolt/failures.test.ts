/**
 * A server that drops, stalls, keeps what was rolled back, or lies; and what is said to each dialect.
 */
import { describe, expect, it, onTestFinished } from 'vitest'
import { BoltGraph } from '../../../subgraphs/risk-graph/bolt/bolt-graph.ts'
import * as cypher from '../../../subgraphs/risk-graph/bolt/cypher.ts'
import { EmbeddedGraph } from '../../../subgraphs/risk-graph/embedded.ts'
import { boltStub, type StubAnswer, type StubScript } from '../../support/bolt-stub.ts'
import { batchOf, portContract, rowsOf } from '../../support/port-contract.ts'

const NOTHING: StubAnswer = { fields: [], rows: [] }
const ZERO: StubAnswer = { fields: ['count'], rows: [[0]] }
/** Enough for a busy machine; only what is to run out of it takes less. */
const TIMEOUT_MS = 20_000
const SHORT_MS = 1_500
const WALK = { hops: 1, hubCap: 9, limit: 9 }

/** A graph on a server with a script; what the script leaves out is answered as by an empty server. */
async function scripted(
  script: (statement: string, p: Readonly<Record<string, unknown>>) => StubAnswer | undefined,
) {
  const stub = await boltStub((statement, parameters) => {
    const answer = script(statement, parameters)
    if (answer !== undefined) return answer
    return statement === cypher.PROBE_READ ? ZERO : NOTHING
  })
  onTestFinished(() => stub.close())
  const open = async (timeoutMs = TIMEOUT_MS) => {
    const graph = await BoltGraph.open('t1', {
      url: stub.url,
      dialect: 'memgraph',
      timeoutMs,
    })
    onTestFinished(() => graph.close())
    return graph
  }
  return { stub, open }
}

const degreeOf = (tenant: unknown, near: unknown, degree: unknown): StubAnswer => ({
  fields: ['tenant', 'near', 'degree'],
  rows: [[tenant, near, degree]],
})
/** One link at entity 0, as a server tells of it. */
const linkAt = (change: Readonly<Record<string, unknown>> = {}): StubAnswer => {
  const row = { near: 0, tenant: 't1', far: 1, start: 0, no: 7, kind: 1, day: null, ...change }
  return { fields: Object.keys(row), rows: [Object.values(row)] }
}

describe('the embedded graph', () => {
  portContract(() => Promise.resolve(new EmbeddedGraph()))
})

describe('a server', () => {
  it('is asked what its dialect knows, once, and is probed first', async () => {
    const { stub, open } = await scripted(() => undefined)
    await open()
    const statements = stub.asked.map(({ statement }) => statement).filter((s) => s !== 'HELLO')
    expect(statements.slice(0, 3)).toEqual(['BEGIN', cypher.PROBE_WRITE, 'ROLLBACK'])
    expect(
      statements.filter((s) => s.startsWith('CREATE INDEX') || s.startsWith('CREATE CONSTRAINT')),
    )
      .toEqual([...cypher.setUp('memgraph')])
  })

  it('that keeps what was rolled back is refused', async () => {
    const { stub, open } = await scripted((statement) =>
      statement === cypher.PROBE_READ ? { fields: ['count'], rows: [[1]] } : undefined
    )
    await expect(open()).rejects.toMatchObject({ code: 'ROLLBACK_IGNORED', retryable: false })
    expect(stub.asked.map(({ statement }) => statement)).toContain(cypher.PROBE_CLEAN)
  })

  it('that says it has an index already is no trouble; one that knows no index is', async () => {
    const there = await scripted((statement) =>
      statement.startsWith('CREATE INDEX')
        ? { code: 'Memgraph.ClientError.X', message: 'Index already exists' }
        : undefined
    )
    await there.open()
    const unable = await scripted((statement) =>
      statement.startsWith('CREATE INDEX')
        ? { code: 'Neo.ClientError.Statement.SyntaxError', message: 'no such thing' }
        : undefined
    )
    await expect(unable.open()).rejects.toMatchObject({ code: 'SERVER_REFUSED' })
  })

  it('that does not let us in is told as such', async () => {
    const { open } = await scripted((statement) =>
      statement === 'HELLO'
        ? { code: 'Neo.ClientError.Security.Unauthorized', message: 'wrong password' }
        : undefined
    )
    await expect(open()).rejects.toMatchObject({ code: 'SERVER_REFUSED', retryable: false })
  })

  it('that is not there is told as such, and may be asked again', async () => {
    const stub = await boltStub(() => NOTHING)
    await stub.close()
    await expect(BoltGraph.open('t1', { url: stub.url, dialect: 'neo4j', timeoutMs: SHORT_MS }))
      .rejects.toMatchObject({ code: 'SERVER_UNREACHABLE', retryable: true })
  })

  it('that stalls is given up after the time that a question has', async () => {
    const { open } = await scripted((statement) =>
      statement === cypher.READ_CURSOR ? 'stall' : undefined
    )
    const graph = await open(SHORT_MS)
    await expect(graph.cursor()).rejects.toMatchObject({ code: 'SERVER_SILENT', retryable: true })
  })

  it('with a passing trouble is asked again, and the batch is taken in once', async () => {
    let tries = 0
    const script: StubScript = (statement) => {
      if (statement === cypher.PROBE_READ) return ZERO
      if (statement !== cypher.MOVE_CURSOR) return NOTHING
      tries += 1
      return tries < 2
        ? { code: 'Neo.TransientError.Transaction.DeadlockDetected' }
        : { fields: ['links'], rows: [[0]] }
    }
    const stub = await boltStub(script)
    onTestFinished(() => stub.close())
    const graph = await BoltGraph.open('t1', {
      url: stub.url,
      dialect: 'neo4j',
      timeoutMs: TIMEOUT_MS,
    })
    onTestFinished(() => graph.close())
    const entities = [{ id: 'a', type: 'person' as const }]
    expect(await graph.upsert(batchOf({ entities })))
      .toEqual({ entities: 1, links: 0, ends: 0 })
    expect(tries).toBe(2)
    expect(stub.asked.filter(({ statement }) => statement === cypher.PUT_ENTITIES)).toHaveLength(1)
  })

  it('that stands elsewhere is not asked again: the batch is what does not fit', async () => {
    const { stub, open } = await scripted(() => undefined)
    const graph = await open()
    const entities = [{ id: 'a', type: 'person' as const }]
    await expect(graph.upsert(batchOf({ entities })))
      .rejects.toMatchObject({ code: 'CURSOR_ELSEWHERE', retryable: true })
    const moves = stub.asked.filter(({ statement }) => statement === cypher.MOVE_CURSOR)
    expect(moves).toHaveLength(1)
  })

  it('that drops the line in the middle is asked again', async () => {
    let tries = 0
    const { open } = await scripted((statement) => {
      if (statement !== cypher.READ_CURSOR) return undefined
      tries += 1
      return tries === 1 ? 'drop' : { fields: ['entities', 'links', 'ends'], rows: [[3, 2, 1]] }
    })
    const graph = await open()
    expect(await graph.cursor()).toEqual({ entities: 3, links: 2, ends: 1 })
    expect(tries).toBe(2)
  })

  it.each<[string, StubAnswer]>([
    ['of another tenant', degreeOf('t2', 0, 1)],
    ['of what was not asked about', degreeOf('t1', 5, 1)],
    ['with a fraction for a count', degreeOf('t1', 0, 1.5)],
    ['with a negative count', degreeOf('t1', 0, -1)],
    ['with a text for a count', degreeOf('t1', 0, 'many')],
    ['with no number', degreeOf('t1', null, 1)],
  ])('that answers %s is not believed', async (_, answer) => {
    const { open } = await scripted((statement) =>
      statement === cypher.DEGREES ? answer : undefined
    )
    const graph = await open()
    await expect(graph.walk(0, WALK)).rejects.toMatchObject({
      code: 'ANSWER_UNBELIEVABLE',
      retryable: false,
    })
  })

  it.each([
    ['of another tenant', { tenant: 't2' }],
    ['that begins elsewhere', { start: 9 }],
    ['of nobody who was asked about', { near: 4, start: 4 }],
    ['with a day that is none', { day: 'today' }],
    ['with a fraction for a number', { no: 0.5 }],
  ])('that tells of a link %s is not believed', async (_, change) => {
    const { open } = await scripted((statement) => {
      if (statement === cypher.DEGREES) return degreeOf('t1', 0, 1)
      return statement === cypher.LINKS_AT ? linkAt(change) : undefined
    })
    const graph = await open()
    await expect(graph.walk(0, WALK)).rejects.toMatchObject({ code: 'ANSWER_UNBELIEVABLE' })
    await expect(graph.links([0])).rejects.toMatchObject({ code: 'ANSWER_UNBELIEVABLE' })
  })

  it('that forgot an entity which was read is told to stand elsewhere', async () => {
    const { open } = await scripted(() => undefined)
    const graph = await open()
    await expect(graph.walk(0, WALK)).rejects.toMatchObject({ code: 'CURSOR_ELSEWHERE' })
  })

  it('is not asked for the links of a hub between which and another nobody can look', async () => {
    const { stub, open } = await scripted((statement, { keys }) => {
      if (statement.includes('AS hops')) return { fields: ['hops'], rows: [[1]] }
      if (statement !== cypher.DEGREES) return undefined
      const rows = (keys as string[]).map((
        key,
      ) => ['t1', Number(key.split('\u001f')[1]), 5_000_000])
      return { fields: ['tenant', 'near', 'degree'], rows }
    })
    const graph = await open()
    await expect(graph.ways(0, 1, { maxHops: 2, count: 1, hubCap: 9, effort: 1_000 }))
      .rejects.toMatchObject({ code: 'SERVER_REFUSED', retryable: false })
    expect(stub.asked.map(({ statement }) => statement)).not.toContain(cypher.LINKS_AT)
  })

  it('that hands over fewer links than it took in is not believed', async () => {
    const { open } = await scripted((statement) => {
      if (statement === cypher.READ_CURSOR) {
        return { fields: ['entities', 'links', 'ends'], rows: [[2, 9, 1]] }
      }
      return statement === cypher.LINKS_FROM ? linkAt() : undefined
    })
    const graph = await open()
    await expect(Array.fromAsync(graph.snapshot()))
      .rejects.toMatchObject({ code: 'ANSWER_UNBELIEVABLE' })
  })

  it('is told of texts by parameters alone', async () => {
    const hostile = "'}) DETACH DELETE n //"
    const { stub, open } = await scripted((statement) => {
      if (statement === cypher.MOVE_CURSOR) return { fields: ['links'], rows: [[0]] }
      return statement === cypher.PUT_LINKS ? { fields: ['count'], rows: [[1]] } : undefined
    })
    const graph = await open()
    const entities = [hostile, 'b'].map((id) => ({ id, type: 'phone' as const }))
    const links = rowsOf([[0, 1, 1, 3]])
    await graph.upsert(batchOf({ entities, links, kinds: ['same-as', hostile] }))
    expect(stub.asked.filter(({ statement }) => statement.includes('DETACH'))).toEqual([])
    expect(JSON.stringify(stub.asked.map(({ parameters }) => parameters))).toContain(hostile)
  })
})

describe('Cypher', () => {
  it('finds how far two are apart as each dialect does', () => {
    expect(cypher.distance('memgraph', 4)).toBe(
      'MATCH (a:RiskEntity {key: $a}), (b:RiskEntity {key: $b}) ' +
        'MATCH p = (a)-[:LINK *BFS ..4]-(b) RETURN size(relationships(p)) AS hops',
    )
    expect(cypher.distance('neo4j', 4)).toBe(
      'MATCH (a:RiskEntity {key: $a}), (b:RiskEntity {key: $b}) ' +
        'MATCH p = shortestPath((a)-[:LINK*..4]-(b)) RETURN length(p) AS hops',
    )
  })

  it.each([0, 21, 1.5, NaN, '4) DETACH DELETE (n' as unknown as number])(
    'takes no %s for hops',
    (hops) => {
      for (const dialect of cypher.DIALECTS) {
        expect(() => cypher.distance(dialect, hops)).toThrow(
          RangeError,
        )
      }
    },
  )

  it('sets up by the native forms of Memgraph and by names in Neo4j', () => {
    expect(cypher.setUp('memgraph')).toContain('CREATE INDEX ON :RiskEntity(key)')
    expect(cypher.setUp('memgraph').join(' ')).not.toMatch(/ FOR \(|IF NOT EXISTS/)
    expect(cypher.setUp('neo4j').every((statement) => statement.includes('IF NOT EXISTS'))).toBe(
      true,
    )
  })
})
