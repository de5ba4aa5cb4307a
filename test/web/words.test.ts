import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../web/words/en.ts'
import { zh } from '../../web/words/zh.ts'
import { wordsOf } from '../../web/words/words.ts'

const WEB = join(import.meta.dirname!, '../../web')
/** Families of phrases that are asked for by a code of the server. */
const FAMILIES = [
  'status',
  'payment',
  'event',
  'task',
  'role',
  'suspense',
  'import.phase',
  'books',
  'account',
  'account-change',
  'attempt',
  'drawers',
  'periods',
  'hold',
  'voucher',
  'version',
  'filing.state',
  'review.phase',
  'severity',
  'presence',
  'verdict',
  'approval',
  'case',
  'entity',
  'day',
  'run',
  'contract',
  'method',
  'grade',
  'repricing',
  'due-day',
  'chart.path',
  'feature',
  'change',
  'scope',
  'unit',
  'evidence.kind',
  'compare',
  'statements',
]

const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/^(words|dist)\//.test(path))
  .map((path) => readFileSync(join(WEB, path), 'utf8')).join('\n')

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()

describe('the words of the desk', () => {
  it.each(Object.keys(zh))('%s is said somewhere', (phrase) => {
    const family = FAMILIES.some((name) => phrase.startsWith(`${name}.`))
    expect(sources.includes(`'${phrase}'`) || family).toBe(true)
  })

  it.each(Object.keys(zh) as (keyof typeof zh)[])(
    '%s has the same holes in both languages',
    (phrase) => {
      expect(holes(en[phrase])).toEqual(holes(zh[phrase]))
      expect(en[phrase].trim()).not.toBe('')
    },
  )

  it('are in Chinese where they are Chinese, and the screens hold none of their own', () => {
    // The other language's name is said in that language.
    const chinese = Object.entries(en).filter(([, text]) => /\p{Script=Han}/u.test(text))
    expect(chinese.map(([phrase]) => phrase)).toEqual(['desk.language'])
    const code = sources.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
    expect(code.match(/\p{Script=Han}+/gu) ?? []).toEqual([])
  })

  it('are filled in, and a code that has no word is shown as it is', () => {
    const { say, term, named } = wordsOf('en')
    expect(say('order.title', { serial: 'OA1' })).toBe('Order OA1')
    expect(term('status', 'COMPLETED')).toBe('Completed')
    expect(term('status', 'toString')).toBe('toString')
    expect(named({ nameZh: '总行', nameEn: 'Head office' })).toBe('Head office')
    expect(wordsOf('zh').named({ nameZh: '总行', nameEn: 'Head office' })).toBe('总行')
  })
})
