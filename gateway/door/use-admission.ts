/**
 * The plugin that lets operations in: who asks, what they may run, what it costs, what they have left.
 *
 * All of it comes before validation, which is the dearest thing that a stranger can make us do.
 */
import { GraphQLError, type OperationDefinitionNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import { refuse } from '../../subgraphs/kernel/result.ts'
import { type AuthenticateRequest, refusalResponse } from '../auth/authenticate.ts'
import type { FrontDoorConfig } from './config.ts'
import { dearestField, estimateCost } from './cost/estimate.ts'
import { type OperationPlan, planOperation } from './cost/plan.ts'
import type { CostTable } from './cost/table.ts'
import type { Documents, KnownDocument } from './document/documents.ts'
import { operationOf } from './document/facts.ts'
import { type Idempotency, type Outcome } from './idempotency/idempotency.ts'
import { admit, type Admitted } from './operation.ts'
import type { RateLimit } from './rate/rate-limit.ts'
import { refusalError } from './refusal.ts'
import type { Parameters } from './request/parameters.ts'
import { clientOf } from './trusted/client.ts'
import { checkHash, chooseDocument, type TrustedDocuments } from './trusted/registry.ts'

/** What admission asks. */
export interface AdmissionDeps {
  readonly authenticate: AuthenticateRequest
  readonly documents: Documents
  readonly trusted: TrustedDocuments
  readonly rates: RateLimit | undefined
  readonly idempotency: Idempotency | undefined
  readonly isBatch: (request: Request) => boolean
  /** Remembers what makes headers for the reply to a request. */
  readonly tell: (request: Request, headers: () => Readonly<Record<string, string>>) => void
}

export function useAdmission(
  config: FrontDoorConfig,
  costs: CostTable,
  deps: AdmissionDeps,
): Plugin<RequestContext> {
  const plans = new WeakMap<OperationDefinitionNode, OperationPlan>()
  const planOf = ({ facts }: KnownDocument, node: OperationDefinitionNode) => {
    let plan = plans.get(node)
    if (plan === undefined) {
      plans.set(node, plan = planOperation(node, facts.fragments, costs, config.cost))
    }
    return plan
  }

  /** Who asks, and the least that any request costs them. */
  const greet = async (request: Request): Promise<Actor | undefined> => {
    const who = await deps.authenticate(request)
    if (!who.ok) {
      throw new GraphQLError(who.message, {
        extensions: { code: who.code, http: refusalResponse(who.code) },
      })
    }
    await limit(request, who.value, undefined, NO_SCOPES)
    return who.value
  }

  const limit = async (
    request: Request,
    actor: Actor | undefined,
    cost: number | undefined,
    scopes: ReadonlySet<string>,
  ) => {
    if (deps.rates === undefined) return
    const taken = await deps.rates.take(request, actor, cost, scopes)
    if (taken.headers !== undefined) deps.tell(request, taken.headers)
    if (!taken.ok) throw refusalError(taken.refusal)
  }

  const choose = async (parameters: Parameters, client: string | undefined) => {
    const chosen = chooseDocument(parameters, deps.trusted, client, config.trusted.unknown)
    if (!chosen.ok) throw refusalError(chosen)
    if (chosen.value.kind === 'trusted') {
      const { known, name } = chosen.value.document
      return { known, trusted: name }
    }
    const { text, hash } = chosen.value
    if (hash !== undefined) {
      const checked = await checkHash(text, hash)
      if (!checked.ok) throw refusalError(checked)
    }
    const known = deps.documents.get(text)
    if (!known.ok) throw refusalError(known)
    return { known: known.value, trusted: undefined }
  }

  const checkIntrospection = ({ facts }: KnownDocument, actor: Actor | undefined) => {
    const { on, scope } = config.introspection
    if (!facts.introspects || on) return
    if (scope !== '' && actor?.scopes.has(scope)) return
    throw refusalError(refuse('INTROSPECTION_OFF', 'The schema is not told here.'))
  }

  /** Weighs the operation against the limit of one request, and what its caller has left. */
  const weigh = async (request: Request, letIn: Admitted) => {
    const { operation, variables } = letIn
    // A request that names no operation is answered by Yoga.
    if (operation === undefined) return
    const plan = planOf(letIn.known, operation.node)
    const estimated = estimateCost(plan, variables)
    if (!estimated.ok) throw refusalError(estimated)
    const { limit: most } = config.cost
    letIn.cost = { estimated: estimated.value, limit: most }
    if (estimated.value > most) {
      const field = dearestField(plan, variables)
      throw refusalError(refuse(
        'COST_LIMIT_EXCEEDED',
        `This would cost ${estimated.value}, more than ${most}; the most of it is for ${field}.`,
        undefined,
        { estimated: estimated.value, limit: most, field },
      ))
    }
    await limit(request, letIn.actor, estimated.value, plan.scopes)
  }

  return {
    async onParams(hook) {
      const { request, context, setParams, setResult, setParamsHandler, paramsHandler } = hook
      const parameters = hook.params as Parameters
      const actor = await greet(request)
      const client = clientOf(actor, config.trusted)
      const { known, trusted } = await choose(parameters, client)
      checkIntrospection(known, actor)
      const { operationName, variables = {}, extensions } = parameters
      const operation = operationOf(known.facts, operationName)
      const letIn: Admitted = {
        actor,
        client,
        known,
        trusted,
        operation,
        variables,
        cost: undefined,
      }
      admit(context, letIn)
      setParams({
        query: known.text,
        variables,
        ...(operationName === undefined ? {} : { operationName }),
        ...(extensions === undefined ? {} : { extensions }),
      })
      try {
        await weigh(request, letIn)
        if (deps.idempotency === undefined || operation?.node.operation !== 'mutation') return
        const outcome: Outcome = await deps.idempotency.begin(request.headers.get(KEY), letIn, {
          batch: deps.isBatch(request),
        })
        if (outcome.kind === 'refused') throw refusalError(outcome.refusal, outcome.headers)
        if (outcome.kind === 'replayed') setResult(outcome.result)
        if (outcome.kind === 'begun') {
          setParamsHandler(async (payload) => await outcome.run(() => paramsHandler(payload)))
        }
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        // A result rather than an error, so that it carries its cost like any other.
        setResult({ errors: [error] })
      }
    },
  }
}

const KEY = 'idempotency-key'
const NO_SCOPES: ReadonlySet<string> = new Set()
