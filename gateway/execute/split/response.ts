/**
 * Whether what a subgraph answered is an answer to what it was asked.
 *
 * What has the wrong shape becomes null with an error at its place; everything else stays. The
 * gateway package itself would give the whole response up, or pass the value on.
 */
import {
  type DocumentNode,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { type FailureCode, failureMessage } from './failure.ts'

/** An error of a subgraph as the gateway passes it on. @property path in the subgraph's response */
export interface SubgraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>>
}

/** An answer in which everything has the right shape. */
export interface SubgraphResponse {
  readonly data: Record<string, unknown> | null
  readonly errors?: readonly SubgraphError[]
}

/**
 * What was asked.
 *
 * @property schema the supergraph, inaccessible parts included
 * @property representations of a fetch of entities
 */
export interface Asked {
  readonly subgraph: string
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly representations: readonly { readonly __typename?: unknown }[] | undefined
}

const MESSAGE_MAX = 1_000
const ERRORS_MAX = 100
/** What of an error's extensions reaches a caller. Others, `http` first, would speak for the gateway. */
const EXTENSIONS = ['code', 'place', 'traceId', 'scope']

/** Reads a JSON body; undefined when it is no GraphQL response at all. */
export function readResponse(body: unknown, asked: Asked): SubgraphResponse | undefined {
  if (!isRecord(body)) return undefined
  const { data, errors } = body
  if (data !== undefined && data !== null && !isRecord(data)) return undefined
  const told = errors === undefined || errors === null ? [] : readErrors(errors)
  if (told === undefined) return undefined
  if (data === undefined || data === null) {
    return told.length === 0 ? undefined : { data: null, errors: told }
  }
  const check = new Check(asked)
  const checked = check.root(data)
  const all = [...told, ...check.errors]
  return { data: checked, ...(all.length === 0 ? {} : { errors: all }) }
}

/** An error of ours about a subgraph. */
export function failureError(
  code: FailureCode,
  subgraph: string,
  path?: readonly (string | number)[],
): SubgraphError {
  return {
    message: failureMessage(code, subgraph),
    ...(path === undefined ? {} : { path }),
    extensions: { code, subgraph },
  }
}

function readErrors(errors: unknown): SubgraphError[] | undefined {
  if (!Array.isArray(errors) || errors.length === 0) return undefined
  const read: SubgraphError[] = []
  for (const error of errors.slice(0, ERRORS_MAX)) {
    if (!isRecord(error) || typeof error.message !== 'string' || error.message === '') {
      return undefined
    }
    const { message, path, extensions } = error
    if (path !== undefined && path !== null && !isPath(path)) return undefined
    if (extensions !== undefined && extensions !== null && !isRecord(extensions)) return undefined
    read.push({
      message: message.slice(0, MESSAGE_MAX),
      ...(path === undefined || path === null ? {} : { path }),
      extensions: Object.fromEntries(
        EXTENSIONS.filter((name) => isPlain(extensions?.[name]))
          .map((name) => [name, extensions![name]]),
      ),
    })
  }
  return read
}

class Check {
  readonly errors: SubgraphError[] = []
  readonly #asked: Asked
  readonly #path: (string | number)[] = []

  constructor(asked: Asked) {
    this.#asked = asked
  }

  root(data: Record<string, unknown>): Record<string, unknown> {
    const { schema, document, representations } = this.#asked
    const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)!
    if (representations !== undefined) {
      return { ...data, _entities: this.#entities(data._entities, operation.selectionSet) }
    }
    const type = schema.getRootType(operation.operation)!
    this.#object(data, type, operation.selectionSet)
    return data
  }

