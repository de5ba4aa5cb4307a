/**
 * What an investigator asks, through the front door, whatever graph is behind it.
 */
import { expect } from 'vitest'
import { loadMotorBook } from './motor-book.ts'
import { type Bank, until } from './server.ts'

// What GraphQL answers has the shape that the test asked for.
// deno-lint-ignore no-explicit-any
type Anything = any

const LINK = '{ id kind on from { id } to { id } }'

/** Loads a simulated book, asks everything that a graph is asked, and answers the answers. */
export async function investigate(bank: Bank): Promise<Anything[]> {
  await loadMotorBook(bank)
  const ask = (query: string, variables: object = {}) => bank.ask('investigator', query, variables)
  const answers: Anything[] = []

  const { detectRings } = await ask('mutation { detectRings { id } }')
  await until('rings are looked for', async () => {
    const { riskDetection } = await ask(
      'query ($id: ID!) { riskDetection(id: $id) { state error } }',
      { id: detectRings.id },
    )
    expect(riskDetection.error).toBeNull()
    return riskDetection.state === 'DONE'
  }, 5_000)
  const { riskAlerts } = await ask(`{ riskAlerts(first: 3) { edges { node {
    id score members { entity { id } score } hubs { id } path { from { id } to { id } }
    replay { score matches }
  } } } }`)
  const alerts = riskAlerts.edges.map((edge: Anything) => edge.node)
  for (const { replay } of alerts) expect(replay.matches).toBe(true)
  answers.push(alerts.map(({ id: _, ...rest }: Anything) => rest))
  const [one, two] = alerts[0].members.map(({ entity }: Anything) => entity.id)

  const entity = `query ($id: ID!, $from: Date) { riskEntity(id: $id) {
    id degree
    neighbours(first: 5) { total page { edges { node { entity { id } link ${LINK} } }
      pageInfo { hasNextPage endCursor } } }
    claims: neighbours(first: 5, type: CLAIM, from: $from) { total }
  } }`
  answers.push((await ask(entity, { id: one, from: '2024-09-01' })).riskEntity)
  answers.push(await ask(entity, { id: 'NOBODY' }))
  for (const window of [{}, { from: '2024-03-01', to: '2025-03-01' }]) {
    const around = `query ($id: ID!, $from: Date, $to: Date) {
      riskNeighbourhood(id: $id, hops: 3, hubCap: 20, limit: 200, from: $from, to: $to) {
        entities { entity { id } distance } links { id } hubs { id } cut } }`
    answers.push((await ask(around, { id: one, ...window })).riskNeighbourhood)
    const paths = `query ($a: ID!, $b: ID!, $from: Date, $to: Date) {
      riskPaths(a: $a, b: $b, maxHops: 4, from: $from, to: $to) {
        paths { entities { id } links { id } } cut } }`
    answers.push((await ask(paths, { a: one, b: two, ...window })).riskPaths)
  }

  await ask(
    `mutation ($entity: ID!) { watchRiskEntity(input: { entity: $entity, reason: "多次出险" }) {
      ... on RiskWatch { since } ... on RiskRefusal { code } } }`,
    { entity: one },
  )
  const scored = (await ask(SCORE, { input: openClaim('N1', one, two) })).scoreClaim
  expect(scored.parts.length).toBeGreaterThan(0)
  answers.push(scored)
  const news = await ask('{ riskWatchList { entity { id } news { kind from { id } } } }')
  expect(news.riskWatchList).toEqual([
    { entity: { id: one }, news: [{ kind: 'claimant', from: { id: 'N1' } }] },
  ])
  answers.push((await ask(entity, { id: one, from: '2024-09-01' })).riskEntity)
  return answers
}

/** The mutation that scores, and a claim of one person paid in common with another. */
export const SCORE = `mutation ($input: ScoreClaimInput!) { scoreClaim(input: $input) {
  ... on RiskScore { score band parts { rule part } people { id } evidence { id } hubs { id } }
  ... on RiskRefusal { code message }
} }`

export function openClaim(claim: string, one: string, two: string) {
  return {
    claim,
    links: [
      { to: one, kind: 'claimant', on: '2026-05-06' },
      { to: two, kind: 'driver', on: '2026-05-06' },
    ],
    idempotencyKey: `journey-${claim}-0001`,
  }
}
