/**
 * XLSX: each sheet is a table, its cells as the stored values read.
 *
 * Values are read as text, not as floats: a workbook stores `0.1` as digits. Formulas are not run.
 */
import { ok, type Result } from '../../../kernel/result.ts'
import type { Block, Cell, PageFacts, ReadDocument } from '../model.ts'
import { countCharacters } from '../model.ts'
import type { OpenPackage, PackageCode } from './package.ts'
import { child, childrenOf, type Element, textOf } from './xml.ts'

/** Reads all sheets that are not hidden. */
export function readXlsx(file: OpenPackage): Result<ReadDocument, PackageCode> {
  const workbook = file.part('xl/workbook.xml')
  if (!workbook.ok) return workbook
  const relations = file.part('xl/_rels/workbook.xml.rels')
  if (!relations.ok) return relations
  const targets = new Map(
    childrenOf(relations.value, 'Relationship').map(({ attributes }) => [
      attributes.Id,
      (attributes.Target ?? '').replace(/^\/?(?:xl\/)?/, 'xl/'),
    ]),
  )
  const shared = file.zip.has('xl/sharedStrings.xml')
    ? file.part('xl/sharedStrings.xml')
    : undefined
  if (shared?.ok === false) return shared
  const strings = childrenOf(shared?.value, 'si').map(stringOf)
  const styles = file.zip.has('xl/styles.xml') ? file.part('xl/styles.xml') : undefined
  if (styles?.ok === false) return styles
  const formats = formatsOf(styles?.value)
  const blocks: Block[] = []
  const pages: PageFacts[] = []
  for (const sheet of childrenOf(child(workbook.value, 'sheets'), 'sheet')) {
    if (sheet.attributes.state !== undefined && sheet.attributes.state !== 'visible') continue
    const target = targets.get(sheet.attributes['r:id'] ?? '')
    if (target === undefined) continue
    const part = file.part(target)
    if (!part.ok) return part
    const page = pages.length + 1
    const name = sheet.attributes.name ?? `sheet${page}`
    const cells = cellsOf(part.value, { page, name, strings, formats })
    pages.push({
      page,
      width: 0,
      height: 0,
      images: 0,
      characters: cells.reduce((n, cell) => n + countCharacters(cell.text), 0),
    })
    blocks.push({
      kind: 'paragraph',
      text: name,
      level: 1,
      spans: [{ at: 0, place: { page, path: name } }],
    })
    if (cells.length === 0) continue
    blocks.push({
      kind: 'table',
      rows: Math.max(...cells.map((cell) => cell.row + cell.rows)),
      columns: Math.max(...cells.map((cell) => cell.column + cell.columns)),
      cells,
      ruled: true,
    })
  }
  return ok({ kind: 'xlsx', pages, blocks })
}

interface Sheet {
  readonly page: number
  readonly name: string
  readonly strings: readonly string[]
  readonly formats: readonly NumberFormat[]
}

/** @property decimals as displayed; undefined shows the stored digits */
interface NumberFormat {
  readonly decimals: number | undefined
  readonly percent: boolean
  readonly date: boolean
}

const GENERAL: NumberFormat = { decimals: undefined, percent: false, date: false }

/** Formats that need no declaration. @see ECMA-376 part 1, 18.8.30 */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  14: 'yyyy-mm-dd',
  37: '#,##0',
  38: '#,##0',
  39: '#,##0.00',
  40: '#,##0.00',
}

