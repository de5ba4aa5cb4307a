/**
 * What a caller is told when a subgraph in another process does not do its part.
 */

/**
 * - `SUBGRAPH_UNAVAILABLE`: not reached, or known not to answer at the moment
 * - `SUBGRAPH_TIMEOUT`: no answer in time; a mutation may have been carried out
 * - `SUBGRAPH_INVALID_RESPONSE`: something that is no answer to the question
 * - `SUBGRAPH_RESPONSE_TOO_LARGE`: more bytes than are taken from it
 * - `IDENTITY_TOO_LARGE`: the caller's roles and scopes fit into no request
 */
export type FailureCode =
  | 'SUBGRAPH_UNAVAILABLE'
  | 'SUBGRAPH_TIMEOUT'
  | 'SUBGRAPH_INVALID_RESPONSE'
  | 'SUBGRAPH_RESPONSE_TOO_LARGE'
  | 'IDENTITY_TOO_LARGE'

/** Thrown by one exchange. @property detail for our log, never for a caller */
export class SubgraphFailure extends Error {
  override name = 'SubgraphFailure'
  readonly code: FailureCode
  readonly subgraph: string
  readonly retryable: boolean

  constructor(
    code: FailureCode,
    subgraph: string,
    detail: string,
    { retryable = false, cause }: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(`${subgraph}: ${detail}`, { cause })
    this.code = code
    this.subgraph = subgraph
    this.retryable = retryable
  }
}

/** One sentence for the caller. */
export function failureMessage(code: FailureCode, subgraph: string): string {
  switch (code) {
    case 'SUBGRAPH_UNAVAILABLE':
      return `The subgraph ${subgraph} cannot be reached.`
    case 'SUBGRAPH_TIMEOUT':
      return `The subgraph ${subgraph} did not answer in time.`
    case 'SUBGRAPH_INVALID_RESPONSE':
      return `The subgraph ${subgraph} answered something that is no answer.`
    case 'SUBGRAPH_RESPONSE_TOO_LARGE':
      return `The subgraph ${subgraph} answered more than is taken from it.`
    case 'IDENTITY_TOO_LARGE':
      return 'The roles and scopes of the token are too many.'
  }
}
