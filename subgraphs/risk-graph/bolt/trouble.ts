/**
 * What goes wrong with a graph server, in the port's terms.
 */
import { PortError } from '../port.ts'

export function tooMuch(): PortError {
  return new PortError('SERVER_REFUSED', 'there is too much between the two', false)
}

export function elsewhere(why: string): PortError {
  return new PortError('CURSOR_ELSEWHERE', why, true)
}

export function unbelievable(why: string): PortError {
  return new PortError('ANSWER_UNBELIEVABLE', `the server's answer is not believed: ${why}`, false)
}

/** What went wrong, in the port's terms. */
export function portError(error: unknown): PortError {
  if (error instanceof PortError) return error
  const { code = '', message = String(error), retriable = false } = (error ?? {}) as {
    code?: string
    message?: string
    retriable?: boolean
  }
  if (code === 'ServiceUnavailable' || code === 'SessionExpired') {
    return new PortError('SERVER_UNREACHABLE', message, true, error)
  }
  return new PortError('SERVER_REFUSED', `${code} ${message}`.trim(), retriable, error)
}
