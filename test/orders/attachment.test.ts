import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ATTACHMENTS_MAX,
  attachmentsIn,
  checkAttachment,
} from '../../subgraphs/orders/attachment.ts'

const file = 'a'.repeat(64)

describe('files of an order', () => {
  it('are what its history tells of, and nothing else', () => {
    const at = '2026-11-23T02:03:04.567Z' as never
    const detail = JSON.stringify({ file, name: '发票.pdf', bytes: 12 })
    expect(attachmentsIn([
      { kind: 'SUBMITTED', detail: '{}', actor: 'li', at },
      { kind: 'ATTACHED', detail, actor: 'li', at },
    ])).toEqual([{ file, name: '发票.pdf', bytes: 12, by: 'li', at }])
  })

  it.each(['', '  ', '../etc', 'a\\b', 'a\0b', '\ud800', 'x'.repeat(201)])(
    'are refused by a name such as %j',
    (name) => {
      expect(checkAttachment([], { file, name, bytes: 1 }))
        .toMatchObject({ ok: false, code: 'FILE_NAME_MALFORMED', place: '/name' })
    },
  )

  it('are attached once under one name, and only so many', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: ATTACHMENTS_MAX }), (count) => {
      const present = Array.from({ length: count }, (_, i) => ({ file, name: `${i}`, bytes: 1 }))
      for (const one of present) {
        expect(checkAttachment(present, one)).toMatchObject({ value: false })
      }
      expect(checkAttachment(present, { file, name: 'new', bytes: 1 }))
        .toMatchObject(count < ATTACHMENTS_MAX ? { value: true } : { code: 'ATTACHMENTS_FULL' })
    }))
  })
})
