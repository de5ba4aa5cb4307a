import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Manifest } from '../../../gateway/door/trusted/manifest.ts'
import { type Examples, explorer } from '../../../gateway/web/explorer.ts'
import { onEngine } from '../../rig/engines.ts'
import { sharedServer } from '../../support/server.ts'

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../../schema/documents/${path}`, import.meta.url), 'utf8'))
const manifest = read('manifest.json') as Manifest
const examples = read('partner/examples.json') as Examples

describe('the explorer', () => {
  it('opens with each example and its variables, and a new token each time', async () => {
    let tokens = 0
    const open = explorer(manifest, examples, 'partner', () => Promise.resolve(`t${++tokens}`))
    const [first, second] = [await open(), await open()]
    expect(first.headers).toContain('Bearer t1')
    expect(second.headers).toContain('Bearer t2')
    const [submit] = first.defaultTabs!
    expect(submit!.query).toContain('mutation SubmitOrder')
    expect(JSON.parse(submit!.variables!)).toEqual(examples.SubmitOrder)
  })

  it('is refused with an example of a document that the partner has not registered', () => {
    expect(() => explorer(manifest, { Orders: {} }, 'partner', () => Promise.resolve('')))
      .toThrow('partner has registered no document Orders')
  })
})

onEngine('sqlite', (engine) => {
  const server = sharedServer(engine)

  it.each(Object.entries(examples))('the example %s is answered to the demo partner', async (
    name,
    variables,
  ) => {
    const { text } = Object.values(manifest.documents).find((each) =>
      each.name === name && each.clients.includes('partner')
    )!
    const answer = await server().demo.ask('partner', text, variables)
    expect(answer).toBeDefined()
    if (name === 'SubmitOrder') expect(answer.submitOrder.order.serial).toMatch(/^OA/)
  })
})
