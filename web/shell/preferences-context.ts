import { createContext, type Dispatch, type SetStateAction, useContext } from 'react'
import type { Preferences } from './preferences.ts'

type State = readonly [Preferences, Dispatch<SetStateAction<Preferences>>]

export const PreferencesContext = createContext<State | undefined>(undefined)

/** What the person prefers, and how to change it. */
export function usePreferences(): State {
  const state = useContext(PreferencesContext)
  if (state === undefined) throw new Error('preferences are read inside the desk')
  return state
}
