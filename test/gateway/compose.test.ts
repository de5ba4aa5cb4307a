import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { composeAll } from '../../gateway/compose.ts'

const FOLDER = join(import.meta.dirname!, '../../schema')

describe('schema/', () => {
  it('is what the subgraphs compose to: run npm run compose and commit when this fails', () => {
    const composed = composeAll()
    expect(readdirSync(FOLDER).filter((name) => name.endsWith('.graphql')).toSorted()).toEqual(
      Object.keys(composed).toSorted(),
    )
    for (const [name, text] of Object.entries(composed)) {
      expect(readFileSync(join(FOLDER, name), 'utf8'), name).toBe(text)
    }
  })

  it('composes to the same text every time', () => {
    expect(composeAll()).toEqual(composeAll())
  })

  it('is readable by any GraphQL tool', () => {
    const { 'supergraph.graphql': supergraph, ...subgraphs } = composeAll()
    const schema = buildSchema(supergraph!)
    const fields = Object.keys(schema.getType('BusinessOrder')!.toConfig() as object)
    expect(fields.length).toBeGreaterThan(0)
    for (const sdl of Object.values(subgraphs)) expect(() => parse(sdl)).not.toThrow()
  })

  it('lets every subgraph add its part to an order', () => {
    const { 'supergraph.graphql': supergraph } = composeAll()
    const order = /type BusinessOrder[^{]*\{([^]*?)\n\}/.exec(supergraph!)![1]!
    for (const field of ['form', 'timeline', 'vouchers', 'accountingEvents', 'payments']) {
      expect(order).toMatch(new RegExp(`\\n\\s+${field}[:(]`))
    }
  })
})
