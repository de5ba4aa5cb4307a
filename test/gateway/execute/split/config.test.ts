import { describe, expect, it } from 'vitest'
import { readSplit, readSubgraphSplit } from '../../../../gateway/execute/split/config.ts'

const NAMES = ['orders', 'ledger', 'risk-graph']
const SUBGRAPH_HMAC_KEYS = `demo:${btoa('a demo key, not a secret at all!!')}`
const SUBGRAPH_LEDGER_URL = 'http://127.0.0.1:4001/graphql'

describe('the configuration of a split', () => {
  it('is none when everything is here', () => {
    expect(readSplit({}, NAMES)).toBeUndefined()
    expect(readSplit({ EXECUTOR: 'collapsed' }, NAMES)).toBeUndefined()
  })

  it('tells where subgraphs are and how long they may take', () => {
    const split = readSplit({
      SUBGRAPH_HMAC_KEYS,
      SUBGRAPH_LEDGER_URL,
      SUBGRAPH_LEDGER_TIMEOUT_MS: '250',
      SUBGRAPH_RISK_GRAPH_URL: 'https://risk.example/graphql',
      SUBGRAPH_RESPONSE_LIMIT_BYTES: '1000',
      EXECUTOR: 'plan',
    }, NAMES)
    expect(split?.remotes).toEqual([
      { name: 'ledger', url: SUBGRAPH_LEDGER_URL, timeoutMs: 250, responseLimitBytes: 1000 },
      {
        name: 'risk-graph',
        url: 'https://risk.example/graphql',
        timeoutMs: 10_000,
        responseLimitBytes: 1000,
      },
    ])
    expect(split?.keys.map(({ id }) => id)).toEqual(['demo'])
  })

  it.each([
    [{ SUBGRAPH_LEDGER_URL }, 'SUBGRAPH_HMAC_KEYS: processes sign'],
    [{ SUBGRAPH_LEDGER_URL, SUBGRAPH_HMAC_KEYS: 'x' }, 'SUBGRAPH_HMAC_KEYS: key 1 has no id'],
    [
      { SUBGRAPH_LEDGER_URL, SUBGRAPH_HMAC_KEYS, EXECUTOR: 'collapsed' },
      'EXECUTOR: collapsed reaches only what is in this process, and SUBGRAPH_LEDGER_URL is set',
    ],
    [{ SUBGRAPH_LEGDER_URL: SUBGRAPH_LEDGER_URL }, 'SUBGRAPH_LEGDER_URL: there is no such'],
    [
      { SUBGRAPH_LEDGER_URL: 'ledger:4001', SUBGRAPH_HMAC_KEYS },
      'SUBGRAPH_LEDGER_URL: ledger:4001',
    ],
    [
      { SUBGRAPH_LEDGER_URL: 'http://u:p@ledger/graphql', SUBGRAPH_HMAC_KEYS },
      'SUBGRAPH_LEDGER_URL: requests are signed',
    ],
    [
      { SUBGRAPH_LEDGER_URL, SUBGRAPH_HMAC_KEYS, SUBGRAPH_LEDGER_TIMEOUT_MS: '0' },
      'SUBGRAPH_LEDGER_TIMEOUT_MS: 0 is not',
    ],
    [
      { SUBGRAPH_LEDGER_URL, SUBGRAPH_HMAC_KEYS, SUBGRAPH_RESPONSE_LIMIT_BYTES: '1e9' },
      'SUBGRAPH_RESPONSE_LIMIT_BYTES: 1e9 is not',
    ],
  ])('%j is refused by name', (env, message) => {
    expect(() => readSplit(env, NAMES)).toThrow(RangeError)
    expect(() => readSplit(env, NAMES)).toThrow(message)
  })

  it('of a process with one subgraph needs to know of all others, and not of itself', () => {
    const env = {
      SUBGRAPH_HMAC_KEYS,
      SUBGRAPH_LEDGER_URL,
      SUBGRAPH_ORDERS_URL: 'http://127.0.0.1:4000/graphql',
    }
    expect(() => readSubgraphSplit(env, NAMES, 'ledger')).toThrow('SUBGRAPH_RISK_GRAPH_URL')
    const { remotes } = readSubgraphSplit(env, ['orders', 'ledger'], 'ledger')
    expect(remotes.map(({ name }) => name)).toEqual(['orders'])
  })
})
