import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_FRONT_DOOR, DEVELOPMENT_FRONT_DOOR } from '../../../gateway/door/config.ts'
import { STATUS } from '../../../gateway/door/refusal.ts'

const DOOR = join(import.meta.dirname!, '../../../gateway/door')
const README = readFileSync(join(DOOR, 'README.md'), 'utf8')
const rows = (heading: string) =>
  (README.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))

describe('the README of the front door', () => {
  it('lists every code with its status, and no others', () => {
    const listed = rows('Refusal codes').map(([code, status]) => [code, Number(status)])
    expect(listed).toEqual(Object.entries(STATUS).map(([code, status]) => [`\`${code}\``, status]))
  })

  it('has a status for every code that the source refuses with, and for no other', () => {
    const source = readdirSync(DOOR, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'refusal.ts')
      .map((name) => readFileSync(join(DOOR, name), 'utf8')).join('\n')
    const codes = Array.from(
      source.matchAll(/\brefus(?:e|al)\(\s*'([A-Z0-9_]+)'/g),
      (match) => match[1]!,
    )
    expect([...new Set(codes)].toSorted()).toEqual(Object.keys(STATUS).toSorted())
  })

  it('lists every setting with its defaults', () => {
    const settings = Object.entries(DEFAULT_FRONT_DOOR).flatMap(([section, values]) =>
      Object.entries(values).map(([name, value]) => {
        const development = (DEVELOPMENT_FRONT_DOOR as never)[section][name] as unknown
        const text = JSON.stringify(value)
        const other = JSON.stringify(development)
        return [`\`${section}.${name}\``, `\`${text}\``, text === other ? '' : `\`${other}\``]
      })
    )
    const listed = rows('Configuration').map((cells) => cells.slice(0, 3))
    const without = ([name]: string[]) => name !== '`rate.policies`'
    const plain = (cells: string[]) => cells.map((cell) => cell.replaceAll(' ', ''))
    expect(listed.filter(without).map(plain)).toEqual(settings.filter(without).map(plain))
    expect(listed).toHaveLength(settings.length)
    const policies = listed.find(([name]) => name === '`rate.policies`')![1]
    for (const { name, units, windowSeconds } of DEFAULT_FRONT_DOOR.rate.policies) {
      expect(policies).toMatch(new RegExp(`${name} ${units}.* in ${windowSeconds} s`))
    }
  })

  it('names only codes that there are', () => {
    const named = rows('Configuration').map((cells) => cells[4]!.replaceAll('`', ''))
      .filter((code) => code !== '')
    expect(named.filter((code) => !Object.hasOwn(STATUS, code))).toEqual([])
    expect(named.length).toBeGreaterThan(25)
  })
})