  #entities(entities: unknown, selectionSet: SelectionSetNode): unknown[] {
    const { schema, representations = [] } = this.#asked
    const [field] = selectionSet.selections
    const below = field?.kind === Kind.FIELD ? field.selectionSet! : selectionSet
    this.#path.push('_entities')
    const list = Array.isArray(entities) && entities.length === representations.length
      ? entities
      : undefined
    if (list === undefined) this.#invalid()
    const checked = representations.map((representation, i) => {
      this.#path.push(i)
      const type = schema.getType(String(representation.__typename))
      const value = list === undefined || type === undefined
        ? null
        : this.#value(list[i], type as GraphQLOutputType, below)
      this.#path.pop()
      return value
    })
    this.#path.pop()
    return checked
  }

  /** The value, or null when it is none of the type. Nullability is left to the gateway's own schema. */
  #value(
    value: unknown,
    type: GraphQLOutputType,
    selectionSet: SelectionSetNode | undefined,
  ): unknown {
    if (isNonNullType(type)) return this.#value(value, type.ofType, selectionSet)
    if (value === null) return null
    if (isListType(type)) {
      if (!Array.isArray(value)) return this.#invalid()
      for (let i = 0; i < value.length; i++) {
        this.#path.push(i)
        value[i] = this.#value(value[i], type.ofType, selectionSet)
        this.#path.pop()
      }
      return value
    }
    if (isLeafType(type)) return isLeaf(value, type) ? value : this.#invalid()
    if (!isRecord(value) || !isTypename(value.__typename, type, this.#asked.schema)) {
      return this.#invalid()
    }
    this.#object(value, type, selectionSet!)
    return value
  }

  #object(
    value: Record<string, unknown>,
    declared: GraphQLNamedType,
    selectionSet: SelectionSetNode,
  ): void {
    const { schema } = this.#asked
    const actual = typeof value.__typename === 'string'
      ? schema.getType(value.__typename) ?? declared
      : declared
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        if (condition === undefined || isA(actual, condition, schema)) {
          this.#object(value, declared, selection.selectionSet)
        }
        continue
      }
      // Plans hold no named fragments. What may be skipped may be absent.
      if (selection.kind !== Kind.FIELD) continue
      const name = selection.alias?.value ?? selection.name.value
      if (selection.name.value === '__typename') continue
      const field = fieldOf(actual, selection.name.value) ?? fieldOf(declared, selection.name.value)
      if (field === undefined) continue
      const found = Object.hasOwn(value, name) ? value[name] : undefined
      if (found === undefined && (selection.directives?.length ?? 0) > 0) continue
      this.#path.push(name)
      value[name] = found === undefined
        ? this.#invalid()
        : this.#value(found, field.type, selection.selectionSet)
      this.#path.pop()
    }
  }

  #invalid(): null {
    if (this.errors.length < ERRORS_MAX) {
      const { subgraph } = this.#asked
      this.errors.push(failureError('SUBGRAPH_INVALID_RESPONSE', subgraph, [...this.#path]))
    }
    return null
  }
}

function fieldOf(type: GraphQLNamedType, name: string) {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
}

/** Absent is right: plans ask for it only where they need it. */
function isTypename(typename: unknown, declared: GraphQLNamedType, schema: GraphQLSchema): boolean {
  if (typename === undefined) return true
  if (typeof typename !== 'string') return false
  const type = schema.getType(typename)
  return type !== undefined && isCompositeType(type) && isA(type, declared.name, schema)
}

/** Whether a type is another by name, or one of its possible types. */
function isA(type: GraphQLNamedType, name: string, schema: GraphQLSchema): boolean {
  if (type.name === name) return true
  const other = schema.getType(name)
  return isAbstractType(other) && (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(other, type)
}

/** Whether a JSON value can be one of a scalar or enum. Of scalars of our own anything may be. */
function isLeaf(value: unknown, type: GraphQLLeafType): boolean {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined
  if (!isSpecifiedScalarType(type)) return true
  switch (type.name) {
    case 'Int':
      return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 31
    case 'Float':
      return typeof value === 'number'
    case 'Boolean':
      return typeof value === 'boolean'
    case 'ID':
      return typeof value === 'string' || Number.isInteger(value)
    default:
      return typeof value === 'string'
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPath(value: unknown): value is (string | number)[] {
  return Array.isArray(value) &&
    value.every((part) => typeof part === 'string' || Number.isInteger(part))
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
