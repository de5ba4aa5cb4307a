/**
 * The filing itself with a frame and a note at each place of a finding.
 */
import { PDFArray, PDFDocument, PDFHexString, PDFName, type PDFPage } from 'pdf-lib'
import { type ExportLine, noteOf } from './lines.ts'

const COLOURS: Readonly<Record<string, readonly [number, number, number]>> = {
  error: [0.85, 0.1, 0.1],
  warning: [0.95, 0.6, 0],
  notice: [0.2, 0.45, 0.85],
}

/** Adds annotations; the pages themselves stay as they are. @param lines of this file alone */
export async function annotatedPdf(
  file: Uint8Array,
  lines: readonly ExportLine[],
  document: string,
): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(file, { updateMetadata: false })
  const pages = pdf.getPages()
  for (const line of lines) {
    for (const [i, { place, name }] of line.places.entries()) {
      if (name !== document) continue
      const page = pages[place.page - 1]
      if (page === undefined) continue
      // The first place has the note; the others are framed and point to it.
      annotate(
        page,
        place.box ?? [0, 0, 20, 20],
        line,
        i === 0 ? noteOf(line) : `→ ${line.message}`,
      )
    }
  }
  return await pdf.save({ useObjectStreams: false })
}

function annotate(
  page: PDFPage,
  box: readonly [number, number, number, number],
  line: ExportLine,
  note: string,
): void {
  const { context } = page.doc
  const { x, y, height } = page.getMediaBox()
  // Boxes count from the top left; a page that is turned keeps its note at its corner.
  const upright = page.getRotation().angle % 360 === 0
  const [x0, y0, x1, y1] = upright ? box : [0, 0, 20, 20]
  const annotation = context.obj({
    Type: 'Annot',
    Subtype: 'Square',
    Rect: [x + x0 - 1, y + height - y1 - 1, x + x1 + 1, y + height - y0 + 1],
    C: [...(COLOURS[line.severity] ?? COLOURS.notice!)],
    Border: [0, 0, 1],
    F: 4,
    T: PDFHexString.fromText('审核'),
    Contents: PDFHexString.fromText(note),
    NM: PDFHexString.fromText(line.id),
  })
  const key = PDFName.of('Annots')
  const annotations = page.node.lookup(key)
  if (annotations instanceof PDFArray) annotations.push(context.register(annotation))
  else page.node.set(key, context.obj([context.register(annotation)]))
}
