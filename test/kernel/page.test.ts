import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_MAX, pageOf, pageRequest } from '../../subgraphs/kernel/page.ts'

const key = fc.string({ unit: 'grapheme', minLength: 1 })

describe('page', () => {
  it('the cursor of a row asks for what follows that row', () => {
    fc.assert(fc.property(key, (key) => {
      const { endCursor } = pageOf([key], 1, (row) => row).pageInfo
      expect(pageRequest({ first: 7, after: endCursor })).toEqual({
        ok: true,
        value: { limit: 7, after: key },
      })
    }))
  })

  it('a list walked page by page is the whole list, in order', () => {
    const keys = fc.uniqueArray(key, { maxLength: 30 }).map((keys) => keys.sort())
    fc.assert(fc.property(keys, fc.integer({ min: 1, max: 10 }), (rows, first) => {
      const seen: string[] = []
      let after: string | null = null
      for (let more = true; more;) {
        const request = pageRequest({ first, after })
        if (!request.ok) throw new Error(request.message)
        const { limit, after: last } = request.value
        const found = rows.filter((row) => last === undefined || row > last).slice(0, limit + 1)
        const page = pageOf(found, limit, (row) => row)
        expect(page.edges.length).toBeLessThanOrEqual(first)
        seen.push(...page.edges.map((edge) => edge.node))
        after = page.pageInfo.endCursor
        more = page.pageInfo.hasNextPage
      }
      expect(seen).toEqual(rows)
    }))
  })

  it('an empty page has no cursor and nothing after it', () => {
    expect(pageOf([], 20, () => 'x')).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    })
  })

  it('without arguments a page begins at the start', () => {
    expect(pageRequest({})).toEqual({ ok: true, value: { limit: 20, after: undefined } })
    expect(pageRequest({ first: null, after: null })).toMatchObject({ ok: true })
    expect(pageRequest({ first: PAGE_MAX })).toMatchObject({ ok: true })
  })

  it.each([0, -1, PAGE_MAX + 1, 1.5, NaN])('%s rows are refused', (first) => {
    expect(pageRequest({ first })).toMatchObject({ code: 'PAGE_TOO_LARGE', place: '/first' })
  })

  it.each(['', '!', 'a', 'YQ==', '_w', 'Y Q'])('the cursor %j is refused', (after) => {
    expect(pageRequest({ after })).toMatchObject({ code: 'CURSOR_MALFORMED', place: '/after' })
  })
})
