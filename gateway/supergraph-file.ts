/**
 * The composed schema in a file, watched: what is deployed there is served from then on.
 */
import { readFile } from 'node:fs/promises'

const LOOK_MS = 1_000

/**
 * Calls `changed` with each new content of a file; what cannot be used or read is reported, once.
 *
 * @returns how to stop
 */
export function watchSupergraph(
  path: string,
  first: string,
  changed: (supergraphSdl: string) => Promise<void>,
  report: (error: unknown) => void,
): () => void {
  const look = looksAt(() => readFile(path, 'utf8'), first, changed, report)
  let looking = false
  // Looked at rather than listened to: a mounted volume tells nobody when it is exchanged.
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    await look()
    looking = false
  }, LOOK_MS)
  timer.unref?.()
  return () => clearInterval(timer)
}

/**
 * One look at a time at a text that others write.
 *
 * A content counts from the second look in a row that finds it, so that none is taken half written.
 */
export function looksAt(
  read: () => Promise<string>,
  first: string,
  changed: (text: string) => Promise<void>,
  report: (error: unknown) => void,
): () => Promise<void> {
  let known = first
  let lastLook: string | undefined = first
  return async () => {
    const before = lastLook
    try {
      lastLook = undefined
      lastLook = await read()
    } catch (error) {
      if (before !== undefined) report(error)
      return
    }
    if (lastLook !== before || lastLook === known) return
    known = lastLook
    await changed(known).catch(report)
  }
}
