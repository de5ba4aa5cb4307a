/**
 * A simulated motor insurer's book in a bank's risk graph, brought in through the front door.
 */
import { expect } from 'vitest'
import { MOTOR_DEFAULTS, motorBook } from '../../gateway/subgraphs.ts'
import { entitiesCsv, linksCsv } from './risk.ts'
import { type Bank, until } from './server.ts'

/** Loads a small book with rings among its claims. */
export async function loadMotorBook(bank: Bank): Promise<void> {
  const { entities, links } = motorBook({ ...MOTOR_DEFAULTS, households: 200, seed: 52 })
  const upload = async (name: string, text: string) => {
    const response = await bank.send('investigator', '/files', { method: 'POST', body: text })
    expect(response.status).toBe(201)
    const { hash } = await response.json() as { hash: string }
    return { [name]: hash }
  }
  const files = {
    ...await upload('entities.csv', entitiesCsv(entities)),
    ...await upload('links.csv', linksCsv(links)),
  }
  const { loadRiskGraph } = await bank.ask(
    'investigator',
    `mutation ($input: LoadRiskGraphInput!) {
      loadRiskGraph(input: $input) { ... on RiskLoad { id } ... on RiskRefusal { code } }
    }`,
    { input: { files } },
  )
  await until('the book is loaded', async () => {
    const { riskLoad } = await bank.ask(
      'investigator',
      'query ($id: ID!) { riskLoad(id: $id) { state error } }',
      { id: loadRiskGraph.id },
    )
    expect(riskLoad.error).toBeNull()
    return riskLoad.state === 'DONE'
  })
}
