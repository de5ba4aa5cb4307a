/**
 * Asking from a screen, by saved document.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type AnyVariables, type CombinedError, useClient, useQuery, useSubscription } from 'urql'
import type { SavedDocument } from '../../schema/desk.ts'
import { newTrace, stubOf } from './client.ts'

/** After this long a person is told that it takes longer than usual. */
const SLOW_MS = 3_000
/** Between a broken connection and the next. */
const AGAIN_MS = 3_000

/**
 * What a screen knows of an answer.
 *
 * @property slow whether the first answer is late
 * @property trace the server's number of the request that failed
 */
export interface Asked<Answer> {
  readonly data: Answer | undefined
  readonly fetching: boolean
  readonly slow: boolean
  readonly failure: Failure | undefined
  readonly again: () => void
}

export interface Failure {
  readonly offline: boolean
  readonly message: string
  readonly trace: string | undefined
}

/** Asks and keeps the answer fresh: mutations that touch its types ask anew. */
export function useAsk<Answer, Variables extends object>(
  document: SavedDocument<Answer, Variables>,
  variables: Variables,
  options: { pause?: boolean; everyMs?: number | undefined } = {},
): Asked<Answer> {
  const { query, context } = useMemo(() => stubOf(document), [document])
  const [{ data, fetching, error }, execute] = useQuery<Answer>({
    query,
    variables: variables as AnyVariables,
    pause: options.pause ?? false,
    context,
  })
  const again = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute])
  useEffect(() => {
    if (options.everyMs === undefined) return
    const timer = setInterval(again, options.everyMs)
    return () => clearInterval(timer)
  }, [again, options.everyMs])
  const slow = useLate(fetching && data === undefined)
  return { data, fetching, slow, failure: failureOf(error), again }
}

/** Asks once, for what is saved or drawn and not kept on the screen. Throws `Failure`. */
export function useFetch<Answer, Variables extends object>(
  document: SavedDocument<Answer, Variables>,
): (variables: Variables) => Promise<Answer> {
  const client = useClient()
  return useCallback(async (variables) => {
    const { query, context } = stubOf(document)
    const { data, error } = await client.query<Answer>(query, variables as AnyVariables, {
      ...context,
      requestPolicy: 'network-only',
    }).toPromise()
    const failure = failureOf(error)
    if (failure !== undefined || data === undefined || data === null) {
      throw failure ?? { offline: false, message: 'no answer', trace: undefined } satisfies Failure
    }
    return data
  }, [client, document])
}

/** @property trace the number under which the server carried it out, for whoever asks about it later */
export type Done<Answer> = Answer & { readonly trace: string }

/** Asks the server to do something. Throws `Failure` where it did not answer. */
export function useDo<Answer, Variables extends object>(
  document: SavedDocument<Answer, Variables>,
): (variables: Variables) => Promise<Done<Answer>> {
  const client = useClient()
  return useCallback(async (variables) => {
    const { query, context } = stubOf(document)
    const trace = newTrace()
    const { data, error } = await client
      .mutation<Answer>(query, variables as AnyVariables, { ...context, trace }).toPromise()
    const failure = failureOf(error)
    if (failure !== undefined || data === undefined || data === null) {
      throw failure ?? { offline: false, message: 'no answer', trace } satisfies Failure
    }
    return { ...data, trace }
  }, [client, document])
}

/**
 * Follows something as it goes on, while somebody looks: a browser has six connections to a server, and
 * tabs in the background would use them up.
 *
 * What was told last stays while a broken connection is mended.
 *
 * @param options.again whether it is followed again once it has ended or broken off, by what was told last
 */
export function useFollow<Answer, Variables extends object>(
  document: SavedDocument<Answer, Variables>,
  variables: Variables,
  pause: boolean,
  options: { again?: (told: Answer | undefined) => boolean } = {},
): { data: Answer | undefined; failure: Failure | undefined } {
  const { again } = options
  const [ends, setEnds] = useState(0)
  const { query, context } = useMemo(() => {
    const stub = stubOf(document)
    const ended = () => setEnds((count) => count + 1)
    return { ...stub, context: { ...stub.context, ended } }
  }, [document])
  const hidden = useHidden()
  const [{ data, error }, execute] = useSubscription<Answer>({
    query,
    variables: variables as AnyVariables,
    pause: pause || hidden,
    context,
  })
  const key = JSON.stringify(variables)
  const told = useRef<{ key: string; data: Answer }>(undefined)
  if (data !== undefined && data !== null) told.current = { key, data }
  const last = told.current?.key === key ? told.current.data : undefined
  useEffect(() => {
    if (ends === 0 || pause || hidden || again?.(last) !== true) return
    const timer = setTimeout(execute, AGAIN_MS)
    return () => clearTimeout(timer)
  }, [ends, pause, hidden, execute])
  return { data: last, failure: failureOf(error) }
}

/** Whether this tab is in the background. */
function useHidden(): boolean {
  const [hidden, setHidden] = useState(globalThis.document.hidden)
  useEffect(() => {
    const look = () => setHidden(globalThis.document.hidden)
    globalThis.document.addEventListener('visibilitychange', look)
    return () => globalThis.document.removeEventListener('visibilitychange', look)
  }, [])
  return hidden
}

/** What a person can be told of an error. */
export function failureOf(error: CombinedError | undefined): Failure | undefined {
  if (error === undefined) return undefined
  const [first] = error.graphQLErrors
  const trace = first?.extensions.traceId
  return {
    offline: error.networkError !== undefined && error.response === undefined,
    message: first?.message ?? error.networkError?.message ?? error.message,
    trace: typeof trace === 'string' ? trace : undefined,
  }
}

function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (!waiting) return
    const timer = setTimeout(() => setLate(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [waiting])
  return late
}
