/**
 * Reviews filings: each by itself as it is read, then all of a project together.
 */
import { checkCapital, checkText } from './checks/capital.ts'
import { checkCross, type Filed } from './checks/cross.ts'
import { checkDates, checkSignature } from './checks/dates.ts'
import { Collector, type Finding, type Verified } from './checks/finding.ts'
import { checkLaws } from './checks/laws.ts'
import { checkMentions, type MentionCount } from './checks/mentions.ts'
import { checkNames } from './checks/names.ts'
import { checkNotes } from './checks/notes.ts'
import { checkNumbering } from './checks/numbering.ts'
import { checkGrowth, checkPercentages } from './checks/rates.ts'
import { checkStatements } from './checks/statements.ts'
import { checkSubtotals } from './checks/subtotals.ts'
import { checkTypos, type Confusions, Ngrams, textsOf } from './checks/typos.ts'
import { checkBrackets, checkSeparators, checkWording } from './checks/wording.ts'
import type { CheckName } from './checks/catalogue.ts'
import {
  type Outline,
  outlineOf,
  OutlineWalker,
  type PlacedParagraph,
  type PlacedTable,
} from './facts/outline.ts'
import { type Statement, statementsOf } from './facts/statement.ts'
import type { Block, Place, ReadDocument } from './read/model.ts'
import { type CheckRules, weighed } from './rules/check-rules.ts'
import { checksOf, type RuleSet, SHIPPED_RULES } from './rules/rule-set.ts'
import { SHIPPED_CONFUSIONS } from './rules/confusions.ts'

/** How much of a document's figures was checked. */
export interface Coverage {
  readonly figures: number
  readonly verified: number
  readonly contradicted: number
}

/** A document that was reviewed. */
export interface Reviewed {
  readonly document: number
  readonly outline: Outline
  readonly statements: readonly Statement[]
  readonly mentions: MentionCount
}

/** What a review found. @property coverage by document */
export interface Review {
  readonly findings: readonly Finding[]
  readonly coverage: readonly Coverage[]
  readonly mentions: readonly MentionCount[]
}

/**
 * Settings of a review.
 *
 * @property confusions for typos; the shipped set when absent
 * @property language texts of other filings, to know how filings are written
 */
export interface ReviewSettings {
  readonly language?: readonly string[]
  readonly rules?: RuleSet
  readonly confusions?: Confusions
}

/** Checks that need nothing but the block itself, in the order in which it is read. */
export class BlockReview {
  readonly #walker = new OutlineWalker()
  readonly #document: number
  readonly #rules: CheckRules

  constructor(document: number, rules: RuleSet = SHIPPED_RULES) {
    this.#document = document
    this.#rules = checksOf(rules)
  }

