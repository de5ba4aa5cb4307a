import { describe, expect, it } from 'vitest'
import { readEntity, readLink } from '../../subgraphs/risk-graph/record.ts'
import { refusal } from '../support/rig.ts'

const link = (change: object) => readLink({ from: 'a', to: 'b', kind: 'k', on: '', ...change })
const entity = (change: object) =>
  readEntity({ id: 'a', type: 'person', name: 'n', attributes: '', ...change })

describe('a link', () => {
  it.each([
    ['', null],
    ['2026-01-02', '2026-01-02'],
    ['2026-01-02T23:30:00Z', '2026-01-03'],
    ['2026-01-02T23:30:00+08:00', '2026-01-02'],
    ['2026-01-02T23:30:00', '2026-01-02'],
    ['2026-01-02 23:30', '2026-01-02'],
    [' 2026-01-02 ', '2026-01-02'],
    ['2026/1/2', '2026-01-02'],
    ['2026.01.02', '2026-01-02'],
    ['20260102', '2026-01-02'],
  ])('told on "%s" is of %s', (on, day) => {
    expect(link({ on })).toMatchObject({ ok: true, value: { on: day } })
  })

  it.each([
    [{ on: '2026-02-30' }, 'DATE_MALFORMED /on'],
    [{ on: '2026-02-30 10:00' }, 'DATE_MALFORMED /on'],
    [{ on: '2026-01-02T25:00:00' }, 'DATE_MALFORMED /on'],
    [{ on: '20260230' }, 'DATE_MALFORMED /on'],
    [{ on: '2026/1-2' }, 'DATE_MALFORMED /on'],
    [{ on: '02/01/2026' }, 'DATE_MALFORMED /on'],
    [{ on: 'yesterday' }, 'DATE_MALFORMED /on'],
    [{ from: '' }, 'ID_MALFORMED /from'],
    [{ to: 'x'.repeat(201) }, 'ID_MALFORMED /to'],
    [{ to: 'a' }, 'SELF_LOOP /to'],
    [{ kind: 'same-as' }, 'KIND_MALFORMED /kind'],
  ])('with %j is refused with %s', (change, code) => {
    expect(refusal(link(change))).toBe(code)
  })
})

describe('an entity', () => {
  it('is read whatever the case of its type', () => {
    expect(entity({ type: ' Person', attributes: '{"a":1}' }))
      .toEqual({ ok: true, value: { id: 'a', type: 'person', name: 'n', attributes: { a: 1 } } })
  })

  it.each([
    ['null', {}],
    [' ', {}],
    ['{"a":[null,{"b":-0}],"c":12345678901234567890}', {
      a: [null, { b: -0 }],
      c: 12345678901234567890,
    }],
  ])('may have attributes %s', (attributes, read) => {
    expect(entity({ attributes })).toMatchObject({ ok: true, value: { attributes: read } })
  })

  it.each([
    [{ id: 'a\u0000' }, 'ID_MALFORMED /id'],
    [{ type: 'robot' }, 'TYPE_UNKNOWN /type'],
    [{ name: 'x'.repeat(501) }, 'NAME_TOO_LONG /name'],
    [{ attributes: '[]' }, 'ATTRIBUTES_MALFORMED /attributes'],
    [{ attributes: '{"a":1e400}' }, 'ATTRIBUTES_MALFORMED /attributes'],
    [{ attributes: '{"a":[{"b":-1e999}]}' }, 'ATTRIBUTES_MALFORMED /attributes'],
    [{ attributes: '{"a":"\\ud800"}' }, 'ATTRIBUTES_MALFORMED /attributes'],
  ])('with %j is refused with %s', (change, code) => {
    expect(refusal(entity(change))).toBe(code)
  })
})
