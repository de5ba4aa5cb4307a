/**
 * Settling a large graph beside its walks: the rows are built in a thread.
 */
import { Worker } from 'node:worker_threads'
import { buildCsr, type Csr } from './csr.ts'
import type { Graph } from './live-graph.ts'

/** Below this, building the rows here takes less than a thread's start. */
const THREAD_FROM_EDGES = 200_000
/** Edges beside the rows that walks hardly notice. */
const LATE_MIN = 4_096
/** Rows are built anew when a share of the edges is not in them. */
const LATE_SHARE = 0.05

/** Whether so much is beside the rows that walks would notice. */
export function needsCompaction(graph: Graph): boolean {
  return graph.pending > Math.max(LATE_MIN, graph.edges * LATE_SHARE)
}

/**
 * Settles a graph; edges may come and go meanwhile. One at a time per graph.
 *
 * Also when the thread fails, since building the rows here is only slower.
 */
export async function compactBeside(graph: Graph): Promise<void> {
  if (graph.edges < THREAD_FROM_EDGES) {
    graph.compact()
    return
  }
  const columns = graph.copyColumns()
  const csr = await buildInThread(columns).catch(() => undefined)
  if (csr === undefined) graph.compact()
  else graph.adoptRows(csr, columns.edges)
}

type Columns = ReturnType<Graph['copyColumns']>

function buildInThread({ nodes, edges, from, to, gone }: Columns): Promise<Csr> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./compact-thread.ts', import.meta.url))
    worker.once('message', (csr: Csr) => {
      resolve(csr)
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread ended without an answer')))
    worker.postMessage({ nodes, edges, from, to, gone }, buffersOf(from, to, gone))
  })
}

/** What the thread does. */
export function buildFor({ nodes, edges, from, to, gone }: Columns): Csr {
  return buildCsr(nodes, edges, from, to, gone)
}

/** What a message hands over rather than copies. */
export function buffersOf(...arrays: readonly (Uint8Array | Uint32Array)[]): ArrayBuffer[] {
  return arrays.map((array) => array.buffer as ArrayBuffer)
}
