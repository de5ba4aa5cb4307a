/**
 * XML parts as trees, in document order.
 */
import { XMLParser } from 'fast-xml-parser'
import { ok, refuse, type Result } from '../../../kernel/result.ts'

/** An element. @property name with its prefix as written, such as `w:p` */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
})

const ATTRIBUTES = ':@'
const TEXT = '#text'

/** Reads a part. Refuses a document type, which could define entities without end. */
export function readXml(bytes: Uint8Array): Result<Element, 'FILE_DAMAGED' | 'FILE_EXPANDS'> {
  const text = new TextDecoder().decode(bytes)
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) {
    return refuse('FILE_EXPANDS', 'A part of the package declares a document type.', '/file')
  }
  let nodes: RawNode[]
  try {
    nodes = parser.parse(text) as RawNode[]
  } catch {
    return refuse('FILE_DAMAGED', 'A part of the package is not XML.', '/file')
  }
  const root = nodes.map(elementOf).find((node) => typeof node !== 'string')
  return root === undefined || typeof root === 'string'
    ? refuse('FILE_DAMAGED', 'A part of the package is empty.', '/file')
    : ok(root)
}

type RawNode = Readonly<Record<string, unknown>>

function elementOf(node: RawNode): Element | string {
  if (TEXT in node) return String(node[TEXT])
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES)!
  return {
    name,
    attributes: (node[ATTRIBUTES] ?? {}) as Record<string, string>,
    children: (node[name] as RawNode[]).map(elementOf),
  }
}

/** The first child of a name. */
export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((node): node is Element =>
    typeof node !== 'string' && node.name === name
  )
}

export function childrenOf(element: Element | undefined, name: string): Element[] {
  return (element?.children ?? []).filter((node): node is Element =>
    typeof node !== 'string' && node.name === name
  )
}

/** All text below an element. */
export function textOf(element: Element): string {
  return element.children.map((node) => typeof node === 'string' ? node : textOf(node)).join('')
}
