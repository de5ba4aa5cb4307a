/**
 * GraphQL over HTTP: Yoga in front of an executor.
 */
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { type ExecutionArgs, GraphQLError } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { type Authenticate, refusalResponse } from '../auth/authenticate.ts'
import { DEMO_QUERY } from '../demo.ts'
import type { Executor } from '../execute/executor.ts'
import type { MaskError } from './mask.ts'

/** What the front door needs. @property explorer serves GraphiQL to browsers */
export interface GraphqlOptions {
  readonly executor: Executor
  readonly authenticate: Authenticate
  readonly mask: MaskError
  readonly newTraceId: () => string
  readonly explorer: boolean
}

/** Handles requests to `/graphql`. */
export function graphqlHandler(options: GraphqlOptions): (request: Request) => Promise<Response> {
  const yoga = createYoga<Record<string, never>, RequestContext>({
    schema: options.executor.schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    logging: false,
    graphiql: options.explorer ? { defaultQuery: DEMO_QUERY, title: '汇通 Huitong' } : false,
    renderGraphiQL,
    maskedErrors: {
      maskError: (error) => options.mask(error, options.newTraceId()),
    },
    async context({ request }) {
      const actor = await options.authenticate(request.headers)
      if (!actor.ok) {
        const { code, message } = actor
        throw new GraphQLError(message, {
          extensions: { code, http: refusalResponse(code) },
        })
      }
      return { actor: actor.value, traceId: options.newTraceId() }
    },
    plugins: [useExecutor(options.executor)],
  })
  return async (request) => await yoga.fetch(request)
}

function useExecutor(executor: Executor): Plugin<RequestContext> {
  const operationOf = (
    { document, operationName, variableValues, contextValue }: ExecutionArgs,
  ) => ({
    document,
    operationName: operationName ?? undefined,
    variables: variableValues ?? undefined,
    context: contextValue as RequestContext,
  })
  return {
    onValidate({ addValidationRule }) {
      for (const rule of executor.rules) addValidationRule(rule)
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn((args) => executor.execute(operationOf(args)))
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args) => executor.subscribe(operationOf(args)))
    },
  }
}
