/**
 * A load in this process, on the data folder, by the same job as the server's.
 */
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { CanonicalValue } from '../../subgraphs/kernel/canonical-json.ts'
import type { Config } from '../config.ts'
import { DEMO_TENANT } from '../demo.ts'
import {
  CANONICAL_FILES,
  checkLoadMapping,
  LOAD_KIND,
  type LoadFault,
  type LoadInput,
  type LoadProgress,
  loadProgress,
} from '../subgraphs.ts'
import { INVESTIGATOR, withRiskGraph } from './open.ts'

/** Faults that are told one by one. */
const FAULTS_SHOWN = 100

/** @property mapping as `checkLoadMapping` takes it; null for the canonical files */
export interface LoadRequest {
  readonly folder: string
  readonly mapping: unknown
  readonly config: Config
}

/** What came of a load. */
export interface Loaded {
  readonly progress: LoadProgress
  readonly faults: readonly LoadFault[]
  readonly seconds: number
}

/** Loads a folder. @throws Error when nothing of it can be loaded, or it was stopped */
export async function loadFolder(
  { folder, mapping, config }: LoadRequest,
  show: (progress: LoadProgress) => void,
): Promise<Loaded> {
  const began = performance.now()
  const checked = mapping === null
    ? { ok: true as const, value: CANONICAL_FILES }
    : checkLoadMapping(mapping)
  if (!checked.ok) throw new Error(`${checked.code} at ${checked.place}: ${checked.message}`)
  // A load is work on the record; no graph elsewhere is needed for it.
  return await withRiskGraph({ ...config, graphServer: undefined }, async (running) => {
    const { tenant } = DEMO_TENANT
    const files: Record<string, string> = {}
    for (const { file } of checked.value.files) {
      const path = join(folder, file)
      if (!await access(path).then(() => true, () => false)) continue
      const kept = await running.blobs.put(tenant, createReadStream(path), config.fileLimitBytes)
      if (!kept.ok) throw new Error(`${file}: ${kept.code}: ${kept.message}`)
      files[file] = kept.value.hash
    }
    if (Object.keys(files).length === 0) {
      const names = checked.value.files.map(({ file }) => file).join(', ')
      throw new Error(`there is none of ${names} in ${folder}`)
    }
    const input: LoadInput = { files, mapping: mapping as CanonicalValue }
    const id = await running.jobs.submit(
      INVESTIGATOR,
      LOAD_KIND,
      input as unknown as CanonicalValue,
    )
    let progress = loadProgress(null)
    let ended = false
    for await (const job of running.jobs.watch(tenant, id)) {
      progress = loadProgress(job.progress)
      show(progress)
      if (job.state === 'FAILED') throw new Error(job.error ?? 'the load failed')
      ended = job.state === 'DONE'
    }
    if (!ended) throw new Error('stopped before the end; run it again and it goes on')
    const faults = await running.faults(tenant, id, FAULTS_SHOWN)
    return { progress, faults, seconds: (performance.now() - began) / 1000 }
  })
}
