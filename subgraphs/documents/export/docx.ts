/**
 * The filing itself with a comment at each finding.
 *
 * Nothing writes a DOCX back faithfully, so nothing is written back: the text of the file is left as
 * it is and the comments' marks are put in between.
 */
import { strFromU8, strToU8, zipSync } from 'fflate'
import { must } from '../../kernel/result.ts'
import { openZip } from '../read/ooxml/zip.ts'
import { type ExportLine, noteOf } from './lines.ts'

const DOCUMENT = 'word/document.xml'
const COMMENTS = 'word/comments.xml'
const RELATIONS = 'word/_rels/document.xml.rels'
const TYPES = '[Content_Types].xml'
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'

/** Adds comments. @param lines of this file alone */
export function commentedDocx(
  file: Uint8Array,
  lines: readonly ExportLine[],
  at: string,
): Uint8Array {
  const zip = must(openZip(file))
  const parts: Record<string, Uint8Array> = {}
  for (const name of zip.names) if (!name.endsWith('/')) parts[name] = must(zip.read(name))
  const xml = strFromU8(parts[DOCUMENT]!)
  const places = paragraphPlaces(xml)
  const existing = COMMENTS in parts ? strFromU8(parts[COMMENTS]!) : undefined
  let id = Math.max(
    0,
    ...Array.from(
      existing?.matchAll(/<w:comment\b[^>]*w:id="(\d+)"/g) ?? [],
      (m) => Number(m[1]) + 1,
    ),
  )
  const marks: { at: number; text: string }[] = []
  let comments = ''
  for (const line of lines) {
    const path = line.places[0]?.place.path
    const paragraph = path === undefined ? undefined : places.get(path)
    if (paragraph === undefined) continue
    comments += `<w:comment w:id="${id}" w:author="审核" w:date="${at}">${
      noteOf(line).split('\n').map((text) =>
        `<w:p><w:r><w:t xml:space="preserve">${escape(text)}</w:t></w:r></w:p>`
      ).join('')
    }</w:comment>`
    marks.push({ at: paragraph.from, text: `<w:commentRangeStart w:id="${id}"/>` })
    marks.push({
      at: paragraph.to,
      text: `<w:commentRangeEnd w:id="${id}"/><w:r><w:commentReference w:id="${id}"/></w:r>`,
    })
    id += 1
  }
  parts[DOCUMENT] = strToU8(inserted(xml, marks))
  parts[COMMENTS] = strToU8(
    existing === undefined
      ? `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:comments xmlns:w="${WORD}">${comments}</w:comments>`
      : existing.replace('</w:comments>', `${comments}</w:comments>`),
  )
  if (existing === undefined) declareComments(parts)
  return zipSync(parts, { level: 6 })
}

function declareComments(parts: Record<string, Uint8Array>): void {
  const relation = '<Relationship Id="rIdReviewComments" Type="http://schemas.openxmlformats.org/' +
    'officeDocument/2006/relationships/comments" Target="comments.xml"/>'
  const relations = RELATIONS in parts
    ? strFromU8(parts[RELATIONS]!)
    : '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
  parts[RELATIONS] = strToU8(
    /<Relationships[^>]*\/>/.test(relations)
      ? relations.replace(
        /<Relationships([^>]*)\/>/,
        `<Relationships$1>${relation}</Relationships>`,
      )
      : relations.replace('</Relationships>', `${relation}</Relationships>`),
  )
  const override =
    `<Override PartName="/${COMMENTS}" ContentType="application/vnd.openxmlformats-` +
    'officedocument.wordprocessingml.comments+xml"/>'
  parts[TYPES] = strToU8(strFromU8(parts[TYPES]!).replace('</Types>', `${override}</Types>`))
}

/** Where the runs of a paragraph begin and end in the text of the file. */
interface ParagraphPlace {
  readonly from: number
  readonly to: number
}

const TAG = /<(\/?)([A-Za-z0-9]+:[A-Za-z0-9]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>/g
/** Elements that count their own paragraphs and tables, as the reader does. */
const CONTAINERS = new Set(['w:body', 'w:tc'])
const WRAPPERS = new Set([
  'w:sdt',
  'w:sdtContent',
  'w:ins',
  'w:moveTo',
  'w:customXml',
  'w:smartTag',
])

interface Open {
  readonly name: string
  readonly path: string
  readonly counts: Map<string, number>
  from: number
}

/** Paragraphs by the path that the reader gives them; a cell stands for its first paragraph. */
function paragraphPlaces(xml: string): Map<string, ParagraphPlace> {
  const places = new Map<string, ParagraphPlace>()
  const stack: Open[] = []
  const count = (open: Open, name: string) => {
    const at = open.counts.get(name) ?? 0
    open.counts.set(name, at + 1)
    return at
  }
  for (const match of xml.matchAll(TAG)) {
    const [whole, closing, name, , selfClosing] = match
    const end = match.index + whole!.length
    if (closing === '/') {
      const open = stack.pop()
      if (open === undefined) break
      if (name === 'w:p' && open.path !== '' && open.from > 0) {
        places.set(open.path, { from: open.from, to: match.index })
        const cell = /^(.*\/tc\[\d+\])\/p\[\d+\]$/.exec(open.path)?.[1]
        if (cell !== undefined && !places.has(cell)) places.set(cell, places.get(open.path)!)
      }
      // Runs begin after the properties of their paragraph.
      const parent = stack.at(-1)
      if (name === 'w:pPr' && parent?.name === 'w:p') parent.from = end
      continue
    }
    const parent = stack.at(-1)
    let path = ''
    if (name === 'w:body') path = 'body'
    else if (parent !== undefined && parent.path !== '') {
      const holder = stack.findLast((open) => !WRAPPERS.has(open.name))!
      if (WRAPPERS.has(name!)) path = holder.path
      else if (CONTAINERS.has(holder.name) && (name === 'w:p' || name === 'w:tbl')) {
        path = `${holder.path}/${name.slice(2)}[${count(holder, name)}]`
      } else if (holder.name === 'w:tbl' && name === 'w:tr') {
        path = `${holder.path}/tr[${count(holder, name)}]`
      } else if (holder.name === 'w:tr' && name === 'w:tc') {
        path = `${holder.path}/tc[${count(holder, name)}]`
      }
    }
    if (selfClosing === '/') continue
    stack.push({ name: name!, path, counts: new Map(), from: end })
  }
  return places
}

function inserted(
  xml: string,
  marks: readonly { readonly at: number; readonly text: string }[],
): string {
  let text = ''
  let from = 0
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    text += xml.slice(from, mark.at) + mark.text
    from = mark.at
  }
  return text + xml.slice(from)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
