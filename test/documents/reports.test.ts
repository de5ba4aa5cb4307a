/**
 * The real annual reports: what is read, what is found, and what is not.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { Collector } from '../../subgraphs/documents/checks/finding.ts'
import { checkMentions } from '../../subgraphs/documents/checks/mentions.ts'
import { doubtsOf, Ngrams, textsOf } from '../../subgraphs/documents/checks/typos.ts'
import { SHIPPED_CONFUSIONS } from '../../subgraphs/documents/rules/confusions.ts'
import { outlineOf } from '../../subgraphs/documents/facts/outline.ts'
import { statementsOf } from '../../subgraphs/documents/facts/statement.ts'
import { countCharacters, type ReadDocument } from '../../subgraphs/documents/read/model.ts'
import {
  BlockReview,
  placeKey,
  type Review,
  reviewAll,
  reviewDocument,
} from '../../subgraphs/documents/review.ts'
import { cellsWhere, dice, editCell, editText, flipDigit, matchesOf } from './fixtures/inject.ts'
import { HAS_DATA, report, reportPath, REPORTS, WITHOUT_DATA } from './fixtures/reports.ts'
import { tablesOf } from './fixtures/text.ts'
import { homophones, injectHomophones } from './fixtures/typos.ts'

const HAS_POPPLER = spawnSync('pdftotext', ['-v']).status === 0
const WITHOUT_POPPLER = HAS_POPPLER ? '' : ' (skipped: pdftotext is not installed)'

/** Findings that a person looked up in the report. @property right whether the report is wrong there */
interface Adjudicated {
  readonly document: string
  readonly page: number
  readonly check: string
  readonly code: string
  readonly severity: string
  readonly printed: string | null
  readonly right: boolean
  readonly why: string
}

const ADJUDICATED = JSON.parse(
  readFileSync(join(import.meta.dirname!, 'adjudicated.json'), 'utf8'),
) as Adjudicated[]

