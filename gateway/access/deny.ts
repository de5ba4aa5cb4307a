/**
 * Answering a query of which some fields are denied: the rest is answered, they are null.
 *
 * A denied field never reaches a subgraph. In its place stands `__typename` under a reserved name, which
 * shows afterwards where in the answer, in whichever list item, the field would have been.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { fieldsOf, fragmentsOf, responseName } from '../execute/selections.ts'
import type { Needs } from './needs.ts'
import { type AccessRule, demandOf, type Denial } from './rules.ts'

/** A field that the caller may not see. */
export interface Denied {
  readonly rule: AccessRule
  readonly denial: Denial
}

const MARK = '__denied_'

/** The document with a mark in the place of each denied field. */
export function withoutDenied(
  document: DocumentNode,
  denied: ReadonlyMap<FieldNode, Denied>,
): DocumentNode {
  return visit(document, {
    Field: (node) =>
      denied.has(node)
        ? {
          kind: Kind.FIELD,
          alias: { kind: Kind.NAME, value: `${MARK}${responseName(node)}` },
          name: { kind: Kind.NAME, value: '__typename' },
          directives: node.directives ?? [],
        }
        : undefined,
  })
}

/** What the caller is told of a denied field. @param path in the answer */
export function denialError(
  { rule, denial }: Denied,
  path: readonly (string | number)[] | undefined,
): GraphQLError {
  const extensions = { code: denial, place: rule.place }
  return new GraphQLError(denial === 'UNAUTHENTICATED' ? 'Sign in first.' : demandOf(rule), {
    ...(path === undefined ? {} : { path }),
    extensions: denial === 'UNAUTHENTICATED' ? { code: denial } : extensions,
  })
}

/** The answer with marks turned into nulls and errors, as if the fields had been refused on execution. */
export function withDenials(
  result: ExecutionResult,
  document: DocumentNode,
  denied: ReadonlyMap<FieldNode, Denied>,
  { operation, types }: Needs,
): ExecutionResult {
  const errors: GraphQLError[] = []
  const fragments = fragmentsOf(document)
  const object = (
    value: Record<string, unknown>,
    sets: readonly SelectionSetNode[],
    path: readonly (string | number)[],
  ): unknown => {
    const fields = fieldsOf(sets, fragments)
    const shown: Record<string, unknown> = {}
    for (const [key, child] of Object.entries(value)) {
      const marked = key.startsWith(MARK)
      const name = marked ? key.slice(MARK.length) : key
      const nodes = fields.get(name)
      const node = nodes?.find((field) => !marked || denied.has(field))
      if (node === undefined || nodes === undefined) {
        shown[key] = child
        continue
      }
      const type = types.get(node)!
      const at = [...path, name]
      if (marked) errors.push(denialError(denied.get(node)!, at))
      const below = nodes.flatMap((field) => field.selectionSet ?? [])
      const completed = marked ? null : complete(child, type, below, at)
      if (completed === null && isNonNullType(type)) return null
      shown[name] = completed
    }
    return shown
  }
  const complete = (
    value: unknown,
    type: GraphQLOutputType,
    sets: readonly SelectionSetNode[],
    path: readonly (string | number)[],
  ): unknown => {
    if (value === null || value === undefined || sets.length === 0) return value ?? null
    const bare = isNonNullType(type) ? type.ofType : type
    if (!isListType(bare)) return object(value as Record<string, unknown>, sets, path)
    const items = (value as unknown[]).map((item, i) =>
      complete(item, bare.ofType, sets, [...path, i])
    )
    return isNonNullType(bare.ofType) && items.includes(null) ? null : items
  }
  const data = result.data
    ? object(result.data as Record<string, unknown>, [operation.selectionSet], [])
    : result.data
  return {
    ...result,
    data: data as ExecutionResult['data'],
    errors: [...result.errors ?? [], ...errors],
  }
}
