/**
 * A document as a reader of any format hands it over: blocks in reading order, each with its place.
 *
 * Nothing here knows PDF or OOXML. Boxes are points (1/72 inch) from the top left of the page.
 */

/** A rectangle on a page: left, top, right, bottom. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number]

/**
 * Where something stands.
 *
 * @property page from 1; a DOCX has no pages before layout and says 0, an XLSX counts its sheets
 * @property box absent where the format has no layout
 * @property path the part of an OOXML file, such as `body/p[12]` or `sheet1!B7`
 */
export interface Place {
  readonly page: number
  readonly box?: Box
  readonly path?: string
}

/** A piece of a paragraph's text that stands in one place. @property at offset in the text */
export interface Span {
  readonly at: number
  readonly place: Place
}

/** Text that reads on as one. @property level of a heading from 1; 0 for text */
export interface Paragraph {
  readonly kind: 'paragraph'
  readonly text: string
  readonly spans: readonly Span[]
  readonly level: number
}

/** A cell; one that spans several rows or columns is named by its first. */
export interface Cell {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
  readonly text: string
  readonly place: Place
}

/**
 * A table, already joined across pages.
 *
 * @property ruled whether its grid was drawn, or found from the places of its text
 */
export interface Table {
  readonly kind: 'table'
  readonly rows: number
  readonly columns: number
  readonly cells: readonly Cell[]
  readonly ruled: boolean
}

export type Block = Paragraph | Table

/** @property characters without white space @property images pictures that could hide text */
export interface PageFacts {
  readonly page: number
  readonly width: number
  readonly height: number
  readonly characters: number
  readonly images: number
}

export type FileKind = 'pdf' | 'docx' | 'xlsx'

/** The document. @property pages in order; one entry per sheet for XLSX, none for DOCX */
export interface ReadDocument {
  readonly kind: FileKind
  readonly pages: readonly PageFacts[]
  readonly blocks: readonly Block[]
}

/** How many characters other than white space a text has. */
export function countCharacters(text: string): number {
  let count = 0
  for (const character of text) if (!/\s/u.test(character)) count += 1
  return count
}

/** The smallest box around some. */
export function boxAround(boxes: readonly Box[]): Box {
  return [
    Math.min(...boxes.map((b) => b[0])),
    Math.min(...boxes.map((b) => b[1])),
    Math.max(...boxes.map((b) => b[2])),
    Math.max(...boxes.map((b) => b[3])),
  ]
}

/** Where the character at an offset of a paragraph stands. */
export function placeAt(paragraph: Paragraph, offset: number): Place {
  let found = paragraph.spans[0]!.place
  for (const span of paragraph.spans) {
    if (span.at > offset) break
    found = span.place
  }
  return found
}
