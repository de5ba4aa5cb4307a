import { describe, expect, it } from 'vitest'
import { refusedPostings } from '../../web/parts/postings.ts'

const event = (id: string, type: string, outcome: string, day: number) => ({
  id,
  type,
  outcome,
  receivedAt: `2026-11-0${day}T00:00:00.000Z`,
})
const idsOf = (events: Parameters<typeof refusedPostings>[0]) =>
  refusedPostings(events).map(({ id }) => id)

describe('postings that the books refused', () => {
  it('are those of types that have not been posted since, oldest first', () => {
    expect(idsOf([
      event('settled', 'x.settled', 'REFUSED', 3),
      event('approved', 'x.approved', 'REFUSED', 1),
      event('again', 'x.approved', 'POSTED', 2),
      event('reversed', 'x.reversed', 'REFUSED', 2),
    ])).toEqual(['reversed', 'settled'])
  })

  it('are told once for each type, by the newest refusal', () => {
    expect(idsOf([
      event('second', 'x.approved', 'REFUSED', 2),
      event('first', 'x.approved', 'REFUSED', 1),
    ])).toEqual(['second'])
    expect(idsOf([])).toEqual([])
  })
})
