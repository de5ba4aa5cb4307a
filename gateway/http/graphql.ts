/**
 * GraphQL over HTTP: Yoga in front of an executor, for one audience.
 */
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { useDeferStream } from '@graphql-yoga/plugin-defer-stream'
import { type ExecutionArgs, GraphQLError } from 'graphql'
import { createYoga, type FetchAPI, type Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { type AuthenticateRequest, refusalResponse, type Who } from '../auth/authenticate.ts'
import type { FrontDoor } from '../door/mod.ts'
import type { Executor } from '../execute/executor.ts'
import type { RequestTrace, Tracing } from '../observe/tracing.ts'
import type { Explorer } from '../web/explorer.ts'
import type { MaskError } from './mask.ts'

/** What an audience's door needs. */
export interface GraphqlOptions {
  readonly executor: Executor
  readonly authenticate: AuthenticateRequest
  readonly mask: MaskError
  readonly tracing: Tracing
  /** What GraphiQL opens with; browsers get none without it. */
  readonly explorer?: Explorer | undefined
  readonly plugins?: readonly Plugin<RequestContext>[]
  /** Options of Yoga that the plugins stand in for. */
  readonly yoga?: FrontDoor['yoga']
  /** The runtime's own classes, where Yoga cannot find them. */
  readonly fetchAPI?: Partial<FetchAPI>
}

/** The context of a request, with what only the gateway uses of it. */
export interface GatewayContext extends RequestContext {
  readonly trace: RequestTrace
}

/** Handles requests to `/graphql`. */
export function graphqlHandler(options: GraphqlOptions): (request: Request) => Promise<Response> {
  const { executor, authenticate, mask, tracing } = options
  // Beside the request rather than in Yoga's server context: that costs a tenth of a small request.
  const traces = new WeakMap<Request, RequestTrace>()
  const contextOf = (request: Request, who: Who): GatewayContext => {
    if (!who.ok) {
      throw new GraphQLError(who.message, {
        extensions: { code: who.code, http: refusalResponse(who.code) },
      })
    }
    const trace = traces.get(request)!
    return { actor: who.value, traceId: trace.traceId, traceparent: trace.traceparent, trace }
  }
  const yoga = createYoga<Record<string, never>, RequestContext>({
    schema: executor.schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    logging: false,
    graphiql: options.explorer ?? false,
    renderGraphiQL,
    cors: false,
    // Files come over a route of their own.
    multipart: false,
    ...options.yoga,
    ...(options.fetchAPI === undefined ? {} : { fetchAPI: options.fetchAPI }),
    maskedErrors: {
      // Errors of an execution were masked under the trace of its request.
      maskError: (error) => mask(error, tracing.request('', null, {}).traceId),
    },
    context({ request }) {
      const who = authenticate(request)
      return who instanceof Promise
        ? who.then((known) => contextOf(request, known))
        : contextOf(request, who)
    },
    plugins: [
      ...options.plugins ?? [],
      onceValid(DEFER_STREAM),
      useExecutor(executor),
    ],
  })
  return async (request) => {
    const trace = tracing.request('/graphql', request.headers.get('traceparent'), {
      'http.request.method': request.method,
    })
    traces.set(request, trace)
    try {
      const response = await yoga.fetch(request)
      trace.end(response.status >= 500 ? new Error(`${response.status}`) : undefined)
      return response
    } catch (error) {
      trace.end(error)
      throw error
    }
  }
}

/** Its type asks for an index that contexts do not have; it uses none of a context. */
const DEFER_STREAM = useDeferStream() as unknown as Plugin<RequestContext>

/** The same plugin, which is not asked about a document again that was found valid with it. */
function onceValid<P extends Plugin<RequestContext>>(plugin: P): Plugin<RequestContext> {
  const valid = new WeakSet<object>()
  return {
    ...plugin,
    onValidate(payload) {
      const { documentAST } = payload.params
      if (valid.has(documentAST)) return
      void plugin.onValidate?.(payload)
      return (done) => {
        if (done.valid) valid.add(documentAST)
      }
    },
  }
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
  return onceValid({
    onValidate({ addValidationRule }) {
      for (const rule of executor.rules) addValidationRule(rule)
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn((args) => executor.execute(operationOf(args)))
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args) => executor.subscribe(operationOf(args)))
    },
  })
}
