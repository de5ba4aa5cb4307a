/**
 * The screens: where each is, what it is called, and whose it is.
 */
import type { Phrase } from './words/words.ts'

/** @property roles that see it in the navigation; everybody when there are none */
export interface ScreenEntry {
  readonly path: string
  readonly phrase: Phrase
  readonly roles: readonly string[]
}

export const SCREENS = [
  { path: '/', phrase: 'home.title', roles: [] },
  { path: '/tasks', phrase: 'inbox.title', roles: ['checker', 'accountant'] },
  { path: '/orders', phrase: 'orders.title', roles: [] },
  { path: '/orders/new', phrase: 'entry.title', roles: ['maker'] },
  { path: '/orders/import', phrase: 'import.title', roles: ['maker'] },
  { path: '/books', phrase: 'books.title', roles: [] },
  { path: '/suspense', phrase: 'suspense.title', roles: [] },
  { path: '/parameters', phrase: 'parameters.title', roles: [] },
  { path: '/filings', phrase: 'filings.title', roles: ['maker', 'checker'] },
] as const satisfies readonly ScreenEntry[]
