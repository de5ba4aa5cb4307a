/**
 * Pages of a PDF through pdf.js: text with boxes, and the operators that draw.
 *
 * The only file that knows pdf.js. Pictures are not decoded: their size alone could fill the memory.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { getDocument, OPS, PasswordResponses } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { ok, refuse, type Result } from '../../../kernel/result.ts'
import { type Box, countCharacters } from '../model.ts'
import type { RawPage, Run } from './page.ts'
import { type Operators, rulingsOf } from './rulings.ts'

/** An open PDF. */
export interface PdfReader {
  readonly pages: number
  /** Reads one page and frees what it took. @param page from 1 */
  read(page: number): Promise<RawPage>
  close(): Promise<void>
}

export type PdfCode = 'FILE_ENCRYPTED' | 'FILE_DAMAGED'

const OPERATORS: Operators = {
  save: OPS.save,
  restore: OPS.restore,
  transform: OPS.transform,
  formBegin: OPS.paintFormXObjectBegin,
  formEnd: OPS.paintFormXObjectEnd,
  constructPath: OPS.constructPath,
  unpainted: new Set([OPS.endPath, OPS.clip, OPS.eoClip]),
  stroked: new Set([
    OPS.stroke,
    OPS.closeStroke,
    OPS.fillStroke,
    OPS.eoFillStroke,
    OPS.closeFillStroke,
    OPS.closeEOFillStroke,
  ]),
  images: new Set([OPS.paintImageXObject, OPS.paintInlineImageXObject, OPS.paintImageMaskXObject]),
}

/** Pictures beyond so many pixels are left out, which is all of them. */
const IMAGE_PIXELS_MAX = 1

const FILES = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
/** pdf.js wants paths that end in a slash. */
const folder = (name: string) => `${join(FILES, name)}/`

/** Opens a PDF. Refuses one that needs a password or cannot be read. */
export async function openPdf(data: Uint8Array): Promise<Result<PdfReader, PdfCode>> {
  const task = getDocument({
    // pdf.js takes the buffer away from whoever hands it over.
    data: data.slice(),
    verbosity: 0,
    maxImageSize: IMAGE_PIXELS_MAX,
    // Nothing is drawn: the outlines of letters that a renderer would take are not made.
    disableFontFace: false,
    useSystemFonts: false,
    isOffscreenCanvasSupported: false,
    enableXfa: false,
    // Fonts that a file does not carry, 宋体 first of all, need these to have text at all.
    cMapUrl: folder('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
  })
  let locked = false
  task.onPassword = (_update: unknown, reason: number) => {
    locked = reason === PasswordResponses.NEED_PASSWORD
    void task.destroy()
  }
  let document
  try {
    document = await task.promise
  } catch (error) {
    await task.destroy()
    const name = error instanceof Error ? error.name : ''
    return locked || name === 'PasswordException'
      ? refuse('FILE_ENCRYPTED', 'The PDF is encrypted: bring it in without a password.', '/file')
      : refuse('FILE_DAMAGED', 'The PDF cannot be read; it may be cut short.', '/file')
  }
  return ok({
    pages: document.numPages,
    close: () => task.destroy(),
    async read(number) {
      const page = await document.getPage(number)
      try {
        const viewport = page.getViewport({ scale: 1 })
        const content = await page.getTextContent({ includeMarkedContent: false })
        const operators = await page.getOperatorList()
        const toPage = viewport.transform as [number, number, number, number, number, number]
        const { rulings, images } = rulingsOf(
          OPERATORS,
          operators.fnArray,
          operators.argsArray,
          toPage,
        )
        const runs: Run[] = []
        for (const item of content.items) {
          if ('str' in item && countCharacters(item.str) > 0) runs.push(runOf(item, toPage))
        }
        return {
          page: number,
          width: viewport.width,
          height: viewport.height,
          runs,
          rulings,
          images,
        }
      } finally {
        page.cleanup()
      }
    },
  })
}

/** Part of the height of a font that lies below the line it stands on. */
const DESCENT = 0.15

function runOf(
  item: { str: string; transform: number[]; width: number; height: number },
  m: readonly number[],
): Run {
  const [a, b, , , e, f] = item.transform as [number, number, number, number, number, number]
  const x = m[0]! * e + m[2]! * f + m[4]!
  const y = m[1]! * e + m[3]! * f + m[5]!
  const size = item.height || Math.hypot(a, b)
  // Where the text runs to, in the page's own turn: a page may be laid sideways.
  const length = Math.hypot(a, b) || 1
  const dx = (m[0]! * a + m[2]! * b) / length * item.width
  const dy = (m[1]! * a + m[3]! * b) / length * item.width
  const box: Box = Math.abs(dx) >= Math.abs(dy)
    ? [Math.min(x, x + dx), y - size * (1 - DESCENT), Math.max(x, x + dx), y + size * DESCENT]
    : [x - size * (1 - DESCENT), Math.min(y, y + dy), x + size * DESCENT, Math.max(y, y + dy)]
  return { text: item.str, box, size }
}
