/**
 * A review's thread that is started before it is needed: loading the readers takes longer than the
 * first pages of a filing.
 */
import { Worker } from 'node:worker_threads'

/** How long a thread waits for work before its memory is given back. */
const SPARE_MS = 120_000

/** @property heapMb of the thread */
export interface ThreadOptions {
  readonly heapMb: number
}

/** Starts a thread that waits for its task. */
export function startThread({ heapMb }: ThreadOptions): Worker {
  return new Worker(new URL('./review-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
}

/** At most one thread that waits. */
export class SpareThread {
  readonly #options: ThreadOptions
  #waiting: Worker | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #drop = () => this.stop()

  constructor(options: ThreadOptions) {
    this.#options = options
  }

  /** Has a thread ready soon; it is given up when nobody takes it. */
  warm(): void {
    if (this.#waiting !== undefined) return
    const worker = this.#waiting = startThread(this.#options)
    // Whoever waits for nothing else need not wait for it.
    worker.unref()
    worker.on('error', this.#drop)
    this.#timer = setTimeout(this.#drop, SPARE_MS)
    this.#timer.unref?.()
  }

  /** The thread that waits, or a new one. */
  take(): Worker {
    const worker = this.#let()
    worker?.ref()
    return worker ?? startThread(this.#options)
  }

  /** Gives up the thread that waits. */
  stop(): void {
    void this.#let()?.terminate()
  }

  #let(): Worker | undefined {
    const worker = this.#waiting
    clearTimeout(this.#timer)
    worker?.off('error', this.#drop)
    this.#waiting = undefined
    return worker
  }
}
