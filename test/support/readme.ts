/**
 * The codes that a subgraph's README lists and those that its source has.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SUBGRAPHS = join(import.meta.dirname!, '../../subgraphs')

const REFUSALS = [
  /\brefuse\(\s*'([A-Z_]+)'/g,
  // What ends a job is told as the text of an error that begins with its code.
  /\bnew Error\(\s*['`]([A-Z]+_[A-Z_]+):/g,
  /\bextensions: \{\s*code: '([A-Z_]+)'/g,
]
const FINDINGS = [
  /\bfinding\(\s*'([A-Z_]+)'/g,
  /^ +([A-Z_]+): sql/gm,
  /(?:return|undefined :|\)) '([A-Z]+_[A-Z_]+)'/g,
]

/** Codes, each once, sorted. */
export interface Codes {
  readonly refusals: string[]
  readonly findings: string[]
}

export function codesInSource(subgraph: string): Codes {
  const files = readdirSync(join(SUBGRAPHS, subgraph), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
  const find = (names: readonly string[], patterns: readonly RegExp[]) => {
    const texts = names.map((name) => readFileSync(join(SUBGRAPHS, subgraph, name), 'utf8'))
    return unique(
      texts.flatMap((text) =>
        patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1]!))
      ),
    )
  }
  return {
    refusals: find(files, REFUSALS),
    findings: find(files.filter((name) => name === 'verify.ts'), FINDINGS),
  }
}

export function codesInReadme(subgraph: string): Codes {
  const text = readFileSync(join(SUBGRAPHS, subgraph, 'README.md'), 'utf8')
  const listed = (heading: string) => {
    const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
    return Array.from(section.matchAll(/^\| `([A-Z_]+)` +\|/gm), (match) => match[1]!)
  }
  return { refusals: listed('Refusal codes'), findings: listed('Findings of verification') }
}

function unique(codes: readonly string[]): string[] {
  return [...new Set(codes)].toSorted()
}
