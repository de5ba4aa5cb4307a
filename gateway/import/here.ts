/**
 * An import in this process, on the data folder, by the same job as the server's.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { scopesOf } from '../../subgraphs/kernel/actor.ts'
import type { CanonicalValue } from '../../subgraphs/kernel/canonical-json.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { DEMO_PEOPLE, DEMO_TENANT, type DemoRole } from '../demo.ts'
import {
  APPROVE_KIND,
  type ApproveInput,
  IMPORT_KIND,
  type ImportInput,
  type ImportPerson,
  type ImportProgress,
  importProgress,
} from '../subgraphs.ts'
import { openSystem } from '../system.ts'
import type { ImportRequest } from './request.ts'

const DRAIN_MS = 30_000

/** Imports and answers the final progress. @throws Error when the import cannot be done */
export async function importHere(
  request: ImportRequest,
  show: (progress: ImportProgress) => void,
): Promise<ImportProgress> {
  const { tenant } = DEMO_TENANT
  if (request.maker === request.approver) throw new Error('SELF_APPROVAL: name two people')
  const system = await openSystem(request.config, {
    ports: systemPorts(),
    report: (error) => console.error('background:', error),
  })
  let interrupted = false
  const stop = () => {
    interrupted = true
    void system.subgraphs.orders.jobs.stop()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    await system.provision(DEMO_TENANT)
    await system.start()
    const { jobs, blobs } = system.subgraphs.orders
    const kept = await blobs.put(
      tenant,
      createReadStream(request.file),
      request.config.fileLimitBytes,
    )
    if (!kept.ok) throw new Error(`${kept.code}: ${kept.message}`)
    const run = async (role: DemoRole, kind: string, input: ImportInput | ApproveInput) => {
      const person = personOf(role)
      const actor = { tenant, ...person, scopes: scopesOf(person.roles, []) }
      const id = await jobs.submit(actor, kind, input as unknown as CanonicalValue)
      let last = importProgress(null)
      for await (const job of jobs.watch(tenant, id)) {
        last = importProgress(job.progress)
        show(last)
        if (job.state === 'FAILED') throw new Error(job.error ?? 'the import failed')
      }
      return { id, last }
    }
    const { id, last: read } = await run(request.maker, IMPORT_KIND, {
      file: kept.value.hash,
      type: request.type,
      mapping: request.mapping,
      maker: personOf(request.maker),
    })
    let last = read
    if (request.approver !== undefined) {
      const approver = personOf(request.approver)
      last = (await run(request.approver, APPROVE_KIND, { job: id, approver })).last
    }
    const report = last.report === null ? undefined : await blobs.get(tenant, last.report)
    if (interrupted || report === undefined) {
      throw new Error('stopped before the end; run it again and it goes on')
    }
    await pipeline(Readable.from(report), createWriteStream(request.report))
    // Orders are done; what they caused (the settlement in the books) is still on its way.
    await system.drained(DRAIN_MS)
    return last
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await system.stop()
  }
}

function personOf(role: DemoRole): ImportPerson {
  const { subject, name, kind } = DEMO_PEOPLE[role]
  return { subject, name, kind, roles: [role] }
}
