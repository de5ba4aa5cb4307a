import { expect, it } from 'vitest'
import { dropView, keepView, sameSearch, VIEWS_MAX, viewsOf } from '../../web/parts/views.ts'

function memory(kept: Record<string, string> = {}) {
  const map = new Map(Object.entries(kept))
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  }
}

it('views are kept by person and list, in place of one of the same name, and dropped', () => {
  const storage = memory()
  keepView(storage, 'li', 'orders', { name: '付款中', search: { status: 'PAYING' } })
  keepView(storage, 'li', 'orders', { name: '我的', search: { mine: true } })
  keepView(storage, 'li', 'orders', { name: '付款中', search: { status: 'PAYMENT_UNKNOWN' } })
  expect(viewsOf(storage, 'li', 'orders').find(({ name }) => name === '付款中')?.search)
    .toEqual({ status: 'PAYMENT_UNKNOWN' })
  expect(viewsOf(storage, 'li', 'orders')).toHaveLength(2)
  expect(viewsOf(storage, 'wang', 'orders')).toEqual([])
  expect(viewsOf(storage, 'li', 'tasks')).toEqual([])
  dropView(storage, 'li', 'orders', '我的')
  expect(viewsOf(storage, 'li', 'orders').map(({ name }) => name)).toEqual(['付款中'])
})

it('what somebody else wrote into the storage is no view', () => {
  for (const kept of ['{', '{}', '[1, null, {"name": 5, "search": {}}]']) {
    expect(viewsOf(memory({ 'huitong.views.li.orders': kept }), 'li', 'orders')).toEqual([])
  }
})

it('there are only so many', () => {
  const storage = memory()
  for (let i = 0; i < VIEWS_MAX + 3; i++) {
    keepView(storage, 'li', 'orders', { name: `${i}`.padStart(3, '0'), search: {} })
  }
  expect(viewsOf(storage, 'li', 'orders')).toHaveLength(VIEWS_MAX)
})

it('two searches are the same whatever the order of their parts', () => {
  expect(sameSearch({ a: 1, b: '2' }, { b: '2', a: 1 })).toBe(true)
  expect(sameSearch({ a: 1 }, { a: 1, b: '2' })).toBe(false)
  expect(sameSearch({ a: 1 }, { a: '1' })).toBe(false)
})
