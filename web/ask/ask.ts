/**
 * Asking from a screen, by saved document.
 */
import { useCallback, useEffect, useMemo, useState } from 'react'
import { type AnyVariables, type CombinedError, useClient, useQuery, useSubscription } from 'urql'
import type { SavedDocument } from '../../schema/desk.ts'
import { stubOf } from './client.ts'

/** After this long a person is told that it takes longer than usual. */
const SLOW_MS = 3_000

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

/** Asks the server to do something. Throws `Failure` where it did not answer. */
export function useDo<Answer, Variables extends object>(
  document: SavedDocument<Answer, Variables>,
): (variables: Variables) => Promise<Answer> {
  const client = useClient()
  return useCallback(async (variables) => {
    const { query, context } = stubOf(document)
    const { data, error } = await client
      .mutation<Answer>(query, variables as AnyVariables, context).toPromise()
    const failure = failureOf(error)
    if (failure !== undefined || data === undefined || data === null) {
      throw failure ?? { offline: false, message: 'no answer', trace: undefined } satisfies Failure
    }
    return data
  }, [client, document])
}

/** Follows something as it goes on. */
export function useFollow<Answer, Variables extends object>(
  document: SavedDocument<Answer, Variables>,
  variables: Variables,
  pause: boolean,
): { data: Answer | undefined; failure: Failure | undefined } {
  const { query, context } = useMemo(() => stubOf(document), [document])
  const [{ data, error }] = useSubscription<Answer>({
    query,
    variables: variables as AnyVariables,
    pause,
    context,
  })
  return { data, failure: failureOf(error) }
}

function failureOf(error: CombinedError | undefined): Failure | undefined {
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
