/**
 * Progress of an import: a bar with rate and time left on a terminal, plain lines elsewhere.
 */
import type { ImportProgress } from '../subgraphs.ts'

const BAR_WIDTH = 24
/** Between two lines where there is no terminal. */
const LINE_EVERY_MS = 2_000
const BAR_EVERY_MS = 100

interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Shows progress; `end` finishes the bar's line. */
export function progressLines(output: Output): {
  show(progress: ImportProgress): void
  end(): void
} {
  const began = Date.now()
  let shownAt = 0
  let phase = ''
  return {
    show(progress) {
      const now = Date.now()
      const pause = output.isTTY ? BAR_EVERY_MS : LINE_EVERY_MS
      if (now - shownAt < pause && progress.phase === phase) return
      shownAt = now
      phase = progress.phase
      const text = progressText(progress, (now - began) / 1000)
      output.write(output.isTTY ? `\r\x1b[2K${bar(shareDone(progress))} ${text}` : `${text}\n`)
    },
    end() {
      if (output.isTTY) output.write('\n')
    },
  }
}

/** One line of progress. @param seconds since the beginning */
export function progressText(progress: ImportProgress, seconds: number): string {
  const share = shareDone(progress)
  const rate = seconds > 0 ? Math.round(progress.rows / seconds) : 0
  const left = share > 0 && share < 1 ? `, ${Math.ceil(seconds / share - seconds)} s left` : ''
  return `${progress.phase.toLowerCase().padEnd(9)} ${(share * 100).toFixed(0).padStart(3)} %  ` +
    `${progress.rows} rows, ${rate}/s${left}  ` +
    `posted ${progress.posted}, waiting ${progress.waiting}, refused ${progress.refused}`
}

/** Reading is half of the way; the other half is that every order comes to rest. */
function shareDone(progress: ImportProgress): number {
  if (progress.phase === 'DONE') return 1
  const read = progress.bytesTotal === 0 ? 0 : progress.bytes / progress.bytesTotal
  const settled = progress.rows === 0 ? 0 : (progress.posted + progress.refused) / progress.rows
  return Math.min(0.99, read / 2 + (read * settled) / 2)
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH)
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`
}
