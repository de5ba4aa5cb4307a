/**
 * Progress of a load: one line that is written over on a terminal, a line now and then elsewhere.
 */
import type { LoadProgress } from '../subgraphs.ts'

const LINE_EVERY_MS = 2_000
const TERMINAL_EVERY_MS = 100

interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Shows progress; `end` finishes the line. */
export function loadLines(output: Output): { show(progress: LoadProgress): void; end(): void } {
  const began = Date.now()
  let shownAt = 0
  let phase = ''
  return {
    show(progress) {
      const now = Date.now()
      const pause = output.isTTY ? TERMINAL_EVERY_MS : LINE_EVERY_MS
      if (now - shownAt < pause && progress.phase === phase) return
      shownAt = now
      phase = progress.phase
      const text = loadText(progress, (now - began) / 1000)
      output.write(output.isTTY ? `\r\x1b[2K${text}` : `${text}\n`)
    },
    end() {
      if (output.isTTY) output.write('\n')
    },
  }
}

/** One line of progress. @param seconds since the beginning */
export function loadText(progress: LoadProgress, seconds: number): string {
  const { phase, file, bytes, bytesTotal, rows, entities, links, refused } = progress
  const share = bytesTotal === 0 ? 0 : Math.round((bytes / bytesTotal) * 100)
  const rate = seconds > 0 ? Math.round(rows / seconds) : 0
  const place = phase === 'READING' ? `${file} ${share} %` : phase.toLowerCase()
  return `${place}  ${rows} rows, ${rate}/s  ${entities} entities, ${links} links, ${refused} refused`
}
