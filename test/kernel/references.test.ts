import { GraphQLObjectType, GraphQLString } from 'graphql'
import { describe, expect, it } from 'vitest'
import { declareReferences, referenceResolvers } from '../../subgraphs/kernel/references.ts'

const typeOf = (extensions = {}) =>
  new GraphQLObjectType({ name: 'Note', fields: { id: { type: GraphQLString } }, extensions })

const note = (id: unknown) => id === 'bad' ? new Error('bad') : id === 'gone' ? null : { id }
const find = (keys: readonly { id?: unknown }[]) => Promise.resolve(keys.map(({ id }) => note(id)))

describe('references that are found together', () => {
  it('are declared beside what the type says already', () => {
    const one = () => 'one'
    const type = typeOf({ own: 1, apollo: { subgraph: { resolveReference: one }, other: 2 } })
    declareReferences(type, find)
    expect(type.extensions).toEqual({
      own: 1,
      apollo: { other: 2, subgraph: { resolveReference: one, resolveReferences: find } },
    })
  })

  it('are found one by one for who asks so', async () => {
    const type = typeOf()
    declareReferences(type, find)
    const { resolveReference } = referenceResolvers(type)
    const ask = async (id: string) => await resolveReference!({ id }, {}, {})
    expect(await ask('1')).toEqual({ id: '1' })
    expect(await ask('gone')).toBeNull()
    await expect(ask('bad')).rejects.toThrow('bad')
  })

  it('are those of an object type or an interface', () => {
    expect(() => declareReferences(GraphQLString, find)).toThrow('String is no type')
    expect(() => declareReferences(undefined, find)).toThrow('is no type')
  })
})
