/**
 * Which client uses which field, so that a field can be retired.
 *
 * Counted per document while requests run, worked out per field when it is written down.
 */
import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** How often a client used a field since the last time that anybody asked. */
export interface FieldUse {
  readonly client: string
  /** `Type.field`, `Type.field(argument:)`, `Enum.VALUE` or `Input.field`. */
  readonly coordinate: string
  readonly count: bigint
}

const CLIENTS_MAX = 10_000
/** Of one client between two takes. What comes after is not counted: a client's documents are few. */
const DOCUMENTS_MAX = 1000

/** Counts uses. */
export class Usage {
  #counts = new Map<string, Map<DocumentNode, number>>()
  #coordinates = new WeakMap<DocumentNode, ReadonlySet<string>>()

  count(client: string, document: DocumentNode, schema: GraphQLSchema): void {
    let documents = this.#counts.get(client)
    if (documents === undefined) {
      if (this.#counts.size >= CLIENTS_MAX) return
      this.#counts.set(client, documents = new Map())
    }
    if (!this.#coordinates.has(document)) {
      this.#coordinates.set(document, coordinatesOf(document, schema))
    }
    if (documents.size >= DOCUMENTS_MAX && !documents.has(document)) return
    documents.set(document, (documents.get(document) ?? 0) + 1)
  }

  /** Everything counted so far, by client and field; counting begins again. */
  take(): FieldUse[] {
    const counts = this.#counts
    this.#counts = new Map()
    const uses: FieldUse[] = []
    for (const [client, documents] of counts) {
      const fields = new Map<string, bigint>()
      for (const [document, count] of documents) {
        for (const coordinate of this.#coordinates.get(document)!) {
          fields.set(coordinate, (fields.get(coordinate) ?? 0n) + BigInt(count))
        }
      }
      for (const [coordinate, count] of fields) uses.push({ client, coordinate, count })
    }
    return uses
  }
}

/**
 * Coordinates of every field, argument, enum value and input field that a valid document names. What
 * variables hold is not looked into.
 */
export function coordinatesOf(document: DocumentNode, schema: GraphQLSchema): ReadonlySet<string> {
  const found = new Set<string>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field({ name }) {
        const parent = info.getParentType()
        if (parent) found.add(`${parent.name}.${name.value}`)
      },
      Argument({ name }) {
        const [parent, field] = [info.getParentType(), info.getFieldDef()]
        if (parent && field) found.add(`${parent.name}.${field.name}(${name.value}:)`)
      },
      ObjectField({ name }) {
        const input = getNamedType(info.getParentInputType())
        if (input) found.add(`${input.name}.${name.value}`)
      },
      EnumValue({ value }) {
        const type = getNamedType(info.getInputType())
        if (type) found.add(`${type.name}.${value}`)
      },
    }),
  )
  return found
}
