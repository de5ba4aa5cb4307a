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

/** Who works with orders and books. */
export const BANK = ['maker', 'checker', 'accountant'] as const

export const SCREENS = [
  { path: '/', phrase: 'home.title', roles: [] },
  { path: '/tasks', phrase: 'inbox.title', roles: ['checker', 'accountant'] },
  { path: '/orders', phrase: 'orders.title', roles: BANK },
  { path: '/orders/new', phrase: 'entry.title', roles: ['maker'] },
  { path: '/orders/import', phrase: 'import.title', roles: ['maker'] },
  { path: '/books', phrase: 'books.title', roles: BANK },
  { path: '/statements', phrase: 'statements.title', roles: BANK },
  { path: '/suspense', phrase: 'suspense.title', roles: BANK },
  { path: '/parameters', phrase: 'parameters.title', roles: BANK },
  { path: '/day-end', phrase: 'day.title', roles: BANK },
  { path: '/filings', phrase: 'filings.title', roles: ['maker', 'checker'] },
  { path: '/evidence', phrase: 'evidence.title', roles: ['maker', 'checker'] },
  { path: '/alerts', phrase: 'alerts.title', roles: ['investigator', 'risk-manager'] },
  { path: '/rules', phrase: 'rules.title', roles: ['investigator', 'risk-manager'] },
] as const satisfies readonly ScreenEntry[]
