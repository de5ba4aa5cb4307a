import { afterEach, describe, expect, it, vi } from 'vitest'
import { progressLines, progressText } from '../../gateway/import/progress.ts'
import { type ImportProgress, importProgress } from '../../gateway/subgraphs.ts'

const progress = (change: Partial<ImportProgress>) => importProgress(change)

describe('progress as text', () => {
  it('tells the phase, the share, the rate, the time left and what became of the rows', () => {
    const halfRead = progress({ bytes: 500, bytesTotal: 1000, rows: 100, posted: 40, waiting: 60 })
    expect(progressText(halfRead, 10)).toBe(
      'reading    35 %  100 rows, 10/s, 19 s left  posted 40, waiting 60, refused 0',
    )
  })

  it('promises no time before anything was done, and none once all is done', () => {
    expect(progressText(progress({ bytesTotal: 1000 }), 0)).toBe(
      'reading     0 %  0 rows, 0/s  posted 0, waiting 0, refused 0',
    )
    const done = progress({ phase: 'DONE', rows: 5, posted: 3, refused: 2 })
    expect(progressText(done, 2)).toBe(
      'done      100 %  5 rows, 3/s  posted 3, waiting 0, refused 2',
    )
  })

  it('is never at 100 % before it is done', () => {
    const settled = progress({ phase: 'SETTLING', bytes: 9, bytesTotal: 9, rows: 3, posted: 3 })
    expect(progressText(settled, 1)).toContain(' 99 %')
  })
})

describe('progress as output', () => {
  afterEach(() => void vi.restoreAllMocks())

  const written = (isTTY: boolean) => {
    const texts: string[] = []
    let now = 1_000_000
    vi.spyOn(Date, 'now').mockImplementation(() => now)
    const lines = progressLines({ isTTY, write: (text) => texts.push(text) })
    return { texts, lines, pass: (ms: number) => void (now += ms) }
  }
  const reading = progress({ bytesTotal: 10 })

  it('is one bar on a terminal, drawn over itself and ended by a line feed', () => {
    const { texts, lines, pass } = written(true)
    lines.show(reading)
    pass(99)
    lines.show(reading)
    pass(1)
    lines.show({ ...reading, bytes: 10, rows: 2, posted: 2 })
    lines.end()
    expect(texts).toHaveLength(3)
    expect(texts[0]).toContain(`\r\x1b[2K[${'.'.repeat(24)}] reading `)
    expect(texts[1]).toContain(`\r\x1b[2K[${'#'.repeat(24)}] reading    99 %`)
    expect(texts[2]).toBe('\n')
  })

  it('is plain lines elsewhere, seldom but at every turn of a phase', () => {
    const { texts, lines, pass } = written(false)
    lines.show(reading)
    pass(1999)
    lines.show(reading)
    lines.show({ ...reading, phase: 'SETTLING' })
    pass(2000)
    lines.show({ ...reading, phase: 'SETTLING' })
    lines.end()
    expect(texts.map((text) => text.split(' ')[0])).toEqual(['reading', 'settling', 'settling'])
    expect(texts.every((text) => text.endsWith('\n') && !text.includes('\x1b'))).toBe(true)
  })
})
