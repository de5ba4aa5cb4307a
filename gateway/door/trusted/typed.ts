/**
 * Saved documents as TypeScript: what each takes and answers, and the hash under which it is run.
 */
import { codegen } from '@graphql-codegen/core'
import * as operations from '@graphql-codegen/typescript-operations'
import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  parse,
  printSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { hashOf } from './manifest.ts'
import type { SavedDocument } from './register.ts'

const SCALARS = { DateTime: 'string', Date: 'string', JSON: 'unknown', ID: 'string' }

const HEAD = `// Made by \`npm run -s register-documents\` from schema/documents/. Do not edit.

/**
 * A saved document. Its text is at the server; a request names it by hash.
 *
 * @property types the object types that an answer may hold: a mutation that answers one makes what was
 *   read of it stale
 */
export interface SavedDocument<Answer, Variables> {
  readonly name: string
  readonly operation: 'query' | 'mutation' | 'subscription'
  readonly hash: string
  readonly types: readonly string[]
  readonly answer?: (variables: Variables) => Answer
}
`

/** The module of one client's documents, valid ones. */
export async function typedDocuments(
  saved: readonly SavedDocument[],
  schema: GraphQLSchema,
): Promise<string> {
  const documents = saved.map(({ name, text }) => ({ location: name, document: parse(text) }))
  const types = await codegen({
    filename: 'desk.ts',
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents,
    config: { scalars: SCALARS },
    plugins: [{ operations: {} }],
    pluginMap: { operations },
  })
  const values = await Promise.all(saved.map(async ({ text }, i) => {
    const { document } = documents[i]!
    const { name, operation } = operationOf(document)
    const answer = `${name}${operation[0]!.toUpperCase()}${operation.slice(1)}`
    return `export const ${name}: SavedDocument<${answer}, ${answer}Variables> = ${
      JSON.stringify({
        name,
        operation,
        hash: await hashOf(text),
        types: objectTypes(document, schema),
      })
    }`
  }))
  return [HEAD, types.trim(), '', ...values, ''].join('\n')
}

function operationOf(document: DocumentNode): { name: string; operation: string } {
  for (const node of document.definitions) {
    if (node.kind === 'OperationDefinition') {
      return { name: node.name!.value, operation: node.operation }
    }
  }
  throw new Error('a saved document has an operation')
}

/** Names of the object types that an answer may hold, in order. */
function objectTypes(document: DocumentNode, schema: GraphQLSchema): string[] {
  const names = new Set<string>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const type = getNamedType(info.getType())
        if (isObjectType(type)) names.add(type.name)
        if (isAbstractType(type)) {
          for (const member of schema.getPossibleTypes(type)) names.add(member.name)
        }
      },
    }),
  )
  return [...names].toSorted()
}
