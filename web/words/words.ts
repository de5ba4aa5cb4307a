/**
 * What the desk says, in the language of whoever reads it.
 */
import { createContext, useContext } from 'react'
import { en } from './en.ts'
import { zh } from './zh.ts'

export type Language = 'zh' | 'en'
export type Phrase = keyof typeof zh

const WORDS: Readonly<Record<Language, Readonly<Record<Phrase, string>>>> = { zh, en }

/** Says a phrase, its `{…}` filled in. */
export type Say = (phrase: Phrase, filling?: Readonly<Record<string, unknown>>) => string

/** @property number as the language writes counts @property named the one of two names in it */
export interface Words {
  readonly language: Language
  readonly say: Say
  readonly named: (name: { readonly nameZh: string; readonly nameEn: string }) => string
  /** A phrase of a family such as `status.…`; the bare key where the family has none. */
  readonly term: (family: string, key: string) => string
}

/** The words of a language. */
export function wordsOf(language: Language): Words {
  const words = WORDS[language]
  const say: Say = (phrase, filling = {}) =>
    words[phrase].replaceAll(/\{(\w+)\}/g, (_, key: string) => String(filling[key] ?? ''))
  return {
    language,
    say,
    named: ({ nameZh, nameEn }) => language === 'zh' ? nameZh : nameEn,
    term: (family, key) => {
      const phrase = `${family}.${key}`
      return Object.hasOwn(words, phrase) ? words[phrase as Phrase] : key
    },
  }
}

export const WordsContext = createContext<Words>(wordsOf('zh'))

export function useWords(): Words {
  return useContext(WordsContext)
}
