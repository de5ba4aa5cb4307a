import { describe, expect, it } from 'vitest'
import { hostileRequests, runHostile } from '../../bench/hostile.ts'
import { openDoor, SUPERGRAPH_SDL, supergraphSchema } from '../../support/door.ts'

const ORDINARY = '{ orders(first: 2) { edges { node { serial amount { amount } } } } }'
const SENT = 480

describe('the hostile corpus', () => {
  it('is the same for the same seed, and not for another', async () => {
    const texts = async (seed: number) =>
      await Promise.all(
        Array.from(hostileRequests(12, seed), async ({ request }) => await request().text()),
      )
    expect(await texts(7)).toEqual(await texts(7))
    expect(await texts(7)).not.toEqual(await texts(8))
  })

  it('is refused whole, nothing of it is executed, and others are served in between', async () => {
    const door = await openDoor({
      sdl: SUPERGRAPH_SDL,
      schema: supergraphSchema(),
      rootValue: { orders: { edges: [] } },
      settings: { rate: { on: false } },
    })
    let ordinary = 0
    const report = await runHostile(door.fetch, {
      count: SENT,
      async between(index) {
        if (index % 20 !== 0) return
        const { status, body } = await door.post({ query: ORDINARY })
        expect([status, body.data]).toEqual([200, { orders: { edges: [] } }])
        ordinary += 1
      },
    })
    expect(report.passed).toEqual([])
    expect(ordinary).toBe(SENT / 20)
    expect(door.executed()).toBe(ordinary)
    // A sample of what must be among the reasons.
    expect(Object.keys(report.codes)).toEqual(expect.arrayContaining([
      'BATCH_TOO_LARGE',
      'BODY_NOT_UTF8',
      'BODY_TOO_DEEP',
      'BODY_TOO_LARGE',
      'BODY_TOO_WIDE',
      'COST_LIMIT_EXCEEDED',
      'DOCUMENT_TOO_COMPLEX',
      'DOCUMENT_TOO_DEEP',
      'FRAGMENT_CYCLE',
    ]))
  })
})
