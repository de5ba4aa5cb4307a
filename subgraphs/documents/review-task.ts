/**
 * What a review's thread is told and tells.
 */
import type { Refusal } from '../kernel/result.ts'
import type { Finding } from './checks/finding.ts'
import type { Fact } from './facts/fact.ts'
import type { FileKind, PageFacts } from './read/model.ts'
import type { ReadCode } from './read/read.ts'
import type { RuleSet } from './rules/rule-set.ts'
import type { Section } from './comparison/sections.ts'
import type { Coverage } from './review.ts'

/** A file to review. @property name for its extension */
export interface ReviewFile {
  readonly name: string
  readonly data: Uint8Array
}

/** @property confusions groups of characters for the typo check; the shipped set when absent */
export interface ReviewTask {
  readonly files: readonly (ReviewFile | null)[]
  readonly confusions?: readonly string[]
  /** Texts of other filings, from which the typo check learns how filings are written. */
  readonly language?: readonly string[]
  /** Identities of statements; the shipped ones when absent. */
  readonly rules?: RuleSet
}

/**
 * A task as it is sent to the thread. Bytes go as bare buffers: Deno looks through all that a message
 * holds, and a view of four million bytes takes it a second.
 */
export type SentTask = Omit<ReviewTask, 'files'> & {
  readonly files: readonly ({ readonly name: string; readonly data: ArrayBuffer } | null)[]
}

/** How a figure fared. */
export type FactState = 'VERIFIED' | 'CONTRADICTED' | 'UNVERIFIED'

/** What became of one file. */
export type FileOutcome =
  | { readonly refused: Refusal<ReviewCode> }
  | {
    readonly refused: null
    readonly kind: FileKind
    readonly pages: readonly PageFacts[]
    readonly year: number | null
    readonly company: string | null
    readonly coverage: Coverage
    readonly facts: readonly (Fact & { readonly state: FactState })[]
    readonly sections: readonly Section[]
  }

export type ReviewCode = ReadCode | 'FILE_TOO_COMPLEX'

/** What a review came to. @property files in the order of the task */
export interface ReviewOutcome {
  readonly findings: readonly Finding[]
  readonly files: readonly FileOutcome[]
}

/** What the thread tells while it works. */
export type ReviewNews =
  | { readonly kind: 'page'; readonly file: number; readonly page: number; readonly pages: number }
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }
  | { readonly kind: 'done'; readonly outcome: ReviewOutcome }
