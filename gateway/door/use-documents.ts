/**
 * The plugin that hands Yoga the documents that the door has parsed, and bounds what validation costs
 * and tells.
 */
import { validate } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import type { ValidationSettings } from './config.ts'
import { admitted } from './operation.ts'

export function useDocuments({ errors, suggestions }: ValidationSettings): Plugin<RequestContext> {
  const options = { maxErrors: errors, hideSuggestions: !suggestions }
  return {
    onParse({ context, setParsedDocument }) {
      const operation = admitted(context)
      if (operation !== undefined) setParsedDocument(operation.known.document)
    },
    onValidate({ setValidationFn }) {
      setValidationFn((schema, document, rules) => validate(schema, document, rules, options))
    },
  }
}
