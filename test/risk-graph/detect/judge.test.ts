import { describe, expect, it } from 'vitest'
import { judgeRings } from '../../../subgraphs/risk-graph/detect/judge.ts'

const set = (...members: number[]) => new Set(members)

describe('rings of a dry run', () => {
  const labelled = new Map([
    ['a', { members: set(1, 2, 3), confirmed: true }],
    ['b', { members: set(4, 5, 6), confirmed: true }],
    ['c', { members: set(7, 8, 9), confirmed: false }],
  ])
  const sample = [{ no: 20, confirmed: true }, { no: 21, confirmed: true }, {
    no: 22,
    confirmed: false,
  }]

  it('are judged by what people said of earlier ones, and by people drawn at random', () => {
    const found = judgeRings([set(1, 2, 3, 99), set(7, 8, 9), set(20, 30, 31)], labelled, sample)
    expect(found).toMatchObject({
      confirmed: 1,
      unfounded: 1,
      missed: 1,
      precision: 0.5,
      recall: 0.5,
      sampleConfirmed: 2,
      sampleFound: 1,
    })
    const [low, high] = found.precisionInterval!
    expect(low).toBeGreaterThan(0.05)
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
  })

  it('say nothing where nobody has said anything', () => {
    expect(judgeRings([set(1, 2, 3)], new Map(), [])).toEqual({
      confirmed: 0,
      unfounded: 0,
      missed: 0,
      precision: null,
      precisionInterval: null,
      recall: null,
      recallInterval: null,
      sampleConfirmed: 0,
      sampleFound: 0,
    })
  })
})
