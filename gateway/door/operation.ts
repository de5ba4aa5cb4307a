/**
 * One operation on its way through the door.
 */
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import type { KnownDocument } from './document/documents.ts'
import type { OperationFacts } from './document/facts.ts'

/** @property estimated in units of `@cost` @property limit over which it is refused */
export interface Cost {
  readonly estimated: number
  readonly limit: number
}

/**
 * What the door found out about an operation, for whoever counts, traces or measures.
 *
 * @property client whose documents its caller runs
 * @property trusted the name under which the document was registered
 * @property operation undefined when the request names none of the document's
 */
export interface Admitted {
  readonly actor: Actor | undefined
  readonly client: string | undefined
  readonly known: KnownDocument
  readonly trusted: string | undefined
  readonly operation: OperationFacts | undefined
  readonly variables: Readonly<Record<string, unknown>>
  cost: Cost | undefined
}

const operations = new WeakMap<object, Admitted>()

/** Remembers an operation by Yoga's context of it. */
export function admit(context: object, operation: Admitted): void {
  operations.set(context, operation)
}

/** The operation of a context, once it was let in. */
export function admitted(context: object): Admitted | undefined {
  return operations.get(context)
}