function formatsOf(styles: Element | undefined): NumberFormat[] {
  const codes = new Map(
    childrenOf(child(styles, 'numFmts'), 'numFmt').map(({ attributes }) => [
      Number(attributes.numFmtId),
      attributes.formatCode ?? '',
    ]),
  )
  return childrenOf(child(styles, 'cellXfs'), 'xf').map(({ attributes }) => {
    const id = Number(attributes.numFmtId ?? 0)
    const code = (codes.get(id) ?? BUILT_IN[id] ?? '').split(';')[0]!.replaceAll(/"[^"]*"|\\./g, '')
    if (/[ymdhs]/i.test(code.replaceAll(/\[[^\]]*\]/g, ''))) return { ...GENERAL, date: true }
    if (!/[0#]/.test(code)) return GENERAL
    return {
      decimals: /\.([0#]+)/.exec(code)?.[1]?.length ?? 0,
      percent: code.includes('%'),
      date: false,
    }
  })
}

function cellsOf(sheet: Element, context: Sheet): Cell[] {
  const merges = new Map<string, { rows: number; columns: number }>()
  const covered: { r0: number; c0: number; r1: number; c1: number }[] = []
  for (const { attributes } of childrenOf(child(sheet, 'mergeCells'), 'mergeCell')) {
    const [from, to] = (attributes.ref ?? '').split(':')
    const a = addressOf(from ?? '')
    const b = addressOf(to ?? '')
    if (a === undefined || b === undefined) continue
    merges.set(from!, { rows: b.row - a.row + 1, columns: b.column - a.column + 1 })
    covered.push({ r0: a.row, c0: a.column, r1: b.row, c1: b.column })
  }
  const cells: Cell[] = []
  for (const line of childrenOf(child(sheet, 'sheetData'), 'row')) {
    for (const c of childrenOf(line, 'c')) {
      const reference = c.attributes.r ?? ''
      const at = addressOf(reference)
      if (at === undefined) continue
      const merge = merges.get(reference)
      if (
        merge === undefined &&
        covered.some((m) =>
          at.row >= m.r0 && at.row <= m.r1 && at.column >= m.c0 && at.column <= m.c1
        )
      ) continue
      const text = valueOf(c, context)
      if (text === '' && merge === undefined) continue
      cells.push({
        ...at,
        rows: merge?.rows ?? 1,
        columns: merge?.columns ?? 1,
        text,
        place: { page: context.page, path: `${context.name}!${reference}` },
      })
    }
  }
  return cells
}

function valueOf(c: Element, { strings, formats }: Sheet): string {
  const value = child(c, 'v')
  const raw = value === undefined ? '' : textOf(value)
  if (c.attributes.t === 's') return strings[Number(raw)] ?? ''
  if (c.attributes.t === 'inlineStr') return stringOf(child(c, 'is')!)
  if (c.attributes.t === 'str' || c.attributes.t === 'e' || raw === '') return raw
  if (c.attributes.t === 'b') return raw === '1' ? 'TRUE' : 'FALSE'
  return display(raw, formats[Number(c.attributes.s ?? 0)] ?? GENERAL)
}

/** A stored number as its format shows it, rounded half away from zero in integers. */
export function display(raw: string, format: NumberFormat): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/i.exec(raw)
  if (match === null) return raw
  const [, sign, whole, fraction = '', exponent = '0'] = match
  let decimals = fraction.length - Number(exponent) - (format.percent ? 2 : 0)
  let digits = BigInt(whole + fraction)
  if (format.date) return dateOf(Number(raw))
  if (Math.abs(decimals) > 400) return raw
  if (decimals < 0) [digits, decimals] = [digits * 10n ** BigInt(-decimals), 0]
  // A binary fraction is stored with up to 17 digits; fifteen are what the number meant.
  const wanted = format.decimals ?? Math.min(decimals, Math.max(0, 15 - whole!.length))
  if (decimals > wanted) {
    const cut = 10n ** BigInt(decimals - wanted)
    digits = (digits + cut / 2n) / cut
    decimals = wanted
  }
  const padding = Math.max(0, (format.decimals ?? decimals) - decimals)
  digits *= 10n ** BigInt(padding)
  decimals += padding
  const text = digits.toString().padStart(decimals + 1, '0')
  const shown = decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`
  const trimmed = format.decimals === undefined && decimals > 0
    ? shown.replace(/\.?0+$/, '')
    : shown
  return `${digits === 0n ? '' : sign}${trimmed}${format.percent ? '%' : ''}`
}

/** A serial day of the 1900 calendar, in which 1900-02-29 is counted though it never was. */
function dateOf(serial: number): string {
  if (!(serial >= 61 && serial < 2_958_466)) return String(serial)
  return new Date(Date.UTC(1899, 11, 30) + Math.floor(serial) * 86_400_000).toISOString().slice(
    0,
    10,
  )
}

function stringOf(si: Element): string {
  return si.children.map((node) => {
    if (typeof node === 'string' || node.name === 'rPh') return ''
    return node.name === 't' ? textOf(node) : node.name === 'r' ? stringOf(node) : ''
  }).join('')
}

function addressOf(reference: string): { row: number; column: number } | undefined {
  const match = /^([A-Z]{1,3})(\d{1,7})$/.exec(reference)
  if (match === null) return undefined
  const column = Array.from(match[1]!).reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1
  return { row: Number(match[2]) - 1, column }
}
