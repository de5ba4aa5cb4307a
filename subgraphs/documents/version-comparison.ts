/**
 * Two versions of a filing side by side, as their reviews kept them: findings, figures, wording.
 *
 * Both files were read when they were reviewed; comparing reads neither again.
 */
import { ok, refuse, type Result } from '../kernel/result.ts'
import { type ComparedFact, compareFacts, type VersionFact } from './comparison/facts.ts'
import { type ComparedFinding, compareFindings } from './comparison/findings.ts'
import {
  type ComparedLine,
  compareLines,
  pairSections,
  type SectionChange,
  type SectionLine,
} from './comparison/text.ts'
import {
  type DocumentFindingRow,
  type DocumentRow,
  type DocumentsReader,
  type FactRow,
  factsOfDocument,
  findingsOfDocument,
  sectionHeads,
  sectionLines,
} from './store/review.ts'

export type ComparisonCode = 'VERSIONS_UNRELATED' | 'VERSION_UNREVIEWED'

/** Whether two versions can be compared. Refuses with the place of the one that cannot. */
export function mayCompare(from: DocumentRow, to: DocumentRow): Result<null, ComparisonCode> {
  if (
    from.project_id !== to.project_id || from.series !== to.series || from.version >= to.version
  ) {
    return refuse(
      'VERSIONS_UNRELATED',
      'A version is compared with an earlier one of the same filing.',
      '/from',
    )
  }
  for (const [place, row] of [['/from', from], ['/to', to]] as const) {
    if (row.state !== 'REVIEWED') {
      return refuse('VERSION_UNREVIEWED', `Version ${row.version} was not reviewed.`, place)
    }
  }
  return ok(null)
}

/** A fact as it is compared, with the row that it came from. */
export interface KeptFact extends VersionFact {
  readonly row: FactRow
}

/** A section that differs. @property seqs its place in both versions */
export interface ChangedSection {
  readonly change: SectionChange
  readonly before: { readonly seq: bigint; readonly path: readonly string[] } | undefined
  readonly after: { readonly seq: bigint; readonly path: readonly string[] } | undefined
}

/** A comparison; each part is read when it is asked for, once. */
export class VersionComparison {
  readonly from: DocumentRow
  readonly to: DocumentRow
  readonly #db: DocumentsReader
  #findings: Promise<ComparedFinding<DocumentFindingRow>[]> | undefined
  #facts: Promise<ComparedFact<KeptFact>[]> | undefined
  #sections: Promise<ChangedSection[]> | undefined

  constructor(db: DocumentsReader, from: DocumentRow, to: DocumentRow) {
    this.#db = db
    this.from = from
    this.to = to
  }

  findings(): Promise<ComparedFinding<DocumentFindingRow>[]> {
    return this.#findings ??= this.#both((key) => findingsOfDocument(this.#db, key))
      .then(([before, after]) => compareFindings(before, after))
  }

  facts(): Promise<ComparedFact<KeptFact>[]> {
    return this.#facts ??= this.#both(async (key) =>
      (await factsOfDocument(this.#db, key)).map(kept)
    )
      .then(([before, after]) => compareFacts(before, after))
  }

  sections(): Promise<ChangedSection[]> {
    return this.#sections ??= this.#both(async (key) =>
      (await sectionHeads(this.#db, key)).map(({ seq, path, hash, line_count }) => ({
        seq,
        path: JSON.parse(path) as string[],
        hash,
        lines: Number(line_count),
      }))
    ).then(([before, after]) =>
      pairSections(before, after).map(({ change, before: b, after: a }) => ({
        change,
        before: b === undefined ? undefined : before[b],
        after: a === undefined ? undefined : after[a],
      }))
    )
  }

  /** The paragraphs of a section that differ. */
  async lines({ change, before, after }: ChangedSection): Promise<ComparedLine[]> {
    if (change === 'MOVED') return []
    return compareLines(
      await this.#linesOf(this.from, before?.seq),
      await this.#linesOf(this.to, after?.seq),
    )
  }

  async #linesOf({ tenant_id, id }: DocumentRow, seq: bigint | undefined): Promise<SectionLine[]> {
    if (seq === undefined) return []
    const [row] = await sectionLines(this.#db, { tenant: tenant_id, document: id, seq })
    return row === undefined ? [] : JSON.parse(row.lines) as SectionLine[]
  }

  async #both<T>(
    read: (key: { tenant: string; document: string }) => Promise<T>,
  ): Promise<[before: T, after: T]> {
    const of = ({ tenant_id, id }: DocumentRow) => read({ tenant: tenant_id, document: id })
    return [await of(this.from), await of(this.to)]
  }
}

function kept(row: FactRow): KeptFact {
  return {
    row,
    scope: row.scope,
    section: row.section,
    item: row.item,
    header: row.header,
    period: row.period,
    power: row.power === null ? null : Number(row.power),
    percent: row.percent === 1n,
    digits: BigInt(row.digits),
    decimals: Number(row.decimals),
  }
}
