/**
 * DOCX: paragraphs and tables in order, with the path of each in the file.
 *
 * What tracked changes delete is left out, what they insert is in. There are no pages before layout.
 */
import { ok, refuse, type Result } from '../../../kernel/result.ts'
import { headingLevel } from '../heading.ts'
import type { Block, Cell, Paragraph, ReadDocument, Table } from '../model.ts'
import type { OpenPackage, PackageCode } from './package.ts'
import { child, childrenOf, type Element } from './xml.ts'

/** Reads the body, then the footnotes. */
export function readDocx(file: OpenPackage): Result<ReadDocument, PackageCode> {
  const document = file.part('word/document.xml')
  if (!document.ok) return document
  const levels = outlineLevels(file)
  const blocks: Block[] = []
  const body = child(document.value, 'w:body')
  if (body === undefined) return refuse('FILE_DAMAGED', 'The document has no body.', '/file')
  walk(body, 'body', levels, blocks)
  if (file.zip.has('word/footnotes.xml')) {
    const notes = file.part('word/footnotes.xml')
    if (!notes.ok) return notes
    for (const [i, note] of childrenOf(notes.value, 'w:footnote').entries()) {
      walk(note, `footnote[${i}]`, levels, blocks)
    }
  }
  return ok({ kind: 'docx', pages: [], blocks })
}

/** Style id → heading level from 1. */
function outlineLevels(file: OpenPackage): ReadonlyMap<string, number> {
  const levels = new Map<string, number>()
  const styles = file.zip.has('word/styles.xml') ? file.part('word/styles.xml') : undefined
  if (!styles?.ok) return levels
  for (const style of childrenOf(styles.value, 'w:style')) {
    const level = child(child(style, 'w:pPr'), 'w:outlineLvl')?.attributes['w:val']
    if (level !== undefined) levels.set(style.attributes['w:styleId'] ?? '', Number(level) + 1)
  }
  return levels
}

type Levels = ReadonlyMap<string, number>

/** Names that only wrap their content. */
const WRAPPERS = new Set([
  'w:sdt',
  'w:sdtContent',
  'w:ins',
  'w:moveTo',
  'w:customXml',
  'w:smartTag',
])

function walk(parent: Element, path: string, levels: Levels, blocks: Block[]): void {
  const counts = new Map<string, number>()
  const visit = (element: Element) => {
    for (const node of element.children) {
      if (typeof node === 'string') continue
      const at = counts.get(node.name) ?? 0
      if (node.name === 'w:p') {
        counts.set(node.name, at + 1)
        paragraph(node, `${path}/p[${at}]`, levels, blocks)
      } else if (node.name === 'w:tbl') {
        counts.set(node.name, at + 1)
        table(node, `${path}/tbl[${at}]`, levels, blocks)
      } else if (WRAPPERS.has(node.name)) visit(node)
    }
  }
  visit(parent)
}

function paragraph(element: Element, path: string, levels: Levels, blocks: Block[]): void {
  const boxes: Element[] = []
  const text = runText(element, boxes)
  if (text.trim() !== '') {
    const style = child(child(element, 'w:pPr'), 'w:pStyle')?.attributes['w:val'] ?? ''
    blocks.push(
      {
        kind: 'paragraph',
        text,
        spans: [{ at: 0, place: { page: 0, path } }],
        level: levels.get(style) ?? headingLevel(text),
      } satisfies Paragraph,
    )
  }
  for (const [i, box] of boxes.entries()) walk(box, `${path}/box[${i}]`, levels, blocks)
}

/** The text of runs as it reads after all changes are accepted. @param boxes takes text boxes */
function runText(element: Element, boxes: Element[]): string {
  let text = ''
  for (const node of element.children) {
    if (typeof node === 'string') continue
    switch (node.name) {
      case 'w:t':
        text += node.children.filter((part) => typeof part === 'string').join('')
        break
      case 'w:tab':
        text += '\t'
        break
      case 'w:br':
      case 'w:cr':
        text += '\n'
        break
      case 'w:noBreakHyphen':
        text += '-'
        break
      case 'w:txbxContent':
        boxes.push(node)
        break
      // The same content again, for programs that do not know the first.
      case 'mc:Fallback':
      case 'w:del':
      case 'w:moveFrom':
      case 'w:pPr':
      case 'w:rPr':
      case 'w:instrText':
        break
      default:
        text += runText(node, boxes)
    }
  }
  return text
}

function table(element: Element, path: string, levels: Levels, blocks: Block[]): void {
  const cells: Cell[] = []
  /** Column → the cell that a vertical merge goes on with. */
  const open = new Map<number, number>()
  let columns = 0
  const inner: Block[] = []
  const rows = rowsOf(element)
  for (const [row, line] of rows.entries()) {
    let column = Number(
      child(child(line, 'w:trPr'), 'w:gridBefore')?.attributes['w:val'] ?? 0,
    )
    for (const [i, tc] of cellsOf(line).entries()) {
      const properties = child(tc, 'w:tcPr')
      const span = Math.max(1, Number(child(properties, 'w:gridSpan')?.attributes['w:val'] ?? 1))
      const merge = child(properties, 'w:vMerge')
      const above = open.get(column)
      if (merge !== undefined && merge.attributes['w:val'] !== 'restart' && above !== undefined) {
        const cell = cells[above]!
        cells[above] = { ...cell, rows: row - cell.row + 1 }
      } else {
        const content: Block[] = []
        const cellPath = `${path}/tr[${row}]/tc[${i}]`
        walk(tc, cellPath, levels, content)
        const texts = content.filter((block): block is Paragraph => block.kind === 'paragraph')
        inner.push(...content.filter((block) => block.kind === 'table'))
        if (merge === undefined) open.delete(column)
        else open.set(column, cells.length)
        cells.push({
          row,
          column,
          rows: 1,
          columns: span,
          text: texts.map((block) => block.text.trim()).join(''),
          place: { page: 0, path: cellPath },
        })
      }
      column += span
    }
    columns = Math.max(columns, column)
  }
  if (cells.length > 0) {
    blocks.push({ kind: 'table', rows: rows.length, columns, cells, ruled: true } satisfies Table)
  }
  blocks.push(...inner)
}

function rowsOf(element: Element): Element[] {
  return element.children.flatMap((node) =>
    typeof node === 'string'
      ? []
      : node.name === 'w:tr'
      ? [node]
      : WRAPPERS.has(node.name)
      ? rowsOf(node)
      : []
  )
}

function cellsOf(row: Element): Element[] {
  return row.children.flatMap((node) =>
    typeof node === 'string'
      ? []
      : node.name === 'w:tc'
      ? [node]
      : WRAPPERS.has(node.name)
      ? cellsOf(node)
      : []
  )
}
