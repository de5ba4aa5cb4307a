/**
 * The composed schema in a file, watched: what is deployed there is served from then on.
 */
import { readFile } from 'node:fs/promises'

const LOOK_MS = 2_000

/**
 * Calls `changed` with each new content of a file; what cannot be used is reported, once.
 *
 * @returns how to stop
 */
export function watchSupergraph(
  path: string,
  first: string,
  changed: (supergraphSdl: string) => Promise<void>,
  report: (error: unknown) => void,
  lookMs = LOOK_MS,
): () => void {
  let known = first
  let looking = false
  // Looked at rather than listened to: a mounted volume tells nobody when it is exchanged.
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    try {
      const now = await readFile(path, 'utf8')
      if (now === known) return
      known = now
      await changed(now)
    } catch (error) {
      report(error)
    } finally {
      looking = false
    }
  }, lookMs)
  timer.unref?.()
  return () => clearInterval(timer)
}