  /** Findings of the next blocks. */
  take(blocks: readonly Block[]): { findings: Finding[]; verified: Verified[] } {
    const findings: Finding[] = []
    const verified: Verified[] = []
    for (const block of blocks) {
      const placed = this.#walker.take(block)
      const collectors = placed.kind === 'table'
        ? checkTable(placed, this.#document, this.#rules)
        : checkParagraph(placed, this.#document, this.#rules)
      for (const collector of collectors) {
        findings.push(...weighed(collector.findings, this.#rules))
        verified.push(...collector.verified)
      }
    }
    return { findings, verified }
  }
}

function checkTable(table: PlacedTable, document: number, rules: CheckRules): Collector[] {
  const subtotal = new Collector('subtotal', document)
  checkSubtotals(table, subtotal)
  const percentage = new Collector('percentage', document)
  checkPercentages(table, percentage, rules.rates)
  const wording = new Collector('wording', document)
  checkSeparators(table, wording)
  const capital = new Collector('capital', document)
  for (const cell of table.view.table.cells) {
    checkText(cell.text, () => cell.place, table.title, capital)
  }
  return [subtotal, percentage, wording, capital]
}

function checkParagraph(
  placed: PlacedParagraph,
  document: number,
  rules: CheckRules,
): Collector[] {
  const capital = new Collector('capital', document)
  checkCapital(placed, capital)
  const date = new Collector('date', document)
  checkDates(placed, date)
  const wording = new Collector('wording', document)
  checkWording(placed, wording, rules.words)
  return [capital, date, wording]
}

/** Checks that need the whole document. */
export function reviewDocument(
  document: number,
  read: ReadDocument,
  rules: RuleSet = SHIPPED_RULES,
): Reviewed & { findings: Finding[]; verified: Verified[] } {
  const outline = outlineOf(read)
  const statements = statementsOf(outline.tables, outline.year)
  const collectors = new Map<CheckName, Collector>()
  const collector = (check: CheckName) => {
    let found = collectors.get(check)
    if (found === undefined) collectors.set(check, found = new Collector(check, document))
    return found
  }
  checkStatements(statements, rules, collector('statement'))
  checkNotes(outline.tables, statements, outline.year, collector('note'), collector('unit'))
  const checks = checksOf(rules)
  for (const table of outline.tables) {
    checkGrowth(table, outline.year, collector('growth'), checks.rates)
  }
  const mentions = checkMentions(outline, statements, collector('mention'), checks.mentions)
  checkSignature(outline, collector('date'))
  checkNames(outline, collector('name'))
  checkNumbering(outline, collector('numbering'))
  checkLaws(outline, collector('law'), checks.laws)
  checkBrackets(outline.paragraphs, collector('wording'))
  const all = [...collectors.values()]
  return {
    document,
    outline,
    statements,
    mentions,
    findings: weighed(all.flatMap(({ findings }) => findings), checks),
    verified: all.flatMap(({ verified }) => verified),
  }
}

/** Checks that need all documents of a project. */
export function reviewProject(
  reviewed: readonly Reviewed[],
  settings: ReviewSettings = {},
): { findings: Finding[]; verified: Verified[] } {
  const filings: Filed[] = reviewed.map(({ document, outline, statements }) => ({
    document,
    outline,
    statements,
  }))
  const cross = checkCross(filings)
  const grams = new Ngrams()
  for (const text of settings.language ?? []) grams.add(text)
  for (const { outline } of reviewed) for (const text of textsOf(outline)) grams.add(text)
  const confusions = settings.confusions ?? SHIPPED_CONFUSIONS
  const rules = checksOf(settings.rules ?? SHIPPED_RULES)
  const typos = reviewed.map(({ document, outline }) => {
    const collector = new Collector('typo', document)
    for (const { paragraph } of outline.paragraphs) {
      checkTypos(paragraph, grams, confusions, collector, rules.typoEvidence)
    }
    return collector
  })
  return {
    findings: weighed(
      [...cross.findings, ...typos.flatMap(({ findings }) => findings)],
      rules,
    ),
    verified: cross.verified,
  }
}

/** Reviews documents that are read already, in one go. */
export function reviewAll(
  documents: readonly ReadDocument[],
  settings: ReviewSettings = {},
): Review {
  const findings: Finding[] = []
  const verified: Verified[] = []
  const reviewed = documents.map((read, document) => {
    const whole = reviewDocument(document, read)
    for (const part of [new BlockReview(document).take(read.blocks), whole]) {
      findings.push(...part.findings)
      verified.push(...part.verified)
    }
    return whole
  })
  const project = reviewProject(reviewed, settings)
  findings.push(...project.findings)
  verified.push(...project.verified)
  const merged = mergeFindings(findings)
  return {
    findings: merged,
    coverage: reviewed.map((one) => coverageOf(one, merged, verified)),
    mentions: reviewed.map(({ mentions }) => mentions),
  }
}

const WEIGHT = { error: 0, warning: 1, notice: 2 } as const

/** Each mistake once: a place that several checks find is told by the first of them. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  const keys = new Map<string, number>()
  const merged: Finding[] = []
  for (const finding of findings) {
    const first = finding.at[0]!
    const place =
      `${finding.check === 'statement' || finding.check === 'subtotal' ? 'sum' : finding.check}` +
      `|${first.document}|${placeKey(first.place)}|${finding.code}|${
        finding.equation?.computed ?? finding.message
      }`
    if (seen.has(place)) continue
    seen.add(place)
    // The same words may be wrong twice in one section: the second has a number.
    const key = `${first.document}|${finding.key}`
    const count = (keys.get(key) ?? 0) + 1
    keys.set(key, count)
    merged.push(count === 1 ? finding : { ...finding, key: `${finding.key}|${count}` })
  }
  return merged.sort((a, b) =>
    a.at[0]!.document - b.at[0]!.document || WEIGHT[a.severity] - WEIGHT[b.severity] ||
    a.at[0]!.place.page - b.at[0]!.place.page
  )
}

/** A place as text, to compare by. */
export function placeKey(place: Place): string {
  return `${place.page}|${place.box?.join(',') ?? ''}|${place.path ?? ''}`
}

/** How many figures were verified and contradicted. */
export function coverageOf(
  { document, outline }: Pick<Reviewed, 'document' | 'outline'>,
  findings: readonly Finding[],
  verified: readonly Verified[],
): Coverage {
  const figures = new Set(figurePlaces(outline).map(placeKey))
  const held = new Set(
    verified.filter((one) => one.document === document).map(({ place }) => placeKey(place)),
  )
  const wrong = new Set(
    findings.filter(({ equation }) => equation !== undefined)
      .flatMap(({ at }) => at.slice(0, 1))
      .filter((found) => found.document === document).map(({ place }) => placeKey(place)),
  )
  const inFigures = (keys: ReadonlySet<string>) =>
    Array.from(keys).filter((key) => figures.has(key))
  return {
    figures: figures.size,
    verified: inFigures(held).filter((key) => !wrong.has(key)).length,
    contradicted: inFigures(wrong).length,
  }
}

/** The places of all figures in tables. */
export function figurePlaces(outline: Outline): Place[] {
  return outline.tables.flatMap(({ view }) =>
    view.rows.flatMap((row) =>
      view.columns.flatMap((column) =>
        typeof row.slots[column] === 'object' ? [view.cell(row.index, column)!.place] : []
      )
    )
  )
}
