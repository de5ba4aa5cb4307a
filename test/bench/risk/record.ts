/**
 * The record of 600,000 links: written, read anew as after a crash, and claims scored in it through
 * GraphQL at 100 a second.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute, parse, validate } from 'graphql'
import { scopesOf } from '../../../subgraphs/kernel/actor.ts'
import { folderBlobs } from '../../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../../subgraphs/kernel/ports.ts'
import type { Store } from '../../../subgraphs/kernel/store.ts'
import { riskGraphSchema } from '../../../subgraphs/risk-graph/graph.ts'
import { TYPE } from '../../../subgraphs/risk-graph/detect/world.ts'
import { Mirror } from '../../../subgraphs/risk-graph/mirror.ts'
import { riskGraph, type RunningRiskGraph } from '../../../subgraphs/risk-graph/mod.ts'
import type { EntityType } from '../../../subgraphs/risk-graph/record.ts'
import type { RiskTables } from '../../../subgraphs/risk-graph/tables.ts'
import { writeRecord } from '../../../subgraphs/risk-graph/write-record.ts'
import { seeded } from '../../support/random-graph.ts'
import type { Figure } from '../report.ts'
import { quantile } from './engine.ts'
import { motorColumns } from './motor-columns.ts'

const CLAIMS = 200_000
const BATCH = 4_096
const TENANT = 'bench'
const TYPES: readonly EntityType[] = [
  'claim',
  'person',
  'vehicle',
  'phone',
  'garage',
  'account',
  'address',
]
const RATE_PER_SECOND = 100
const SECONDS = 20
const WARM_UP_SECONDS = 3
const REBUILD_BAR_MS = 10_000
const SCORE = `mutation ($input: ScoreClaimInput!) { scoreClaim(input: $input) {
  __typename ... on RiskScore { score band parts { rule part } evidence { id kind } hubs { id } }
} }`

/** Runs the part. */
export async function benchRecord(report: (figure: Figure) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-'))
  const say = (figure: Omit<Figure, 'suite'>) => report({ suite: 'risk', ...figure })
  const running = await riskGraph.open({
    databaseUrl: `file:${join(folder, 'db')}`,
    ports: systemPorts(),
    blobs: folderBlobs(join(folder, 'files')),
    report: (error) => console.error(error),
  })
  try {
    await running.provision({ tenant: TENANT, institutions: {} })
    const began = performance.now()
    const { entities, links } = await fill(running)
    say({
      case: 'record: rows written',
      value: (entities + links) / ((performance.now() - began) / 1000),
      unit: 'rows/s',
    })
    const start = performance.now()
    const store = running.store as unknown as Store<RiskTables>
    const mirror = new Mirror(store, TENANT, { report: (error) => console.error(error) })
    const read = await mirror.ask((graph) => graph.cursor())
    const rebuildMs = performance.now() - start
    say({
      case: `rebuild from the record, ${read.links} links`,
      value: rebuildMs,
      unit: 'ms',
      bar: `<= ${REBUILD_BAR_MS} ms`,
      ok: rebuildMs <= REBUILD_BAR_MS && read.links === links,
    })
    await benchScores(running, say)
  } finally {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function fill(running: RunningRiskGraph): Promise<{ entities: number; links: number }> {
  const store = running.store as unknown as Store<RiskTables>
  const { types, columns } = motorColumns(CLAIMS)
  const idOf = (node: number) => `n${node}`
  let entities = 0
  let links = 0
  for (let at = 0; at < types.length; at += BATCH) {
    const nodes = Array.from({ length: Math.min(BATCH, types.length - at) }, (_, i) => at + i)
    const drafts = nodes.map((node) => ({
      line: node,
      draft: { id: idOf(node), type: TYPES[types[node]!]!, name: `${node}`, attributes: {} },
    }))
    const written = await store.write((tx) => writeRecord(tx, batchOf(drafts, []), () => undefined))
    entities += written.entities
  }
  const mirror = running.mirror(TENANT)
  await mirror.catchUp()
  for (let at = 0; at < columns.from.length; at += BATCH) {
    const edges = Array.from(
      { length: Math.min(BATCH, columns.from.length - at) },
      (_, i) => at + i,
    )
    const drafts = edges.map((edge) => ({
      line: edge,
      draft: {
        from: idOf(columns.from[edge]!),
        to: idOf(columns.to[edge]!),
        kind: `k${columns.kind[edge]}`,
        on: new Date(columns.day[edge]! * 86_400_000).toISOString().slice(0, 10),
      },
    }))
    const written = await store.write((tx) =>
      writeRecord(tx, batchOf([], drafts), (id) => mirror.ids.find(id))
    )
    links += written.links
  }
  await mirror.ask(() => Promise.resolve())
  return { entities, links }
}

function batchOf(
  entities: Parameters<typeof writeRecord>[1]['entities'],
  links: Parameters<typeof writeRecord>[1]['links'],
) {
  return { tenant: TENANT, batch: 'bench', at: '2026-11-23T04:00:00.000Z', entities, links }
}

/** Claims come at their times whether earlier ones are done or not: waiting counts. */
async function benchScores(
  running: RunningRiskGraph,
  say: (figure: Omit<Figure, 'suite'>) => void,
): Promise<void> {
  // Parsed and validated once, as the gateway does with a document that it knows.
  const schema = riskGraphSchema()
  const document = parse(SCORE)
  if (validate(schema, document).length > 0) throw new Error('the document is not valid')
  const random = seeded(11)
  const { types } = running.mirror(TENANT)
  const nodes = types.length
  const any = (type: number) => {
    while (true) {
      const node = Math.floor(random() * nodes)
      if (types[node] === type) return `n${node}`
    }
  }
  const [person, vehicle, phone, account, garage] =
    (['person', 'vehicle', 'phone', 'account', 'garage'] as const).map((type) => TYPE[type])
  const actor = {
    tenant: TENANT,
    subject: 'bench',
    name: 'bench',
    kind: 'person' as const,
    roles: ['investigator'],
    scopes: scopesOf(['investigator'], []),
  }
  const one = async (i: number) => {
    const input = {
      claim: `open-${i}`,
      links: [
        { to: any(person!), kind: 'claimant', on: '2026-11-23' },
        { to: any(vehicle!), kind: 'vehicle', on: '2026-11-23' },
        { to: any(phone!), kind: 'phone' },
        { to: any(account!), kind: 'paid-to' },
        { to: any(garage!), kind: 'garage', on: '2026-11-23' },
      ],
      idempotencyKey: `bench-score-${i}`,
    }
    const contextValue = running.context({ actor, traceId: 'bench' })
    const { data, errors } = await execute({
      schema,
      document,
      contextValue,
      variableValues: { input },
    })
    const answered = (data?.scoreClaim as { __typename: string } | undefined)?.__typename
    if (answered !== 'RiskScore') throw new Error(`not scored: ${errors?.[0]?.message ?? answered}`)
  }
  const total = (SECONDS + WARM_UP_SECONDS) * RATE_PER_SECOND
  const took: number[] = []
  const under: Promise<void>[] = []
  const began = performance.now()
  for (let i = 0; i < total; i++) {
    const due = began + (i * 1000) / RATE_PER_SECOND
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    under.push(
      one(i).then(() => {
        if (i >= WARM_UP_SECONDS * RATE_PER_SECOND) took.push(performance.now() - due)
      }),
    )
  }
  await Promise.all(under)
  const sorted = Float64Array.from(took).sort()
  for (const [name, share, bar] of [['p50', 0.5, 5], ['p99', 0.99, 25]] as const) {
    const value = quantile(sorted, share)
    say({
      case: `claim scored through GraphQL at ${RATE_PER_SECOND}/s, from when it was due: ${name}`,
      value,
      unit: 'ms',
      bar: `<= ${bar} ms`,
      ok: value <= bar,
    })
  }
  say({ case: 'claim scored through GraphQL: longest', value: sorted.at(-1)!, unit: 'ms' })
}
