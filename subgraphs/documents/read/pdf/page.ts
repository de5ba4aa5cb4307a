/**
 * What a page of a PDF holds before anything is made of it: runs of text and ruling lines.
 */
import type { Box } from '../model.ts'

/** Text that was set in one go. @property size of the font in points */
export interface Run {
  readonly text: string
  readonly box: Box
  readonly size: number
}

/** A straight line along an axis. @property at its place on the other axis; from < to */
export interface Ruling {
  readonly at: number
  readonly from: number
  readonly to: number
}

/** Lines across and lines down. */
export interface Rulings {
  readonly across: readonly Ruling[]
  readonly down: readonly Ruling[]
}

/** A page as read. @property images pictures painted on it */
export interface RawPage {
  readonly page: number
  readonly width: number
  readonly height: number
  readonly runs: readonly Run[]
  readonly rulings: Rulings
  readonly images: number
}
