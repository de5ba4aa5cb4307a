import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as desk from '../../schema/desk.ts'

const WEB = join(import.meta.dirname!, '../../web')

const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('dist/'))
  .map((path) => readFileSync(join(WEB, path), 'utf8'))

/** The names that the desk takes from the saved documents, types apart. */
const taken = new Set(
  sources.flatMap((source) => [...source.matchAll(/import \{([^}]*)\} from (\S+)/g)])
    .filter(([, , file]) => file!.endsWith("/schema/desk.ts'"))
    .flatMap(([, names]) => names!.split(',').map((name) => name.trim().split(' ')[0]!)),
)

describe('the saved documents of the desk', () => {
  it.each(Object.keys(desk))('%s is asked by a screen', (name) => {
    expect(taken).toContain(name)
  })
})
