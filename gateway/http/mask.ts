/**
 * What a caller is told of an error: refusals whole, mistakes of ours by trace id only.
 */
import { GraphQLError } from 'graphql'
import { StoreError } from '../../subgraphs/kernel/store/error.ts'

/** Turns an error of an execution into what the caller sees. */
export type MaskError = (error: unknown, traceId: string) => GraphQLError

/**
 * Errors that a resolver meant for the caller pass, and text of theirs that no store keeps is refused;
 * everything else is reported and masked.
 *
 * @param report told of each masked error with its trace id
 */
export function maskWith(report: (error: unknown, traceId: string) => void): MaskError {
  return (error, traceId) => {
    if (error instanceof GraphQLError) {
      const { originalError } = error
      if (originalError === undefined || originalError instanceof GraphQLError) return error
    }
    const located = error instanceof GraphQLError ? error : undefined
    const cause = located?.originalError
    if (cause instanceof StoreError && cause.code === 'bad_text') {
      return new GraphQLError('A text holds U+0000 or half a character.', {
        ...(located?.path === undefined ? {} : { path: located.path }),
        extensions: { code: 'TEXT_MALFORMED' },
      })
    }
    report(error, traceId)
    return new GraphQLError(`Something went wrong here. Trace id ${traceId}.`, {
      ...(located?.nodes === undefined ? {} : { nodes: located.nodes }),
      ...(located?.path === undefined ? {} : { path: located.path }),
      extensions: { code: 'INTERNAL_ERROR', traceId },
    })
  }
}