describe.skipIf(!HAS_DATA)(`the real reports${WITHOUT_DATA}`, () => {
  let documents: ReadDocument[]
  let reviews: Review[]

  beforeAll(async () => {
    documents = []
    for (const name of REPORTS) documents.push(await report(name))
    reviews = documents.map((document) => reviewAll([document]))
  }, 180_000)

  it.skipIf(!HAS_POPPLER).each(REPORTS)(
    `%s has as many characters as poppler finds${WITHOUT_POPPLER}`,
    (name) => {
      const read = documents[REPORTS.indexOf(name)]!
      const characters = read.pages.reduce((n, page) => n + page.characters, 0)
      const text = execFileSync('pdftotext', ['-layout', reportPath(name), '-'], {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      })
      expect(characters).toBe(countCharacters(text))
    },
  )

  it('the balance sheet over three pages is one table', () => {
    const sheets = tablesOf(documents[1]!.blocks).filter((table) =>
      table.cells.some((cell) => /^负债和所有者权益（或股东权益）总计$/.test(cell.text))
    )
    expect(sheets.slice(0, 2).map(({ rows, columns }) => [rows, columns])).toEqual([
      [102, 4],
      [83, 4],
    ])
    expect(new Set(sheets[0]!.cells.map((cell) => cell.place.page))).toEqual(new Set([50, 51, 52]))
  })

  it('six statements are found in each, and more than half of all figures are verified', () => {
    for (const [i, document] of documents.entries()) {
      const outline = outlineOf(document)
      const statements = statementsOf(outline.tables, outline.year)
      expect(statements.map(({ kind, scope }) => `${kind} ${scope}`).toSorted()).toEqual([
        'balance group',
        'balance parent',
        'cash group',
        'cash parent',
        'income group',
        'income parent',
      ])
      const { verified, figures } = reviews[i]!.coverage[0]!
      expect(verified / figures).toBeGreaterThan(0.5)
    }
  })

  it('the subtotal that misses its rows by 65,000.00 is found', () => {
    const found = reviews[3]!.findings.find(({ at }) => at[0]!.place.page === 126)
    expect(found).toMatchObject({
      check: 'subtotal',
      code: 'DOES_NOT_FOOT',
      severity: 'error',
      equation: { printed: '14,730,495.34', computed: '14,795,495.34', difference: '-65,000.00' },
    })
    expect(found!.equation!.terms).toContain('+65,000.00')
  })

  it('every error was looked up, and at most two in a hundred pages are wrong', () => {
    for (const [i, name] of REPORTS.entries()) {
      const errors = reviews[i]!.findings.filter(({ severity }) => severity === 'error')
        .map(({ check, code, at, equation }) => ({
          page: at[0]!.place.page,
          check,
          code,
          printed: equation?.printed ?? null,
        }))
      const known = ADJUDICATED.filter((one) => one.document === name && one.severity === 'error')
      expect(errors).toEqual(
        known.map(({ page, check, code, printed }) => ({ page, check, code, printed })),
      )
      const wrong = known.filter(({ right }) => !right).length
      expect(wrong / documents[i]!.pages.length).toBeLessThanOrEqual(0.02)
    }
  })

  it('warnings that are right are found, each looked up', () => {
    const known = ADJUDICATED.filter(({ severity, right }) => severity === 'warning' && right)
    expect(known.length).toBeGreaterThan(0)
    for (const { document, page, check, code } of known) {
      const { findings } = reviews[REPORTS.indexOf(document as typeof REPORTS[number])]!
      expect(
        findings.some((one) =>
          one.at[0]!.place.page === page && one.check === check && one.code === code
        ),
        `${document} ${page} ${code}`,
      ).toBe(true)
    }
  })

  it('two years of one issuer agree, figure by figure', () => {
    const { findings, coverage } = reviewAll([documents[0]!, documents[1]!])
    expect(findings.filter(({ check }) => check === 'cross')).toEqual([])
    // The comparison itself verifies figures that one report alone does not.
    const alone = reviews[0]!.coverage[0]!.verified
    expect(coverage[0]!.verified).toBeGreaterThan(alone)
  })

  it('a digit that is changed in a covered cell of a statement is found', () => {
    let flips = 0
    let found = 0
    let located = 0
    for (const [i, document] of documents.entries()) {
      const outline = outlineOf(document)
      const own = new Set(
        statementsOf(outline.tables, outline.year).map(({ table }) => table.index),
      )
      const whole = reviewDocument(0, document)
      const covered = new Set(whole.verified.map(({ place }) => placeKey(place)))
      const cells = cellsWhere(
        document,
        (text, place, table) =>
          /^-?[\d,]+\.\d\d$/.test(text) && own.has(document.blocks.indexOf(table)) &&
          covered.has(placeKey(place)),
      )
      for (let run = 0; run < 3; run++) {
        const roll = dice(i * 10 + run)
        let changed = document
        const places = new Set<string>()
        for (let n = 0; n < 8; n++) {
          const [block, cell] = cells[roll(cells.length)]!
          const text = tableAt(changed, block).cells[cell]!.text
          const injected = editCell(changed, block, cell, flipDigit(text, roll))
          changed = injected.document
          places.add(placeKey(injected.place))
        }
        const findings = [
          ...reviewDocument(0, changed).findings,
          ...new BlockReview(0).take(changed.blocks).findings,
        ].filter(({ equation }) => equation !== undefined)
        const named = new Set(findings.flatMap(({ at }) => at.map(({ place }) => placeKey(place))))
        const first = new Set(findings.map(({ at }) => placeKey(at[0]!.place)))
        flips += places.size
        found += [...places].filter((place) => named.has(place)).length
        located += [...places].filter((place) => first.has(place)).length
      }
    }
    expect(flips).toBeGreaterThan(50)
    expect(found / flips).toBeGreaterThanOrEqual(0.95)
    expect(located).toBeGreaterThan(0)
  }, 120_000)

  it('an amount that is changed in the text is found where it was resolved', () => {
    let resolved = 0
    let found = 0
    for (const document of documents) {
      const outline = outlineOf(document)
      const statements = statementsOf(outline.tables, outline.year)
      const collector = new Collector('mention', 0)
      checkMentions(outline, statements, collector)
      const places = new Set(collector.verified.map(({ place }) => placeKey(place)))
      const amounts = matchesOf(document, /\d[\d,]*\.\d+(?=(?:亿|万)?元)/g)
      for (const { block, at, text } of amounts) {
        const roll = dice(at + 1)
        const injected = editText(document, block, at, text.length, flipDigit(text, roll))
        if (!places.has(placeKey(injected.place))) continue
        const before = document.blocks[block] as { text: string }
        const known = new Collector('mention', 0)
        const [placed] = outline.paragraphs.filter(({ paragraph }) =>
          paragraph.text === before.text
        )
        if (placed === undefined) continue
        const once = { ...outline, paragraphs: [placed] }
        checkMentions(once, statements, known)
        const whole = injected.document.blocks[block] as typeof placed.paragraph
        const changed = new Collector('mention', 0)
        checkMentions(
          { ...once, paragraphs: [{ ...placed, paragraph: whole }] },
          statements,
          changed,
        )
        // A figure that no mention was about changes nothing.
        if (changed.verified.length === known.verified.length) continue
        resolved += 1
        if (changed.findings.length > known.findings.length) found += 1
      }
    }
    expect(resolved).toBeGreaterThan(5)
    expect(found / resolved).toBeGreaterThanOrEqual(0.8)
  })

  // The mistakes are made with the outside set, the check has only its own.
  it.each(
    [
      ['the report of the year before and of peers', [[1, [0, 2, 3]]], 0.95, 0.75],
      ['peers alone', [[1, [2, 3]], [2, [0, 1, 3]], [3, [0, 1, 2]]], 0.95, 0.75],
      ['the report alone', [[1, []], [2, []], [3, []]], 0.9, 0.5],
    ] as const,
  )('homophones are found with %s', (_, cases, precision, recall) => {
    const outlines = documents.map(outlineOf)
    let right = 0
    let wrong = 0
    let made = 0
    for (const [at, others] of cases) {
      const target = outlines[at]!
      // Seeds by which nothing was chosen.
      for (const seed of [101, 102, 103]) {
        const injected = injectHomophones(target.paragraphs, homophones(), 70, dice(seed))
        const grams = new Ngrams()
        for (const i of others) for (const text of textsOf(outlines[i]!)) grams.add(text)
        for (const text of injected.texts) grams.add(text)
        for (const { view } of target.tables) {
          for (const cell of view.table.cells) grams.add(cell.text)
        }
        made += injected.wrong.size
        for (const [i, text] of injected.texts.entries()) {
          for (const { at } of doubtsOf(text, grams, SHIPPED_CONFUSIONS)) {
            if (injected.wrong.get(i) === at) right += 1
            else wrong += 1
          }
        }
      }
    }
    expect(made).toBe(cases.length * 210)
    expect(right / (right + wrong)).toBeGreaterThanOrEqual(precision)
    expect(right / made).toBeGreaterThanOrEqual(recall)
  }, 120_000)
})

function tableAt(document: ReadDocument, block: number) {
  const found = document.blocks[block]!
  if (found.kind !== 'table') throw new Error('no table')
  return found
}
