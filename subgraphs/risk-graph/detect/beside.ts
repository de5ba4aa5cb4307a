/**
 * Detection beside everything else: in a thread, since a large book takes seconds.
 */
import { Worker } from 'node:worker_threads'
import { detect, type Detection } from './detect.ts'
import type { RuleSet } from './rules.ts'
import { unalertedPeople } from './sample.ts'
import { graphOf, type Snapshot } from './snapshot.ts'

/** Below this a thread takes longer to start than the work. */
const THREAD_FROM_EDGES = 20_000

/** What a thread is told. @property rules each looked through with on its own */
export interface Task {
  readonly snapshot: Snapshot
  readonly rules: readonly RuleSet[]
}

/** What was found by one set of rules. @property unalerted people with a claim who are in no alert */
export interface Looked {
  readonly detection: Detection
  readonly unalerted: Uint32Array
}

/** Looks through a snapshot, which is handed over: it cannot be used afterwards. */
export async function detectBeside(
  snapshot: Snapshot,
  rules: readonly RuleSet[],
): Promise<readonly Looked[]> {
  const task: Task = { snapshot, rules }
  if (snapshot.from.length < THREAD_FROM_EDGES) return detectFor(task)
  return await new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url))
    worker.once('message', (looked: readonly Looked[]) => {
      resolve(looked)
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread ended without an answer')))
    const buffers = Object.values(snapshot).map((array) => array.buffer as ArrayBuffer)
    worker.postMessage(task, buffers)
  })
}

/** What the thread does. */
export function detectFor({ snapshot, rules }: Task): readonly Looked[] {
  const graph = graphOf(snapshot)
  return rules.map((set) => {
    const detection = detect(graph, set)
    return { detection, unalerted: Uint32Array.from(unalertedPeople(graph, detection)) }
  })
}
