/**
 * The thread of a review: reads and checks, tells what it finds as it goes.
 */
import { parentPort } from 'node:worker_threads'
import type { Verified } from './checks/finding.ts'
import { sectionsOf } from './comparison/sections.ts'
import { factsOf } from './facts/fact.ts'
import type { ReadDocument } from './read/model.ts'
import { readFiling } from './read/read.ts'
import {
  BlockReview,
  coverageOf,
  mergeFindings,
  placeKey,
  reviewDocument,
  type Reviewed,
  reviewProject,
} from './review.ts'
import type { Finding } from './checks/finding.ts'
import type { FactState, FileOutcome, ReviewNews, SentTask } from './review-task.ts'
import { confusionsOf } from './rules/confusions.ts'

/** A page of nothing much: reading it has the reader load what it loads late. */
const PAGE = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 52>>stream
BT /F 1 Tf 1 1 Td (a) Tj ET 1 1 m 8 1 l S 1 2 3 4 re f
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`

async function warmUp(): Promise<void> {
  await readFiling('warm.pdf', new TextEncoder().encode(PAGE))
}

const tell = (news: ReviewNews) => parentPort!.postMessage(news)

/** Progress is told at most so often. */
const PAGE_EVERY_MS = 200

async function review({ files, confusions, rules, language }: SentTask): Promise<void> {
  const findings: Finding[] = []
  const verified: Verified[] = []
  const reviewed: (Reviewed & { read: ReadDocument })[] = []
  const outcomes = new Map<number, FileOutcome>()
  const take = (part: { findings: Finding[]; verified: Verified[] }) => {
    findings.push(...part.findings)
    verified.push(...part.verified)
    if (part.findings.length > 0) tell({ kind: 'findings', findings: part.findings })
  }
  for (const [file, content] of files.entries()) {
    if (content === null) continue
    let toldAt = 0
    tell({ kind: 'page', file, page: 0, pages: 0 })
    const blocks = new BlockReview(file, rules)
    const read = await readFiling(content.name, new Uint8Array(content.data), (step) => {
      take(blocks.take(step.blocks))
      const now = Date.now()
      if (now - toldAt < PAGE_EVERY_MS && step.page < step.pages) return
      toldAt = now
      tell({ kind: 'page', file, page: step.page, pages: step.pages })
    })
    if (!read.ok) {
      outcomes.set(file, { refused: read })
      continue
    }
    const whole = reviewDocument(file, read.value, rules)
    take(whole)
    take(unreadPages(file, read.value))
    reviewed.push({ ...whole, read: read.value })
  }
  take(
    reviewProject(reviewed, {
      ...(confusions === undefined ? {} : { confusions: confusionsOf(confusions) }),
      ...(language === undefined ? {} : { language }),
      ...(rules === undefined ? {} : { rules }),
    }),
  )
  // Findings of a file that was refused half way are of no use.
  const merged = mergeFindings(
    findings.filter(({ at }) => outcomes.get(at[0]!.document) === undefined),
  )
  for (const one of reviewed) {
    const { document, outline, read } = one
    const states = new Map<string, FactState>()
    for (const { document: at, place } of verified) {
      if (at === document) states.set(placeKey(place), 'VERIFIED')
    }
    for (const { at, equation } of merged) {
      const [first] = at
      if (equation !== undefined && first!.document === document) {
        states.set(placeKey(first!.place), 'CONTRADICTED')
      }
    }
    outcomes.set(document, {
      refused: null,
      kind: read.kind,
      pages: read.pages,
      year: outline.year ?? null,
      company: outline.company ?? null,
      coverage: coverageOf(one, merged, verified),
      facts: factsOf(outline).map((fact) => ({
        ...fact,
        state: states.get(placeKey(fact.place)) ?? 'UNVERIFIED',
      })),
      sections: sectionsOf(outline),
    })
  }
  tell({
    kind: 'done',
    outcome: {
      findings: merged,
      files: files.map((_, file) => outcomes.get(file)!),
    },
  })
}

/** Pages that have pictures and no text: said aloud, for nothing on them was reviewed. */
function unreadPages(document: number, read: ReadDocument) {
  const findings: Finding[] = read.pages
    .filter(({ characters, images }) => read.kind === 'pdf' && characters < 8 && images > 0)
    .map(({ page, width, height }): Finding => ({
      check: 'wording',
      code: 'PAGE_UNREAD',
      severity: 'warning',
      message: `第 ${page} 页只有图片，未经审核`,
      at: [{ document, place: { page, box: [0, 0, width, height] }, text: '' }],
      key: `unread|${page}`,
    }))
  return { findings, verified: [] }
}

parentPort!.once('message', (task: SentTask) => void review(task))
await warmUp()
