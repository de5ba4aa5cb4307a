/**
 * What kind of operation a request asks for.
 */
import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql'
import type { Operation } from './executor.ts'

/** The operation that a request names, or the document's only one. The document is valid. */
export function requestedOperation(
  document: DocumentNode,
  name: string | undefined,
): OperationDefinitionNode {
  return document.definitions.find((definition): definition is OperationDefinitionNode =>
    definition.kind === Kind.OPERATION_DEFINITION &&
    (name === undefined || definition.name?.value === name)
  )!
}

/** `query`, `mutation` or `subscription`. */
export function operationKind({ document, operationName }: Operation): OperationTypeNode {
  return requestedOperation(document, operationName).operation
}
