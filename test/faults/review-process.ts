/**
 * `review-process.ts <file>`: reviews a file on `DATA_DIR`, or goes on with the review that was
 * interrupted there; prints each step, and in the end what there is.
 */
import '../../gateway/environment.ts'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openDocuments } from '../../subgraphs/documents/mod.ts'
import { reviewProgress } from '../../subgraphs/documents/review-job.ts'
import { allFindings, listProjects } from '../../subgraphs/documents/store/review.ts'
import type { DocumentTables } from '../../subgraphs/documents/tables.ts'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { actor } from '../support/actors.ts'

const folder = process.env.DATA_DIR!
const blobs = folderBlobs(join(folder, 'files'))
const running = await openDocuments(
  { databaseUrl: `file:${folder}`, ports: systemPorts(), blobs, report: console.error },
  { random: (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>) },
)
const store = running.store as unknown as Store<DocumentTables>
const maker = actor('kill-bank', 'maker', ['maker'])
const { tenant } = maker
const commands = running.commands(maker)
const file = process.argv[2]!

let [project] = await listProjects(store.read, tenant, { limit: 1, after: undefined })
if (project === undefined) {
  project = must(await commands.createProject('kill', '9152000071430580XT'))
  const bytes = new Uint8Array(await readFile(file))
  const { hash } = must(
    await blobs.put(
      tenant,
      (async function* () {
        yield bytes
      })(),
      1 << 30,
    ),
  )
  must(await commands.addDocument({ project: project.id, name: basename(file), file: hash }))
}
// What an earlier process left is one and the same job as what is asked for again.
const job = must(await commands.startReview(project.id))
await running.start()
for await (const step of running.jobs.watch(tenant, job)) {
  const { phase, page } = reviewProgress(step.progress)
  console.log(`${step.state} ${phase} ${page}`)
  if (step.state === 'FAILED') throw new Error(step.error ?? 'failed')
}
const findings = await allFindings(store.read, { tenant, project: project.id })
const faults: string[] = []
for await (const { code } of running.verify()) faults.push(code)
const { count } = store.read.fn
const [events] = await store.read.selectFrom('evidence_event').select(count<bigint>('seq').as('n'))
  .execute()
console.log(
  `RESULT ${
    JSON.stringify({
      keys: findings.map(({ key, presence }) => `${key} ${presence}`).toSorted(),
      events: Number(events!.n),
      faults,
    })
  }`,
)
await running.stop()
process.exit(0)
