/**
 * Identical queries of one caller at the same moment are executed once.
 */
import type { DocumentNode, ExecutionResult } from 'graphql'
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import type { Executor, Operation, Outcome } from '../execute/executor.ts'
import { operationKind } from '../execute/operation-kind.ts'

/** Under way, by operation and variables. */
type UnderWay = Map<string, Promise<Outcome>>

/**
 * An executor that shares the answers of queries under way. Only between requests with the same
 * proven token: rights, and what is shown, are then the same.
 */
export function withInFlight(executor: Executor): Executor {
  const callers = new WeakMap<Actor, WeakMap<DocumentNode, UnderWay>>()
  return {
    ...executor,
    execute(operation) {
      const { actor } = operation.context
      if (actor === undefined || operationKind(operation) !== 'query') {
        return executor.execute(operation)
      }
      const underWay = underWayOf(callers, actor, operation.document)
      const key = keyOf(operation)
      const same = underWay.get(key)
      if (same !== undefined) return same.then(copied)
      const outcome = executor.execute(operation)
      if (!(outcome instanceof Promise)) return outcome
      underWay.set(key, outcome)
      const over = () => void underWay.delete(key)
      outcome.then(over, over)
      return outcome.then(copied)
    },
  }
}

/** What tells operations of one document apart. */
export function keyOf({ operationName, variables }: Operation): string {
  return JSON.stringify([operationName ?? null, variables ?? {}])
}

function underWayOf(
  callers: WeakMap<Actor, WeakMap<DocumentNode, UnderWay>>,
  actor: Actor,
  document: DocumentNode,
): UnderWay {
  let documents = callers.get(actor)
  if (documents === undefined) callers.set(actor, documents = new WeakMap())
  let underWay = documents.get(document)
  if (underWay === undefined) documents.set(document, underWay = new Map())
  return underWay
}

/** A result of its own for each request: what comes after may add to it. A stream is not shared. */
function copied(outcome: Outcome): Outcome {
  return Symbol.asyncIterator in outcome ? outcome : { ...outcome as ExecutionResult }
}
