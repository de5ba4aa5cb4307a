/**
 * What there is to know of a document without any schema, worked out once per document.
 *
 * Fragments are counted as if they were written out wherever they are spread, in time linear in the
 * document: each fragment is counted once, and its counts are added at each spread.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { DocumentLimits } from '../config.ts'
import { countFieldPairs } from './pairs.ts'

/** What makes sure that counts stay numbers, however often they double. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER

/** Of one selection set with everything below it. */
export interface Counts {
  readonly depth: number
  readonly fields: number
  readonly aliases: number
  readonly spreads: number
}

/** @property introspects whether it asks for `__schema` or `__type` anywhere */
export interface DocumentFacts {
  readonly operations: readonly OperationFacts[]
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly introspects: boolean
}

/** @property streams whether its answer can come in parts: `@defer`, `@stream` */
export interface OperationFacts extends Counts {
  readonly node: OperationDefinitionNode
  readonly name: string | undefined
  readonly rootFields: number
  readonly streams: boolean
}

export type FactsCode = 'DOCUMENT_TOO_COMPLEX' | 'DOCUMENT_TOO_DEEP' | 'FRAGMENT_CYCLE'

type Limits = Omit<DocumentLimits, 'chars' | 'tokens' | 'nesting'>

const NOTHING: Counts = { depth: 0, fields: 0, aliases: 0, spreads: 0 }

/** Counts a document; refuses one that is over a limit, or whose fragments spread themselves. */
export function factsOf(document: DocumentNode, limits: Limits): Result<DocumentFacts, FactsCode> {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  const written = refuseWritten(document, operations.length, limits)
  if (written !== undefined) return written
  const counter = new Counter(fragments)
  const found: OperationFacts[] = []
  for (const node of operations) {
    const counts = counter.count(node.selectionSet)
    if (counter.cycle !== undefined) break
    const rootFields = counter.rootFields(node.selectionSet)
    found.push({
      ...counts,
      node,
      name: node.name?.value,
      rootFields,
      streams: counter.streams,
    })
  }
  // Validation visits fragments that no operation spreads, too.
  const apart = [...fragments.values()].map(({ selectionSet }) => counter.count(selectionSet))
  if (counter.cycle !== undefined) {
    const { cycle } = counter
    return refuse('FRAGMENT_CYCLE', `The fragment ${short(cycle)} spreads itself.`)
  }
  for (const counts of [...found, ...apart]) {
    const refused = refuseCounts(counts, limits)
    if (refused !== undefined) return refused
  }
  const pairs = countFieldPairs(document, fragments, limits)
  if (pairs > limits.fieldPairs) {
    return tooMany('pairs of fields with one name', limits.fieldPairs)
  }
  return ok({ operations: found, fragments, introspects: counter.introspects })
}

/** The operation that a request means; undefined when it names none, or not one of these. */
export function operationOf(
  { operations }: DocumentFacts,
  name: string | undefined,
): OperationFacts | undefined {
  if (name === undefined || name === '') return operations.length === 1 ? operations[0] : undefined
  return operations.find((operation) => operation.name === name)
}

