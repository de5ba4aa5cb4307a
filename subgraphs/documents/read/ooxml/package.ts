/**
 * An OOXML package that is fit to be read: no macros, nothing fetched from elsewhere.
 */
import { ok, refuse, type Result } from '../../../kernel/result.ts'
import { childrenOf, type Element, readXml } from './xml.ts'
import { openZip, type ZipCode, type ZipPackage } from './zip.ts'

export type PackageCode = ZipCode | 'FILE_MACROS' | 'FILE_EXTERNAL_LINKS' | 'FILE_KIND_UNKNOWN'

/** @property kind by what is inside, whatever the file is called */
export interface OpenPackage {
  readonly kind: 'docx' | 'xlsx'
  readonly zip: ZipPackage
  /** A part as a tree. */
  part(name: string): Result<Element, PackageCode>
}

/** Opens a package by its bytes. */
export function openPackage(data: Uint8Array): Result<OpenPackage, PackageCode> {
  const opened = openZip(data)
  if (!opened.ok) return opened
  const zip = opened.value
  const kind = zip.has('word/document.xml')
    ? 'docx'
    : zip.has('xl/workbook.xml')
    ? 'xlsx'
    : undefined
  if (kind === undefined) {
    return refuse('FILE_KIND_UNKNOWN', 'The package is no DOCX and no XLSX.', '/file')
  }
  if (zip.names.some((name) => /vbaProject|vbaData|\/macrosheets\//i.test(name))) {
    return refuse('FILE_MACROS', 'The file carries macros; save it without them.', '/file')
  }
  const part = (name: string): Result<Element, PackageCode> => {
    const bytes = zip.read(name)
    return bytes.ok ? readXml(bytes.value) : bytes
  }
  for (const name of zip.names) {
    if (/^(?:word|xl)\/externalLinks\//i.test(name)) return external(name)
    if (!name.endsWith('.rels')) continue
    const relations = part(name)
    if (!relations.ok) return relations
    for (const { attributes } of childrenOf(relations.value, 'Relationship')) {
      // Links that a reader clicks are content; what is fetched on opening is not.
      if (attributes.TargetMode === 'External' && !/\/hyperlink$/.test(attributes.Type ?? '')) {
        return external(name)
      }
    }
  }
  return ok({ kind, zip, part })
}

function external(part: string) {
  return refuse(
    'FILE_EXTERNAL_LINKS',
    'The file takes content from elsewhere when it is opened.',
    '/file',
    { part },
  )
}
