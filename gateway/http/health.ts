/**
 * `/healthz`: the process answers. `/readyz`: its databases do too.
 */
import { sql } from 'kysely'
import type { RunningSubgraph } from '../../subgraphs/kernel/subgraph.ts'

const READY_TIMEOUT_MS = 2_000

/** Alive: nothing else is promised. */
export function health(): Response {
  return Response.json({ status: 'ok' })
}

/**
 * Ready when every subgraph's database answers in time; 503 with the names of those that do not.
 *
 * @param retiring whether the process is about to stop: it answers, but new requests go elsewhere
 */
export async function readiness(
  subgraphs: Readonly<Record<string, RunningSubgraph>>,
  retiring = false,
): Promise<Response> {
  if (retiring) return Response.json({ status: 'stopping' }, { status: 503 })
  const checks = await Promise.all(
    Object.entries(subgraphs).map(async ([name, { store }]) => {
      const query = sql`select 1`.execute(store.read).then(() => true, () => false)
      const late = new Promise<boolean>((resolve) =>
        setTimeout(() => resolve(false), READY_TIMEOUT_MS).unref?.()
      )
      return [name, await Promise.race([query, late])] as const
    }),
  )
  const ready = checks.every(([, answers]) => answers)
  return Response.json({
    status: ready ? 'ready' : 'not ready',
    databases: Object.fromEntries(checks.map(([name, up]) => [name, up ? 'up' : 'down'])),
  }, { status: ready ? 200 : 503 })
}
