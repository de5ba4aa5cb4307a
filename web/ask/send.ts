/**
 * Files from and to the server with the token of whoever is signed in; who has to sign in again is asked
 * to, as by every other request, and the screen stays as it is.
 */
import { useCallback, useContext } from 'react'
import { ExpireContext, useSession } from '../session/use-session.ts'

/** A request that carries a token. @param token the person's newest */
export type Carry<Answer> = (token: string) => Promise<Answer>

/** Sends a request as whoever is signed in, and watches whether the server still takes their token. */
export function useSend(): <Answer extends { readonly status: number }>(
  carry: Carry<Answer>,
) => Promise<Answer> {
  const { token } = useSession()
  const expire = useContext(ExpireContext)
  return useCallback(async (carry) => {
    const answer = await carry(token)
    if (answer.status === 401) expire()
    return answer
  }, [token, expire])
}

/** Fetches a file by its path. */
export function fetchFile(path: string): Carry<Response> {
  return (token) => fetch(path, { headers: { authorization: `Bearer ${token}` } })
}
