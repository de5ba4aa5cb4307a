/**
 * A document as its sections: each heading with the words below it, down to the next.
 */
import { isEmptySlot, readAmount } from '../amount.ts'
import type { Outline, PlacedParagraph, PlacedTable } from '../facts/outline.ts'
import { placeAt } from '../read/model.ts'
import { bare, type SectionLine } from './text.ts'

/** @property path headings from the top, as printed; empty before the first */
export interface Section {
  readonly path: readonly string[]
  readonly lines: readonly SectionLine[]
}

/** The sections in the order of the document. */
export function sectionsOf(outline: Outline): Section[] {
  const blocks = [...outline.paragraphs, ...outline.tables].sort((a, b) => a.index - b.index)
  const sections: { path: readonly string[]; lines: SectionLine[] }[] = []
  for (const block of blocks) {
    const isHeading = block.kind === 'paragraph' && block.paragraph.level > 0
    if (isHeading || sections.length === 0) sections.push({ path: block.headings, lines: [] })
    if (!isHeading) sections.at(-1)!.lines.push(...linesOf(block))
  }
  return sections
}

function linesOf(block: PlacedParagraph | PlacedTable): SectionLine[] {
  if (block.kind === 'paragraph') {
    const { paragraph } = block
    if (bare(paragraph.text) === '') return []
    return [{ text: paragraph.text, row: false, place: placeAt(paragraph, 0) }]
  }
  // Figures are compared as facts; the words of a row are its line.
  const rows = Map.groupBy(block.view.table.cells, ({ row }) => row)
  return Array.from(rows.values()).flatMap((cells): SectionLine[] => {
    const words = cells.map(({ text }) => text.trim())
      .filter((text) => text !== '' && !isEmptySlot(text) && readAmount(text) === undefined)
    return words.length === 0
      ? []
      : [{ text: words.join(' | '), row: true, place: cells[0]!.place }]
  })
}

/** What a section says, for its hash. */
export function sectionText({ lines }: Section): string {
  return lines.map(({ text }) => bare(text)).join('\n')
}
