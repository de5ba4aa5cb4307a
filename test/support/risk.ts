/**
 * A risk graph at work for tests: files loaded, questions asked.
 */
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import type { CanonicalValue } from '../../subgraphs/kernel/canonical-json.ts'
import { canonicalJson } from '../../subgraphs/kernel/canonical-json.ts'
import type { RiskContext } from '../../subgraphs/risk-graph/graph.ts'
import {
  LOAD_KIND,
  type LoadInput,
  loadProgress,
  riskGraph,
  type RunningRiskGraph,
} from '../../subgraphs/risk-graph/mod.ts'
import type { TestEngine } from '../rig/engines.ts'
import { actor, requestOf } from './actors.ts'
import { granted, type Rig, sharedRig } from './rig.ts'

/** `[id, type, name?, attributes?]` */
export type EntityLine = readonly [string, string, string?, CanonicalValue?]
/** `[from, to, kind, on?]` */
export type LinkLine = readonly [string, string, string, string?]

/** A tenant of its own in a shared risk graph. */
export interface RiskDesk {
  readonly tenant: string
  readonly rig: Rig<RunningRiskGraph>
  readonly running: RunningRiskGraph
  readonly investigator: Actor
  readonly manager: Actor
  context(actor: Actor | undefined): RiskContext
  /** Loads files by name; answers the load's id, state, error and progress. */
  load(files: Readonly<Record<string, string>>, mapping?: CanonicalValue): Promise<Loaded>
  /** Loads entities and links that must all be taken in. */
  put(entities: readonly EntityLine[], links: readonly LinkLine[]): Promise<void>
}

export interface Loaded {
  readonly id: string
  readonly state: string
  readonly error: string | null
  readonly progress: ReturnType<typeof loadProgress>
}

export const quote = (text: string) => `"${text.replaceAll('"', '""')}"`

export function entitiesCsv(entities: readonly EntityLine[]): string {
  return `id,type,name,attributes\n${
    entities.map(([id, type, name = id, attributes = {}]) =>
      [id, type, name, canonicalJson(attributes)].map(quote).join(',')
    ).join('\n')
  }\n`
}

export function linksCsv(links: readonly LinkLine[]): string {
  return `from,to,kind,on\n${
    links.map(([from, to, kind, on = '']) => [from, to, kind, on].map(quote).join(',')).join('\n')
  }\n`
}

export async function riskDesk(rig: Rig<RunningRiskGraph>): Promise<RiskDesk> {
  const tenant = await rig.tenant()
  const { running } = rig
  const investigator = actor(tenant, 'investigator')
  const load: RiskDesk['load'] = async (files, mapping = null) => {
    const hashes: Record<string, string> = {}
    for (const [name, text] of Object.entries(files)) {
      const content = async function* () {
        yield new TextEncoder().encode(text)
      }
      hashes[name] = granted(await running.blobs.put(tenant, content(), 1 << 28)).hash
    }
    const input: LoadInput = { files: hashes, mapping }
    const id = await running.jobs.submit(
      investigator,
      LOAD_KIND,
      input as unknown as CanonicalValue,
    )
    let last: Loaded | undefined
    for await (const { state, error, progress } of running.jobs.watch(tenant, id)) {
      last = { id, state, error, progress: loadProgress(progress) }
    }
    return last!
  }
  return {
    tenant,
    rig,
    running,
    investigator,
    manager: actor(tenant, 'risk-manager'),
    context: (by) => running.context(requestOf(by)) as RiskContext,
    load,
    async put(entities, links) {
      const { progress, error } = await load({
        'entities.csv': entitiesCsv(entities),
        'links.csv': linksCsv(links),
      })
      if (error !== null || progress.refused > 0) {
        throw new Error(`not all was taken in: ${error ?? JSON.stringify(progress)}`)
      }
    },
  }
}

/** A maker of desks over a risk graph that the tests of one contract share. */
export function riskDesks(engine: TestEngine): () => Promise<RiskDesk> {
  const rig = sharedRig(engine, riskGraph)
  return () => riskDesk(rig())
}
