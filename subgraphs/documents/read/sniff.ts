/**
 * What a file is, by its first bytes and never by its name alone.
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { FileKind } from './model.ts'

export type SniffCode =
  | 'FILE_EMPTY'
  | 'FILE_KIND_UNKNOWN'
  | 'FILE_KIND_MISMATCH'
  | 'FILE_ENCRYPTED'
  | 'FILE_MACROS'

const NAMED: Readonly<Record<string, 'pdf' | 'package'>> = {
  pdf: 'pdf',
  docx: 'package',
  xlsx: 'package',
}

/** Extensions of the same formats that carry macros or predate the open ones. */
const MACRO_NAMES = /\.(?:docm|dotm|xlsm|xltm|xlam)$/i

/**
 * @param name the file's name; its extension must not contradict the bytes
 * @param head the first kilobyte or more
 */
export function sniff(name: string, head: Uint8Array): Result<'pdf' | 'package', SniffCode> {
  if (head.length === 0) return refuse('FILE_EMPTY', 'The file is empty.', '/file')
  if (MACRO_NAMES.test(name)) {
    return refuse('FILE_MACROS', 'A file of this kind carries macros; save it without.', '/name')
  }
  const text = new TextDecoder('latin1').decode(head.subarray(0, 1024))
  const found = text.includes('%PDF-')
    ? 'pdf'
    : text.startsWith('PK\u0003\u0004')
    ? 'package'
    : undefined
  if (found === undefined) {
    // An OOXML file with a password is wrapped in a compound file, and so were all files before 2007.
    return text.startsWith('\u00d0\u00cf\u0011\u00e0')
      ? refuse(
        'FILE_ENCRYPTED',
        'The file is encrypted or of a format before 2007; save it anew without a password.',
        '/file',
      )
      : refuse('FILE_KIND_UNKNOWN', 'A filing is a PDF, DOCX or XLSX file.', '/file')
  }
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase()
  if (extension !== undefined && NAMED[extension] !== found) {
    return refuse(
      'FILE_KIND_MISMATCH',
      `The name says ${extension}, the content is ${found === 'pdf' ? 'PDF' : 'OOXML'}.`,
      '/name',
    )
  }
  return ok(found)
}

/** Whether the kind inside a package is the one that its name says. */
export function checkPackageName(
  name: string,
  kind: FileKind,
): Result<FileKind, 'FILE_KIND_MISMATCH'> {
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase()
  return extension === undefined || extension === kind
    ? ok(kind)
    : refuse('FILE_KIND_MISMATCH', `The name says ${extension}, the content is ${kind}.`, '/name')
}
