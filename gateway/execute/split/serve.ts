/**
 * One subgraph over signed HTTP, for a gateway in another process.
 */
import { execute } from '@graphql-tools/executor'
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql'
import { inTrace } from '../../../subgraphs/kernel/trace.ts'
import type { MaskError } from '../../http/mask.ts'
import { problem } from '../../http/problem.ts'
import type { Handler } from '../../http/routes.ts'
import type { SubgraphTarget } from '../executor.ts'
import { type Belief, believe } from './believe.ts'
import { parseJson } from './body.ts'

/** A gateway sends few different texts: those of its plans. */
const DOCUMENTS_MAX = 1_000
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8'

/** Answers the fetches of a gateway's plans. Only a signed request gets as far as its text. */
export function subgraphHandler(
  target: SubgraphTarget,
  belief: Belief,
  mask: MaskError,
): Handler {
  const documents = documentCache(target.schema)
  return async (request) => {
    const believed = await believe(request, target.name, belief)
    if (believed instanceof Response) return believed
    const asked = readRequest(parseJson(believed.body))
    if (asked === undefined) {
      return problem({ status: 400, code: 'REQUEST_MALFORMED', title: 'The body is no GraphQL.' })
    }
    const document = documents(asked.query)
    if (!('kind' in document)) return respond({ errors: document }, 400)
    const { traceId, traceparent } = believed.context
    const result = await inTrace(traceparent, async () =>
      await execute({
        schema: target.schema,
        document,
        variableValues: asked.variables,
        contextValue: target.context(believed.context),
      })) as ExecutionResult
    const errors = result.errors?.map((error) => mask(error, traceId))
    return respond({ data: result.data ?? null, ...(errors === undefined ? {} : { errors }) }, 200)
  }
}

function respond(result: ExecutionResult, status: number): Response {
  return new Response(JSON.stringify(result), {
    status,
    headers: { 'content-type': RESPONSE_TYPE },
  })
}

function readRequest(
  value: unknown,
): { query: string; variables: Record<string, unknown> } | undefined {
  const { query, variables = {} } = (value ?? {}) as { query?: unknown; variables?: unknown }
  return typeof query === 'string' && typeof variables === 'object' && variables !== null
    ? { query, variables: variables as Record<string, unknown> }
    : undefined
}

/** Parsed and valid documents by text; the oldest give way. */
function documentCache(
  schema: GraphQLSchema,
): (query: string) => DocumentNode | readonly GraphQLError[] {
  const documents = new Map<string, DocumentNode>()
  return (query) => {
    const known = documents.get(query)
    if (known !== undefined) return known
    let document: DocumentNode
    try {
      document = parse(query)
    } catch (error) {
      return [error as GraphQLError]
    }
    const errors = validate(schema, document)
    if (errors.length > 0) return errors
    if (documents.size >= DOCUMENTS_MAX) documents.delete(documents.keys().next().value!)
    documents.set(query, document)
    return document
  }
}
