/**
 * Reads a file of any kind, page by page where it has pages.
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type Block, countCharacters, type PageFacts, type ReadDocument } from './model.ts'
import { readDocx } from './ooxml/docx.ts'
import { openPackage, type PackageCode } from './ooxml/package.ts'
import { readXlsx } from './ooxml/xlsx.ts'
import { Assembler } from './pdf/assemble.ts'
import { layoutPage } from './pdf/layout.ts'
import type { RawPage } from './pdf/page.ts'
import { openPdf, type PdfCode } from './pdf/reader.ts'
import { checkPackageName, sniff, type SniffCode } from './sniff.ts'

export type ReadCode =
  | PdfCode
  | PackageCode
  | SniffCode
  | 'FILE_TOO_MANY_PAGES'
  | 'FILE_NO_TEXT'
  | 'FILE_TEXT_UNREADABLE'

/** @property pagesMax of a PDF @property blocksMax of any document */
export interface ReadLimits {
  readonly pagesMax: number
  readonly blocksMax: number
}

export const READ_LIMITS: ReadLimits = { pagesMax: 3_000, blocksMax: 500_000 }

/** Told while a file is read. @property pages 0 where a format has none */
export interface Reading {
  (step: { readonly page: number; readonly pages: number; readonly blocks: readonly Block[] }):
    | void
    | Promise<void>
}

/** After so many pages without a letter a file is taken for a scan. */
const SCAN_PAGES = 15
/** The largest share of characters that mean nothing. */
const UNREADABLE_MAX = 0.3

/**
 * Reads a file. Refuses what is hostile, damaged or has no text.
 *
 * @param name for its extension @param onStep told of each page's complete blocks
 */
export async function readFiling(
  name: string,
  data: Uint8Array,
  onStep: Reading = () => {},
  limits = READ_LIMITS,
): Promise<Result<ReadDocument, ReadCode>> {
  const kind = sniff(name, data.subarray(0, 1024))
  if (!kind.ok) return kind
  if (kind.value === 'pdf') return await readPdf(data, onStep, limits)
  const file = openPackage(data)
  if (!file.ok) return file
  const named = checkPackageName(name, file.value.kind)
  if (!named.ok) return named
  const read = file.value.kind === 'docx' ? readDocx(file.value) : readXlsx(file.value)
  if (!read.ok) return read
  if (read.value.blocks.length === 0) return noText()
  await onStep({ page: 0, pages: 0, blocks: read.value.blocks })
  return read
}

async function readPdf(
  data: Uint8Array,
  onStep: Reading,
  limits: ReadLimits,
): Promise<Result<ReadDocument, ReadCode>> {
  const opened = await openPdf(data)
  if (!opened.ok) return opened
  const pdf = opened.value
  try {
    if (pdf.pages > limits.pagesMax) {
      return refuse('FILE_TOO_MANY_PAGES', `A PDF has at most ${limits.pagesMax} pages.`, '/file', {
        pages: pdf.pages,
      })
    }
    const assembler = new Assembler()
    const pages: PageFacts[] = []
    const blocks: Block[] = []
    let characters = 0
    let strange = 0
    for (let number = 1; number <= pdf.pages; number++) {
      let raw: RawPage
      try {
        raw = await pdf.read(number)
      } catch {
        return refuse('FILE_DAMAGED', `Page ${number} cannot be read.`, '/file', { page: number })
      }
      const facts = pageFacts(raw)
      pages.push(facts)
      characters += facts.characters
      strange += raw.runs.reduce((n, run) => n + countStrange(run.text), 0)
      if (number === Math.min(SCAN_PAGES, pdf.pages) && characters === 0) return noText()
      if (characters > 200 && strange > characters * UNREADABLE_MAX) {
        return refuse(
          'FILE_TEXT_UNREADABLE',
          'The fonts of the PDF do not tell which characters they show.',
          '/file',
        )
      }
      const { page, width, height } = raw
      const closed = assembler.push({ page, width, height, items: layoutPage(raw) })
      blocks.push(...closed)
      await onStep({ page: number, pages: pdf.pages, blocks: closed })
    }
    const rest = assembler.end()
    blocks.push(...rest)
    await onStep({ page: pdf.pages, pages: pdf.pages, blocks: rest })
    if (characters === 0) return noText()
    return ok({ kind: 'pdf', pages, blocks })
  } finally {
    await pdf.close()
  }
}

function pageFacts({ page, width, height, images, runs }: RawPage): PageFacts {
  const characters = runs.reduce((n, run) => n + countCharacters(run.text), 0)
  return { page, width, height, images, characters }
}

/** Characters of no meaning: controls, replacements, private use. */
function countStrange(text: string): number {
  return text.match(/[\p{Co}\ufffd]|(?!\s)\p{Cc}/gu)?.length ?? 0
}

function noText() {
  return refuse(
    'FILE_NO_TEXT',
    'The file has no text layer, only pictures; recognise its text first.',
    '/file',
  )
}
