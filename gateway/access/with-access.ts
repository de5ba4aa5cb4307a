/**
 * The access rules at the gateway, before any subgraph is asked. Subgraphs enforce theirs again.
 */
import type { ExecutionResult, FieldNode } from 'graphql'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import type { Executor, Operation, Outcome } from '../execute/executor.ts'
import { denialError, type Denied, withDenials, withoutDenied } from './deny.ts'
import { type Needs, needsOf } from './needs.ts'
import { type AccessRules, denialOf } from './rules.ts'

/** Decides a named policy for a request. */
export type Policy = (context: RequestContext) => boolean | Promise<boolean>

/** Policies by the names that `@policy` uses. A name without a policy is never granted. */
export type Policies = Readonly<Record<string, Policy>>

/**
 * An executor behind the supergraph's access rules.
 *
 * A query is answered without the fields that its caller may not see, each with an error of its own. A
 * mutation or a subscription with such a field is refused whole: nothing is done half.
 */
export function withAccess(executor: Executor, rules: AccessRules, policies: Policies): Executor {
  const needsFor = needsOf(rules, executor.schema)
  const checked = (operation: Operation, needs: Needs, run: Executor['execute']) => {
    const denied = deniedFields(needs, operation.context)
    if (denied === undefined) return run(operation)
    return needs.operation.operation === 'query' && !needs.incremental
      ? executeWithout(executor, operation, denied, needs)
      : refused(denied)
  }
  const guarded = (run: Executor['execute']): Executor['execute'] => (operation) => {
    const needs = needsFor(operation.document, operation.operationName)
    if (needs.rules.every((rule) => rule.policies.length === 0)) {
      return checked(operation, needs, run)
    }
    return grantedPolicies(needs, policies, operation.context).then((granted) =>
      checked({ ...operation, context: { ...operation.context, policies: granted } }, needs, run)
    )
  }
  return {
    ...executor,
    execute: guarded(executor.execute),
    subscribe: guarded(executor.subscribe),
  }
}

const NO_POLICIES: ReadonlySet<string> = new Set()

async function grantedPolicies(
  needs: Needs,
  policies: Policies,
  context: RequestContext,
): Promise<ReadonlySet<string>> {
  const names = new Set(needs.rules.flatMap((rule) => rule.policies.flat()))
  const granted = new Set<string>()
  for (const name of names) {
    if (Object.hasOwn(policies, name) && await policies[name]!(context)) granted.add(name)
  }
  return granted
}

/** The denied fields of a document; nothing, in no time, when there are none. */
function deniedFields(
  needs: Needs,
  { actor, policies = NO_POLICIES }: RequestContext,
): ReadonlyMap<FieldNode, Denied> | undefined {
  if (needs.rules.every((rule) => denialOf(rule, actor?.scopes, policies) === undefined)) {
    return undefined
  }
  const denied = new Map<FieldNode, Denied>()
  for (const [node, rules] of needs.guarded) {
    for (const rule of rules) {
      const denial = denialOf(rule, actor?.scopes, policies)
      if (denial === undefined) continue
      denied.set(node, { rule, denial })
      break
    }
  }
  return denied
}

async function executeWithout(
  executor: Executor,
  operation: Operation,
  denied: ReadonlyMap<FieldNode, Denied>,
  needs: Needs,
): Promise<Outcome> {
  const { document } = operation
  const outcome = await executor.execute({
    ...operation,
    document: withoutDenied(document, denied),
  })
  return Symbol.asyncIterator in outcome ? outcome : withDenials(outcome, document, denied, needs)
}

function refused(denied: ReadonlyMap<FieldNode, Denied>): ExecutionResult {
  return { errors: [...new Set(denied.values())].map((one) => denialError(one, undefined)) }
}
