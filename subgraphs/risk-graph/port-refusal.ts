/**
 * A graph that cannot answer, as whoever asked is told.
 */
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import { type PortCode, PortError } from './port.ts'

/** What is told of an error of the port; other errors are thrown on. */
export function portRefusal(error: unknown): Refusal<PortCode> {
  if (!(error instanceof PortError)) throw error
  // The server's own words may tell of more than whoever asks should see; they are in `cause`.
  const message = error.retryable
    ? 'The graph server cannot answer at the moment; ask again.'
    : 'The graph server cannot answer this.'
  return refuse(error.code, message)
}

/** Does something with a graph; what the graph cannot do is a refusal. */
export async function trying<R>(work: () => Promise<R>): Promise<Result<R, PortCode>> {
  try {
    return ok(await work())
  } catch (error) {
    return portRefusal(error)
  }
}
