import { expect, it } from 'vitest'
import { systemActor } from '../../subgraphs/kernel/actor.ts'
import { loadExisting, loadMany, loadOne } from '../../subgraphs/kernel/batch.ts'
import type { ResolverContext } from '../../subgraphs/kernel/builder.ts'

interface Row {
  readonly key: string
  readonly n: number
}

const ROWS: readonly Row[] = [{ key: 'b', n: 1 }, { key: 'a', n: 2 }, { key: 'b', n: 3 }]

const context = (): ResolverContext => ({
  actor: systemActor('demo', 'li', 'system'),
  traceId: 't',
})

/** A reader of the rows above, and the keys that it was asked for. */
function reader() {
  const asked: string[][] = []
  const read = async (_: ResolverContext, keys: readonly string[]) => {
    asked.push([...keys])
    return ROWS.filter((row) => keys.includes(row.key))
  }
  return { asked, read }
}

it('asks once for all keys of a moment, each key once, and answers in the order of the keys', async () => {
  const { asked, read } = reader()
  const load = loadMany(read, (row) => row.key)
  const of = context()
  expect(await Promise.all(['a', 'z', 'b', 'a'].map((key) => load(of, key)))).toEqual([
    [{ key: 'a', n: 2 }],
    [],
    [{ key: 'b', n: 1 }, { key: 'b', n: 3 }],
    [{ key: 'a', n: 2 }],
  ])
  expect(asked).toEqual([['a', 'z', 'b']])
})

it('shares nothing between requests', async () => {
  const { asked, read } = reader()
  const load = loadOne(read, (row) => row.key)
  expect(await Promise.all([load(context(), 'a'), load(context(), 'a')]))
    .toEqual([{ key: 'a', n: 2 }, { key: 'a', n: 2 }])
  expect(asked).toEqual([['a'], ['a']])
})

it('answers null for a row that there is not, and throws where it must exist', async () => {
  const { read } = reader()
  expect(await loadOne(read, (row) => row.key)(context(), 'z')).toBeNull()
  const existing = loadExisting(read, (row) => row.key)
  expect(await existing(context(), 'a')).toEqual({ key: 'a', n: 2 })
  await expect(existing(context(), 'z')).rejects.toThrow('a row that must exist is missing: z')
})
