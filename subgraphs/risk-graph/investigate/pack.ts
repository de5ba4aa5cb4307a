/**
 * What an investigator takes along: a list, a chart, or everything with hashes.
 */
import { canonicalJson, type CanonicalValue } from '../../kernel/canonical-json.ts'
import { sha256Hex } from '../../kernel/chain.ts'
import { csvField } from '../../kernel/csv.ts'
import type { AlertReport } from '../detect/report.ts'

/** An entity as it may be shown. */
export interface ShownEntity {
  readonly id: string
  readonly type: string
  readonly name: string
}

/** The links of an alert, one a row, for spreadsheets. */
export function alertCsv(alert: AlertReport): string {
  const rows = alert.evidence.map(({ id, from, kind, to, on }) => [id, from, kind, to, on ?? ''])
  return `\uFEFFevidence,from,kind,to,on\r\n${
    rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('')
  }`
}

/** The alert as a graph that chart programs read. @see http://graphml.graphdrawing.org */
export function alertGraphml(alert: AlertReport, entities: readonly ShownEntity[]): string {
  const members = new Set(alert.members)
  const nodes = entities.map(({ id, type, name }) =>
    `<node id="${xml(id)}"><data key="type">${xml(type)}</data><data key="name">${
      xml(name)
    }</data>` +
    `<data key="member">${members.has(id)}</data></node>`
  )
  const edges = alert.evidence.map(({ id, from, to, kind, on }) =>
    `<edge id="${xml(id)}" source="${xml(from)}" target="${xml(to)}">` +
    `<data key="kind">${xml(kind)}</data><data key="on">${xml(on ?? '')}</data></edge>`
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    '<key id="type" for="node" attr.name="type" attr.type="string"/>',
    '<key id="name" for="node" attr.name="name" attr.type="string"/>',
    '<key id="member" for="node" attr.name="member" attr.type="boolean"/>',
    '<key id="kind" for="edge" attr.name="kind" attr.type="string"/>',
    '<key id="on" for="edge" attr.name="on" attr.type="string"/>',
    `<graph id="${xml(alert.alert)}" edgedefault="directed">`,
    ...nodes,
    ...edges,
    '</graph>',
    '</graphml>',
    '',
  ].join('\n')
}

/** What makes up an evidence pack. */
export interface PackContent {
  readonly alert: AlertReport
  readonly entities: readonly ShownEntity[]
  readonly rules: CanonicalValue
  readonly baseline: CanonicalValue
  readonly history: CanonicalValue
  readonly madeBy: string
  readonly madeAt: string
}

/**
 * Everything that an alert rests on, each part with its sha256 over canonical JSON (RFC 8785), and
 * one hash over those.
 */
export function evidencePack(content: PackContent): string {
  const parts = Object.entries(content).map(([name, value]) => ({
    name,
    sha256: sha256Hex(canonicalJson(value as CanonicalValue)),
    value: value as CanonicalValue,
  }))
  const root = sha256Hex(parts.map(({ name, sha256 }) => `${name} ${sha256}\n`).join(''))
  return `${JSON.stringify({ format: 'huitong-evidence-1', root, parts }, null, 1)}\n`
}

/** Text inside XML; characters that XML cannot hold are left out. */
function xml(text: string): string {
  return text
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
