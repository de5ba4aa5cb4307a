import { describe, expect, it } from 'vitest'
import type { ReviewNews } from '../../subgraphs/documents/review-task.ts'
import { runReview } from '../../subgraphs/documents/review-thread.ts'
import { pdfOf } from './fixtures/pdf.ts'
import { reportDocx, reportParts, reportPdf } from './fixtures/report.ts'

const good = { name: 'a.pdf', data: reportPdf(reportParts({ year: 2021 })) }

describe('a review in its thread', () => {
  it('tells of pages and findings as it goes, and what each figure came to', async () => {
    const wrong = reportParts({ year: 2021 }).map((part) =>
      typeof part === 'string' ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part
    )
    const news: ReviewNews[] = []
    const outcome = await runReview(
      { files: [{ name: 'b.pdf', data: reportPdf(wrong) }] },
      (one) => news.push(one),
    )
    expect(outcome.findings.map(({ code }) => code)).toEqual(['CAPITAL_DIFFERS'])
    expect(news.some((one) => one.kind === 'findings')).toBe(true)
    expect(news.findLast((one) => one.kind === 'page')).toMatchObject({ page: 9, pages: 9 })
    const [file] = outcome.files
    expect(file).toMatchObject({ refused: null, kind: 'pdf', year: 2021 })
    const facts = file!.refused === null ? file!.facts : []
    const cash = facts.find(({ item, scope, period }) =>
      item === '货币资金' && scope === 'group' && period === '2021-12-31'
    )
    expect(cash).toMatchObject({ state: 'VERIFIED', power: 0, decimals: 2 })
    expect(typeof cash!.digits).toBe('bigint')
  })

  it('refuses one file and reviews the others', async () => {
    const { files, findings } = await runReview({
      files: [
        { name: 'scan.pdf', data: pdfOf([[]]) },
        good,
        { name: 'b.docx', data: reportDocx(reportParts({ year: 2020 })) },
      ],
    })
    expect(files.map(({ refused }) => refused?.code ?? null)).toEqual(['FILE_NO_TEXT', null, null])
    expect(findings).toEqual([])
  })

  it('gives a file up that keeps it silent, and reviews the others in a new thread', async () => {
    // The thread has to start and read nothing within the time: only the first file is to blame.
    const { files } = await runReview({ files: [good] }, () => {}, undefined, {
      silenceMs: 1,
      heapMb: 512,
    })
    expect(files.map(({ refused }) => refused?.code ?? null)).toEqual(['FILE_TOO_COMPLEX'])
    const after = await runReview({ files: [good] })
    expect(after.files[0]!.refused).toBeNull()
  })

  it('ends when it is told to', async () => {
    const abort = new AbortController()
    const running = runReview({ files: [good, good] }, () => abort.abort(), abort.signal)
    await expect(running).rejects.toThrow(/abort/i)
  })
})
