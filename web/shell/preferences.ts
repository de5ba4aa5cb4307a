/**
 * What a person prefers: language and light. Kept in the browser; nobody else is told.
 */
import type { Mode } from '../theme.ts'
import type { Language } from '../words/words.ts'

export interface Preferences {
  readonly language: Language
  readonly mode: Mode
}

const KEY = 'huitong.preferences'

/** As chosen before; else Chinese, and the light that the system has. */
export function readPreferences(): Preferences {
  const kept = parsed(localStorage.getItem(KEY))
  return {
    language: kept.language === 'en' ? 'en' : 'zh',
    mode: kept.mode === 'dark' || kept.mode === 'light'
      ? kept.mode
      : matchMedia('(prefers-color-scheme: dark)').matches
      ? 'dark'
      : 'light',
  }
}

export function keepPreferences(preferences: Preferences): void {
  localStorage.setItem(KEY, JSON.stringify(preferences))
}

function parsed(text: string | null): Partial<Preferences> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
