import { buildSchema } from 'graphql'
import { expect, it } from 'vitest'
import { hashOf } from '../../../gateway/door/trusted/manifest.ts'
import { typedDocuments } from '../../../gateway/door/trusted/typed.ts'

const SCHEMA = buildSchema(`
  interface Owner { name: String! }
  type Person implements Owner { name: String! }
  type Firm implements Owner { name: String! }
  type Refused { code: String! }
  union Done = Person | Refused
  type Query { owners(first: Int!): [Owner!]! }
  type Mutation { rename(name: String!): Done! }
  scalar Date
`)

it('a saved document becomes its types, its hash, and the object types that it may answer', async () => {
  const owners = 'query Owners($first: Int!) { owners(first: $first) { name } }\n'
  const rename = 'mutation Rename($name: String!) { rename(name: $name) { __typename } }\n'
  const text = await typedDocuments([
    { client: 'desk', name: 'owners', text: owners },
    { client: 'desk', name: 'rename', text: rename },
  ], SCHEMA)
  const values = [...text.matchAll(/^export const (\w+): (SavedDocument<.+>) = (.+)$/gm)]
  expect(values.map(([, name, type]) => [name, type])).toEqual([
    ['Owners', 'SavedDocument<OwnersQuery, OwnersQueryVariables>'],
    ['Rename', 'SavedDocument<RenameMutation, RenameMutationVariables>'],
  ])
  expect(values.map(([, , , value]) => JSON.parse(value!))).toEqual([
    { name: 'Owners', operation: 'query', hash: await hashOf(owners), types: ['Firm', 'Person'] },
    {
      name: 'Rename',
      operation: 'mutation',
      hash: await hashOf(rename),
      types: ['Person', 'Refused'],
    },
  ])
  expect(text).toMatch(/export type OwnersQueryVariables = Exact<\{\s+first: number;/)
})
