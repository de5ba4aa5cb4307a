/**
 * Detection beside everything else: in a thread, since a large book takes seconds.
 */
import { Worker } from 'node:worker_threads'
import { Graph } from '../engine/live-graph.ts'
import { detect, type Detection } from './detect.ts'
import type { RuleSet } from './rules.ts'

/** Below this a thread takes longer to start than the work. */
const THREAD_FROM_EDGES = 20_000

/** What a thread is told: the graph as it is now. */
export interface Task {
  readonly types: Uint8Array
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly kind: Uint16Array
  readonly day: Int32Array
  readonly gone: Uint8Array
  readonly rules: RuleSet
}

/** Looks through a graph as it is at this moment. */
export async function detectBeside(graph: Graph, rules: RuleSet): Promise<Detection> {
  if (graph.edges < THREAD_FROM_EDGES) return detect(graph, rules)
  const task: Task = {
    types: graph.type.slice(0, graph.nodes),
    from: graph.from.slice(0, graph.edges),
    to: graph.to.slice(0, graph.edges),
    kind: graph.kind.slice(0, graph.edges),
    day: graph.day.slice(0, graph.edges),
    gone: graph.gone.slice(0, graph.edges),
    rules,
  }
  return await new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url))
    worker.once('message', (detection: Detection) => {
      resolve(detection)
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread ended without an answer')))
    const { types, from, to, kind, day, gone } = task
    const buffers = [types, from, to, kind, day, gone].map((array) => array.buffer as ArrayBuffer)
    worker.postMessage(task, buffers)
  })
}

/** What the thread does. */
export function detectFor({ types, gone, rules, ...columns }: Task): Detection {
  const graph = new Graph()
  graph.adopt(types, columns)
  for (let e = 0; e < gone.length; e++) if (gone[e] !== 0) graph.removeEdge(e)
  return detect(graph, rules)
}