class Counter {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #known = new Map<string, Counts>()
  readonly #open = new Set<string>()
  readonly #roots = new Map<string, number>()
  cycle: string | undefined
  introspects = false
  streams = false

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments
  }

  count({ selections }: SelectionSetNode): Counts {
    let { depth, fields, aliases, spreads } = NOTHING
    for (const selection of selections) {
      let below: Counts
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value
        if (name === '__schema' || name === '__type') this.introspects = true
        if (selection.directives?.some(isStream)) this.streams = true
        below = selection.selectionSet === undefined ? NOTHING : this.count(selection.selectionSet)
        depth = Math.max(depth, below.depth + 1)
        fields += 1
        if (selection.alias !== undefined) aliases += 1
      } else {
        if (selection.directives?.some(isStream)) this.streams = true
        below = selection.kind === Kind.INLINE_FRAGMENT
          ? this.count(selection.selectionSet)
          : this.#countFragment(selection.name.value)
        depth = Math.max(depth, below.depth)
        if (selection.kind === Kind.FRAGMENT_SPREAD) spreads += 1
      }
      fields = Math.min(fields + below.fields, COUNT_MAX)
      aliases = Math.min(aliases + below.aliases, COUNT_MAX)
      spreads = Math.min(spreads + below.spreads, COUNT_MAX)
    }
    return { depth, fields, aliases, spreads }
  }

  /** Fields at the root, those of fragments included. */
  rootFields({ selections }: SelectionSetNode): number {
    let count = 0
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) count += 1
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        count += this.rootFields(selection.selectionSet)
      } else {
        const name = selection.name.value
        let known = this.#roots.get(name)
        if (known === undefined) {
          const fragment = this.#fragments.get(name)
          known = fragment === undefined ? 0 : this.rootFields(fragment.selectionSet)
          this.#roots.set(name, known)
        }
        count += known
      }
      count = Math.min(count, COUNT_MAX)
    }
    return count
  }

  #countFragment(name: string): Counts {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    if (fragment === undefined) return NOTHING
    if (this.#open.has(name)) {
      this.cycle ??= name
      return NOTHING
    }
    this.#open.add(name)
    const counts = this.count(fragment.selectionSet)
    this.#open.delete(name)
    this.#known.set(name, counts)
    return counts
  }
}

/** What can be counted without writing fragments out. */
function refuseWritten(
  document: DocumentNode,
  operations: number,
  limits: Limits,
): ReturnType<typeof tooMany> | undefined {
  if (operations > limits.operations) return tooMany('operations', limits.operations)
  if (document.definitions.length - operations > limits.fragments) {
    return tooMany('fragments', limits.fragments)
  }
  if (hasMoreDirectives(document, limits.directives)) {
    return tooMany('directives on one element', limits.directives)
  }
  return undefined
}

/** Whether any element has more directives than so many. */
function hasMoreDirectives(document: DocumentNode, most: number): boolean {
  const over = (directives: readonly DirectiveNode[] | undefined) =>
    directives !== undefined && directives.length > most
  const inSet = (set: SelectionSetNode | undefined): boolean =>
    set !== undefined && set.selections.some((selection) =>
      over(selection.directives) ||
      (selection.kind !== Kind.FRAGMENT_SPREAD && inSet(selection.selectionSet))
    )
  return document.definitions.some((node) => {
    if ('directives' in node && over(node.directives)) return true
    if (node.kind === Kind.OPERATION_DEFINITION) {
      return inSet(node.selectionSet) ||
        (node.variableDefinitions ?? []).some(({ directives }) => over(directives))
    }
    return node.kind === Kind.FRAGMENT_DEFINITION && inSet(node.selectionSet)
  })
}

function refuseCounts(
  { depth, fields, aliases, spreads, rootFields = 0 }: Counts & { rootFields?: number },
  limits: Limits,
): ReturnType<typeof tooMany> | ReturnType<typeof tooDeep> | undefined {
  if (depth > limits.depth) return tooDeep(limits.depth)
  if (fields > limits.fields) return tooMany('fields', limits.fields)
  if (aliases > limits.aliases) return tooMany('aliases', limits.aliases)
  if (spreads > limits.spreads) return tooMany('spreads of fragments', limits.spreads)
  return rootFields > limits.rootFields ? tooMany('root fields', limits.rootFields) : undefined
}

function tooMany(what: string, limit: number) {
  return refuse('DOCUMENT_TOO_COMPLEX', `A document has at most ${limit} ${what}.`, undefined, {
    limit,
  })
}

function tooDeep(limit: number) {
  return refuse('DOCUMENT_TOO_DEEP', `Fields lie in fields at most ${limit} deep.`, undefined, {
    limit,
  })
}

/** A name that was sent, short enough to be sent back. */
function short(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name
}

function isStream({ name }: DirectiveNode): boolean {
  return name.value === 'defer' || name.value === 'stream'
}
