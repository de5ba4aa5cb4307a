/**
 * The session of this tab, watched until it ends.
 */
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { type Session, sessionOf, storedSession, storeToken } from './session.ts'

/** @property ended whether somebody was signed in and has to do it again */
export interface SessionState {
  readonly session: Session | undefined
  readonly ended: boolean
  readonly signIn: (token: string) => void
  readonly signOut: () => void
  readonly expire: () => void
}

export function useSessionState(): SessionState {
  const [session, setSession] = useState(() => storedSession(Date.now()))
  const [ended, setEnded] = useState(false)
  const expire = useCallback(() => {
    storeToken(undefined)
    setEnded(true)
  }, [])
  useEffect(() => {
    if (session === undefined) return
    // A timer holds at most 2^31 - 1 ms; a longer session is seen to at the next load.
    const left = Math.min(session.expiresAt - Date.now(), 2 ** 31 - 1)
    const timer = setTimeout(expire, Math.max(0, left))
    return () => clearTimeout(timer)
  }, [session, expire])
  const signIn = useCallback((token: string) => {
    storeToken(token)
    setSession(sessionOf(token, Date.now()))
    setEnded(false)
  }, [])
  const signOut = useCallback(() => {
    storeToken(undefined)
    setSession(undefined)
    setEnded(false)
  }, [])
  return useMemo(
    () => ({ session, ended, signIn, signOut, expire }),
    [session, ended, signIn, signOut, expire],
  )
}

export const SessionContext = createContext<Session | undefined>(undefined)

/** Called when the server takes this person's token no more: they are asked to sign in again. */
export const ExpireContext = createContext<() => void>(() => {})

/** Who is signed in. @throws Error on a screen that is shown to nobody */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('nobody is signed in')
  return session
}
