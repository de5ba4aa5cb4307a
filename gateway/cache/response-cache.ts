/**
 * Answers kept for a while: of queries that ask for nothing but reference data.
 *
 * Reference data is what every caller of a tenant sees alike once its access rules have passed; which
 * root fields those are is configured. An entry goes when its time is up, or when an entity that it
 * shows is purged.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Executor } from '../execute/executor.ts'
import { requestedOperation } from '../execute/operation-kind.ts'
import { fieldsOf, type Fragments, fragmentsOf } from '../execute/selections.ts'
import { keyOf } from './in-flight.ts'

/**
 * @property fields `Query.field` → how long its answer is kept, in seconds; 0 is not at all
 * @property keys entity type → the field that tells which one an object is
 * @property entriesMax of one tenant; the least recently used goes first
 */
export interface ResponseCacheConfig {
  readonly fields: Readonly<Record<string, number>>
  readonly keys: Readonly<Record<string, string>>
  readonly entriesMax: number
}

/** What can be removed before its time. */
export interface Purge {
  /**
   * Removes every answer that shows an entity of the tenant, or any of the type when no key is given.
   * An answer that shows such entities without telling which is removed as well.
   *
   * @returns how many were removed
   */
  purge(tenant: string, type: string, key?: string): number
}

interface Entry {
  readonly result: ExecutionResult
  /** Milliseconds since 1970. */
  readonly until: number
  /** `Type`, and `Type key` for each entity or `Type ?` for one that does not tell which it is. */
  readonly shows: ReadonlySet<string>
}

/** Keeps answers in front of an executor. */
export function withResponseCache(
  executor: Executor,
  config: ResponseCacheConfig,
  now = Date.now,
): Executor & Purge {
  const tenants = new Map<string, Map<string, Entry>>()
  const plans = new WeakMap<DocumentNode, Plan>()
  let documents = 0
  const planFor = (document: DocumentNode) => {
    let plan = plans.get(document)
    if (plan === undefined) {
      plan = planOf(document, executor.schema, config, ++documents)
      plans.set(document, plan)
    }
    return plan
  }
  return {
    ...executor,
    execute(operation) {
      const { actor } = operation.context
      const plan = actor === undefined ? undefined : planFor(operation.document)
      if (actor === undefined || plan?.seconds === undefined) return executor.execute(operation)
      let kept = tenants.get(actor.tenant)
      if (kept === undefined) tenants.set(actor.tenant, kept = new Map())
      const key = `${actor.kind} ${plan.id} ${keyOf(operation)}`
      const entry = kept.get(key)
      kept.delete(key)
      if (entry !== undefined && now() < entry.until) {
        kept.set(key, entry)
        return { ...entry.result }
      }
      return Promise.resolve(executor.execute(operation)).then((outcome) => {
        if (Symbol.asyncIterator in outcome || outcome.errors !== undefined) return outcome
        if (kept.size >= config.entriesMax) kept.delete(kept.keys().next().value!)
        kept.set(key, {
          result: { ...outcome },
          until: now() + plan.seconds! * 1000,
          shows: shownIn(outcome.data, plan, executor.schema, config.keys),
        })
        return outcome
      })
    },
    purge(tenant, type, key) {
      const kept = tenants.get(tenant) ?? new Map<string, Entry>()
      const before = kept.size
      for (const [id, { shows }] of kept) {
        const affected = key === undefined
          ? shows.has(type)
          : shows.has(`${type} ${key}`) || shows.has(`${type} ?`)
        if (affected) kept.delete(id)
      }
      return before - kept.size
    },
  }
}

/** @property seconds how long an answer is kept; absent when it is not */
interface Plan {
  readonly id: number
  readonly seconds: number | undefined
  readonly operation: OperationDefinitionNode
  readonly fragments: Fragments
  readonly types: ReadonlyMap<FieldNode, string>
}

function planOf(
  document: DocumentNode,
  schema: GraphQLSchema,
  { fields }: ResponseCacheConfig,
  id: number,
): Plan {
  const operation = requestedOperation(document, undefined)
  const types = new Map<FieldNode, string>()
  const seconds: number[] = []
  const info = new TypeInfo(schema)
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  let keepable = operation.operation === 'query' && operations.length === 1
  visit(
    document,
    visitWithTypeInfo(info, {
      Directive({ name }) {
        if (name.value === 'defer' || name.value === 'stream') keepable = false
      },
      Field(node) {
        const type = getNamedType(info.getType())
        if (type) types.set(node, type.name)
        if (info.getParentType() !== schema.getQueryType()) return
        const coordinate = `Query.${node.name.value}`
        if (Object.hasOwn(fields, coordinate)) seconds.push(fields[coordinate]!)
        else keepable = false
      },
    }),
  )
  return {
    id,
    seconds: keepable && seconds.length > 0 && !seconds.includes(0)
      ? Math.min(...seconds)
      : undefined,
    operation,
    fragments: fragmentsOf(document),
    types,
  }
}

/** What an answer shows, of the types whose objects are entities. */
function shownIn(
  data: unknown,
  { operation, fragments, types }: Plan,
  schema: GraphQLSchema,
  keys: ResponseCacheConfig['keys'],
): ReadonlySet<string> {
  const shown = new Set<string>()
  const walk = (value: unknown, nodes: readonly FieldNode[]): void => {
    if (Array.isArray(value)) return value.forEach((item) => walk(item, nodes))
    if (typeof value !== 'object' || value === null) return
    const fields = fieldsOf(nodes.flatMap((node) => node.selectionSet ?? []), fragments)
    // Leaves that are objects, such as JSON, select nothing.
    if (fields.size === 0) return
    for (const type of typesOf(types.get(nodes[0]!)!, schema)) {
      if (!Object.hasOwn(keys, type)) continue
      const [key] = Array.from(fields).find(([name, [node]]) =>
        node!.name.value === keys[type] && name in value
      ) ?? []
      const told = key === undefined ? '?' : String((value as Record<string, unknown>)[key])
      shown.add(type).add(`${type} ${told}`)
    }
    for (const [name, child] of Object.entries(value)) {
      const below = fields.get(name)
      if (below !== undefined) walk(child, below)
    }
  }
  const roots = fieldsOf([operation.selectionSet], fragments)
  for (const [name, value] of Object.entries(data ?? {})) {
    const nodes = roots.get(name)
    if (nodes !== undefined) walk(value, nodes)
  }
  return shown
}

/** A type, or all that it can be. */
function typesOf(name: string, schema: GraphQLSchema): string[] {
  const type = schema.getType(name)
  return isAbstractType(type)
    ? schema.getPossibleTypes(type).map((possible) => possible.name)
    : [name]
}
