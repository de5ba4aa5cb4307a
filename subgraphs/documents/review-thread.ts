/**
 * Runs a review in a thread of its own, which is given up when a file is too much for it.
 */
import type { Worker } from 'node:worker_threads'
import { refuse } from '../kernel/result.ts'
import { startThread } from './spare-thread.ts'
import type { FileOutcome, ReviewNews, ReviewOutcome, ReviewTask, SentTask } from './review-task.ts'

/** @property silenceMs the longest time for a page or a check @property heapMb of the thread */
export interface ReviewThreadLimits {
  readonly silenceMs: number
  readonly heapMb: number
}

export const REVIEW_LIMITS: ReviewThreadLimits = { silenceMs: 60_000, heapMb: 1_024 }

/** Told while a review runs. */
export type OnNews = (news: Exclude<ReviewNews, { kind: 'done' }>) => void

/**
 * Reviews files together.
 *
 * A file that ends the thread, or keeps it silent for too long, is refused as `FILE_TOO_COMPLEX` and
 * the others are reviewed anew without it.
 *
 * @param start makes a thread, or has one that waits
 * @throws the signal's reason when it is aborted
 */
export async function runReview(
  task: ReviewTask,
  onNews: OnNews = () => {},
  signal?: AbortSignal,
  limits = REVIEW_LIMITS,
  start: () => Worker = () => startThread(limits),
): Promise<ReviewOutcome> {
  let { files } = task
  const given = new Map<number, FileOutcome>()
  while (true) {
    if (files.every((file) => file === null)) {
      return { findings: [], files: files.map((_, i) => given.get(i)!) }
    }
    const ended = await runOnce({ ...task, files }, onNews, signal, limits, start)
    if ('outcome' in ended) {
      return {
        findings: ended.outcome.findings,
        files: ended.outcome.files.map((file, i) => given.get(i) ?? file),
      }
    }
    const { fault } = ended
    given.set(fault, {
      refused: refuse('FILE_TOO_COMPLEX', 'The file takes more time or memory than a review has.'),
    })
    files = files.map((file, i) => i === fault ? null : file)
  }
}

function runOnce(
  task: ReviewTask,
  onNews: OnNews,
  signal: AbortSignal | undefined,
  limits: ReviewThreadLimits,
  start: () => Worker,
): Promise<{ outcome: ReviewOutcome } | { fault: number }> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const worker = start()
    let file = task.files.findIndex((one) => one !== null)
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = (end: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      void worker.terminate()
      end()
    }
    const abort = () => settle(() => reject(signal!.reason))
    const giveUp = () => settle(() => resolve({ fault: file }))
    const listen = () => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, limits.silenceMs)
    }
    listen()
    signal?.addEventListener('abort', abort)
    worker.postMessage(sent(task))
    worker.on('message', (news: ReviewNews) => {
      listen()
      if (news.kind === 'done') settle(() => resolve({ outcome: news.outcome }))
      else {
        if (news.kind === 'page') file = news.file
        onNews(news)
      }
    })
    worker.on('error', (error: Error & { code?: string }) => {
      // The thread's memory is the file's doing; any other error is ours.
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') giveUp()
      else settle(() => reject(error))
    })
  })
}

/** A copy of what may be needed again for another thread. */
function sent(task: ReviewTask): SentTask {
  const files = task.files.map((file) =>
    file === null ? null : { name: file.name, data: file.data.slice().buffer as ArrayBuffer }
  )
  return { ...task, files }
}
