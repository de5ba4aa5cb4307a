import { describe, expect, it } from 'vitest'
import { looksAt } from '../../gateway/supergraph-file.ts'

/** Looks at what a test writes; undefined is a file that is not there. */
function watched(first: string) {
  let content: string | undefined = first
  const [seen, failed]: [string[], string[]] = [[], []]
  const look = looksAt(
    () => content === undefined ? Promise.reject(new Error('absent')) : Promise.resolve(content),
    first,
    (text) => {
      seen.push(text)
      return text === 'bad' ? Promise.reject(new Error('cannot be used')) : Promise.resolve()
    },
    (error) => void failed.push((error as Error).message),
  )
  return {
    write: (text: string | undefined) => void (content = text),
    async look() {
      await look()
      return [...seen.splice(0), ...failed.splice(0)]
    },
  }
}

describe('a supergraph file', () => {
  it('is taken once when two looks in a row find the same, so never half written', async () => {
    const file = watched('one')
    expect(await file.look()).toEqual([])
    file.write('tw')
    expect(await file.look()).toEqual([])
    file.write('two')
    expect(await file.look()).toEqual([])
    expect(await file.look()).toEqual(['two'])
    expect(await file.look()).toEqual([])
  })

  it('that cannot be used is reported once, and the next one is taken', async () => {
    const file = watched('one')
    file.write('bad')
    expect(await file.look()).toEqual([])
    expect(await file.look()).toEqual(['bad', 'cannot be used'])
    expect(await file.look()).toEqual([])
    file.write('three')
    expect(await file.look()).toEqual([])
    expect(await file.look()).toEqual(['three'])
  })

  it('that is gone is reported once, and taken when it is back with another content', async () => {
    const file = watched('one')
    file.write(undefined)
    expect(await file.look()).toEqual(['absent'])
    expect(await file.look()).toEqual([])
    file.write('one')
    expect(await file.look()).toEqual([])
    expect(await file.look()).toEqual([])
    file.write('two')
    expect(await file.look()).toEqual([])
    expect(await file.look()).toEqual(['two'])
  })

  it('that is what is served already is not taken again', async () => {
    const file = watched('one')
    file.write('two')
    await file.look()
    file.write('one')
    expect(await file.look()).toEqual([])
    expect(await file.look()).toEqual([])
  })
})
