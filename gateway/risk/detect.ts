/**
 * A detection in this process, on the data folder, by the same job as the server's.
 */
import type { Config } from '../config.ts'
import { DEMO_TENANT } from '../demo.ts'
import { type AlertReport, DETECT_KIND, type DetectProgress, detectProgress } from '../subgraphs.ts'
import { INVESTIGATOR, withRiskGraph } from './open.ts'

const NAMED = 12

/** Looks for rings and tells each. @throws Error when it cannot be done, or it was stopped */
export async function detectRings(
  config: Config,
  tell: (text: string) => void,
  show: (alert: AlertReport) => void,
): Promise<DetectProgress & { seconds: number }> {
  const began = performance.now()
  return await withRiskGraph(config, async (running) => {
    const { tenant } = DEMO_TENANT
    const id = await running.jobs.submit(INVESTIGATOR, DETECT_KIND, null)
    let progress = detectProgress(null)
    let ended = false
    for await (const job of running.jobs.watch(tenant, id)) {
      const { phase } = progress
      progress = detectProgress(job.progress)
      if (progress.phase !== phase) tell(progress.phase.toLowerCase())
      if (job.state === 'FAILED') throw new Error(job.error ?? 'the detection failed')
      ended = job.state === 'DONE'
    }
    if (!ended) throw new Error('stopped before the end; run it again')
    const alerts = await Array.fromAsync(running.alerts(tenant, id))
    for (const alert of alerts.toSorted((a, b) => b.score - a.score)) show(alert)
    return { ...progress, seconds: (performance.now() - began) / 1000 }
  })
}

/** An alert as a person reads it at the command line. */
export function alertText(alert: AlertReport): string {
  const { alert: id, score, members, claims, parts, shared, hubs, evidence } = alert
  const some = (list: readonly string[]) =>
    list.slice(0, NAMED).join(', ') + (list.length > NAMED ? `, … ${list.length - NAMED} more` : '')
  return [
    `${id}  score ${score.toFixed(2)}  ${members.length} people, ${claims.length} claims`,
    `  people: ${some(members)}`,
    `  rules: ${parts.map(({ rule, part }) => `${rule} ${part.toFixed(2)}`).join(', ')}`,
    ...shared.slice(0, NAMED).map((thing) => `  ${thing.type} ${thing.id}: ${some(thing.members)}`),
    `  ${evidence.length} links are evidence; left out as hubs: ${
      hubs.length === 0 ? 'none' : some(hubs)
    }`,
  ].join('\n')
}
