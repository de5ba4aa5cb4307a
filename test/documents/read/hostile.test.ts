import * as fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { openZip } from '../../../subgraphs/documents/read/ooxml/zip.ts'
import { READ_LIMITS, readFiling } from '../../../subgraphs/documents/read/read.ts'
import { isRefusal } from '../../../subgraphs/kernel/result.ts'
import { docxOf, paragraph, relationships } from '../fixtures/ooxml.ts'
import { pdfOf } from '../fixtures/pdf.ts'
import { textsOf } from '../fixtures/text.ts'

async function codeOf(name: string, data: Uint8Array, limits = READ_LIMITS): Promise<string> {
  const read = await readFiling(name, data, undefined, limits)
  return read.ok ? 'OK' : read.code
}

const text = (content: string) => [{ text: content, x: 80, y: 100 }]
const good = pdfOf([text('正文')])

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006'
const SHEET_RELATIONS =
  `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
  `<Relationship Id="rId1" Type="${OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`

/** A workbook of one cell. */
function workbook(parts: Readonly<Record<string, string>> = {}): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const files: Record<string, string> = {
    '[Content_Types].xml':
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
      '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    '_rels/.rels':
      `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
      `<Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml':
      `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="${OFFICE}/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': SHEET_RELATIONS,
    'xl/worksheets/sheet1.xml':
      `<?xml version="1.0"?><worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>正文</t></is></c></row></sheetData></worksheet>`,
    ...parts,
  }
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [name, strToU8(content)])),
  )
}

describe('a PDF is refused with a reason when it', () => {
  it('is encrypted', async () => {
    const locked = pdfOf([text('正文')], {
      objects: [
        '<< >>',
        `<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${'41'.repeat(32)}> /U <${
          '42'.repeat(32)
        }> >>`,
      ],
      trailer: `/Encrypt 9 0 R /ID [<${'00'.repeat(16)}> <${'00'.repeat(16)}>]`,
    })
    expect(await codeOf('a.pdf', locked)).toBe('FILE_ENCRYPTED')
  })

  it('is cut short', async () => {
    expect(await codeOf('a.pdf', good)).toBe('OK')
    expect(await codeOf('a.pdf', good.subarray(0, 200))).toBe('FILE_DAMAGED')
    expect(await codeOf('a.pdf', new TextEncoder().encode('%PDF-1.7\n'))).toBe('FILE_DAMAGED')
  })

  it('has more pages than a filing', async () => {
    const pages = pdfOf(Array.from({ length: 6 }, () => text('页')))
    expect(await codeOf('a.pdf', pages, { ...READ_LIMITS, pagesMax: 5 })).toBe(
      'FILE_TOO_MANY_PAGES',
    )
    expect(await codeOf('a.pdf', pages, { ...READ_LIMITS, pagesMax: 6 })).toBe('OK')
    expect(READ_LIMITS.pagesMax).toBeLessThan(5_000)
    const many = pdfOf(Array.from({ length: 5_000 }, () => text('页')))
    expect(await codeOf('a.pdf', many)).toBe('FILE_TOO_MANY_PAGES')
  }, 30_000)

  it('has no text, only pictures', async () => {
    const scan = pdfOf([[]], {
      content: '\nq 500 0 0 700 40 40 cm /X1 Do Q',
      objects: [
        '<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray ' +
        '/BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream',
      ],
    })
    expect(await codeOf('scan.pdf', scan)).toBe('FILE_NO_TEXT')
  })

  it('has fonts that do not tell their characters', async () => {
    const strange = Array.from({ length: 30 }, (_, i) => String.fromCharCode(0xe000 + i)).join('')
    const lines = Array.from({ length: 20 }, (_, i) => ({ text: strange, x: 40, y: 60 + i * 20 }))
    const bare = new TextDecoder('latin1').decode(pdfOf([lines]))
      .replace('/Encoding /UniGB-UCS2-H', '/Encoding /Identity-H  ')
      .replaceAll('/Ordering (GB1)', '/Ordering (Own)')
    expect(await codeOf('a.pdf', Uint8Array.from(bare, (c) => c.charCodeAt(0)))).toBe(
      'FILE_TEXT_UNREADABLE',
    )
  })

  it('paints a form inside itself: the text around it is read, and it ends', async () => {
    const loop = pdfOf([text('正文')], {
      content: '\n/X1 Do',
      objects: [
        '<< /Type /XObject /Subtype /Form /BBox [0 0 10 10] /Resources << /XObject << /X1 8 0 R >> >> ' +
        '/Length 6 >>\nstream\n/X1 Do\nendstream',
      ],
    })
    const read = await readFiling('a.pdf', loop)
    expect(read.ok ? textsOf(read.value.blocks) : read.code).toEqual(['正文'])
  })

  it('has a page tree that leads to itself', async () => {
    const loop = new TextDecoder('latin1').decode(good).replace(
      /\/Kids \[6 0 R\] \/Count 1/,
      '/Kids [2 0 R] /Count 9',
    )
    expect(await codeOf('a.pdf', Uint8Array.from(loop, (c) => c.charCodeAt(0)))).toBe(
      'FILE_DAMAGED',
    )
  })
})

describe('an OOXML file is refused with a reason when it', () => {
  it('grows beyond what a document needs', async () => {
    const bomb = docxOf(paragraph(' '.repeat(8 * 1024 * 1024)))
    expect(bomb.length).toBeLessThan(200_000)
    expect(await codeOf('a.docx', bomb)).toBe('FILE_EXPANDS')
  })

  it('lies about the sizes of its parts', () => {
    const bomb = docxOf(paragraph(' '.repeat(8 * 1024 * 1024)))
    // The directory says that each part is one byte long once unpacked.
    const view = new DataView(bomb.buffer)
    for (let at = 0; at < bomb.length - 4; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 1, true)
    }
    const opened = openZip(bomb)
    expect(opened.ok && opened.value.read('word/document.xml')).toMatchObject({
      code: 'FILE_EXPANDS',
    })
  })

  it('defines entities', async () => {
    const document = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>' +
      '<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>'
    expect(await codeOf('a.docx', docxOf('', { 'word/document.xml': document }))).toBe(
      'FILE_EXPANDS',
    )
  })

  it('carries macros, by its name or inside', async () => {
    const inside = docxOf(paragraph('正文'), { 'word/vbaProject.bin': 'x' })
    expect(await codeOf('a.docx', inside)).toBe('FILE_MACROS')
    expect(await codeOf('a.docm', docxOf(paragraph('正文')))).toBe('FILE_MACROS')
    expect(await codeOf('a.xlsx', workbook())).toBe('OK')
    expect(await codeOf('a.xlsm', workbook())).toBe('FILE_MACROS')
    expect(await codeOf('a.xlsx', workbook({ 'xl/vbaProject.bin': 'x' }))).toBe('FILE_MACROS')
  })

  it('takes figures from another workbook', async () => {
    const linked = workbook({
      'xl/_rels/workbook.xml.rels': SHEET_RELATIONS.replace(
        '</Relationships>',
        `<Relationship Id="rId9" Type="${OFFICE}/relationships/externalLink" Target="file:///c:/other.xlsx" TargetMode="External"/></Relationships>`,
      ),
    })
    expect(await codeOf('a.xlsx', linked)).toBe('FILE_EXTERNAL_LINKS')
  })

  it('takes content from elsewhere, but not for a link to click', async () => {
    const withRelation = (type: string) =>
      docxOf(paragraph('正文'), {
        'word/_rels/document.xml.rels': relationships(type, 'http://example.com/x'),
      })
    expect(await codeOf('a.docx', withRelation('attachedTemplate'))).toBe('FILE_EXTERNAL_LINKS')
    expect(await codeOf('a.docx', withRelation('oleObject'))).toBe('FILE_EXTERNAL_LINKS')
    expect(await codeOf('a.docx', withRelation('hyperlink'))).toBe('OK')
  })

  it('is cut short', async () => {
    const file = docxOf(paragraph('正文'))
    expect(await codeOf('a.docx', file.subarray(0, file.length - 40))).toBe('FILE_DAMAGED')
    const bodiless = docxOf('', { 'word/document.xml': '<w:document xmlns:w="x"></w:document>' })
    expect(await codeOf('a.docx', bodiless)).toBe('FILE_DAMAGED')
  })

  it('has a part whose checksum is another: a changed byte is not read as if it were right', async () => {
    const stored = docxOf(paragraph('存货为1,000.00元'), {}, 0)
    expect(await codeOf('a.docx', stored)).toBe('OK')
    const at = new TextDecoder('latin1').decode(stored).indexOf('1,000.00')
    stored[at] = '2'.charCodeAt(0)
    expect(await codeOf('a.docx', stored)).toBe('FILE_DAMAGED')
  })

  it('is a package of something else', async () => {
    const other = docxOf('', { 'word/document.xml': '' })
    const renamed = new TextDecoder('latin1').decode(other).replaceAll(
      'word/document',
      'ward/document',
    )
    expect(await codeOf('a.docx', Uint8Array.from(renamed, (c) => c.charCodeAt(0)))).toBe(
      'FILE_KIND_UNKNOWN',
    )
  })
})

describe('whatever a file is called,', () => {
  it('its content decides, and a name that contradicts it is refused', async () => {
    expect(await codeOf('a.docx', good)).toBe('FILE_KIND_MISMATCH')
    expect(await codeOf('a.pdf', docxOf(paragraph('正文')))).toBe('FILE_KIND_MISMATCH')
    expect(await codeOf('a.xlsx', docxOf(paragraph('正文')))).toBe('FILE_KIND_MISMATCH')
    expect(await codeOf('a.exe', good)).toBe('FILE_KIND_MISMATCH')
    expect(await codeOf('无名', good)).toBe('OK')
    expect(await codeOf('a.pdf', new Uint8Array())).toBe('FILE_EMPTY')
    expect(await codeOf('a.doc', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1))).toBe(
      'FILE_ENCRYPTED',
    )
    expect(await codeOf('a.txt', new TextEncoder().encode('some text'))).toBe('FILE_KIND_UNKNOWN')
  })

  it('bytes that were changed anywhere are read or refused, never thrown about', async () => {
    const files = [['a.pdf', good], ['a.docx', docxOf(paragraph('正文'))]] as const
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 8,
        }),
        async ([name, file], edits) => {
          const bytes = file.slice()
          for (const [at, value] of edits) bytes[at % bytes.length] = value
          const read = await readFiling(name, bytes)
          expect(read.ok || isRefusal(read)).toBe(true)
        },
      ),
      { numRuns: 60, seed: 6 },
    )
  })
})
