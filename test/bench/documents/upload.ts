/**
 * `upload.ts <file.pdf> <out.json>`: one filing from its upload to its findings, in a process of its
 * own so that its memory can be told.
 */
import '../../../gateway/environment.ts'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openDocuments } from '../../../subgraphs/documents/mod.ts'
import { folderBlobs } from '../../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../../subgraphs/kernel/ports.ts'
import { must } from '../../../subgraphs/kernel/result.ts'
import { reviewProgress } from '../../../subgraphs/documents/review-job.ts'
import { actor } from '../../support/actors.ts'

/** What the parent is told. Times in seconds from the upload. */
export interface Uploaded {
  readonly firstSeconds: number
  readonly seconds: number
  readonly pages: number
  readonly findings: number
  readonly cpuSeconds: number
}

const CHOOSING_MS = 3_000

const [file, out] = process.argv.slice(2)
const folder = process.env.DATA_DIR!
const blobs = folderBlobs(join(folder, 'files'))
const running = await openDocuments(
  { databaseUrl: `file:${folder}`, ports: systemPorts(), blobs, report: console.error },
  { random: (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>) },
)
const reviewer = actor('bench-bank', 'maker', ['maker'])
const commands = running.commands(reviewer)
const bytes = new Uint8Array(await readFile(file!))
const project = must(await commands.createProject('bench', '9152000071430580XT'))
// As long as a person takes at least to choose a file: a thread gets ready meanwhile.
await new Promise((resolve) => setTimeout(resolve, CHOOSING_MS))

const began = performance.now()
const since = () => (performance.now() - began) / 1000
const { hash } = must(
  await blobs.put(
    reviewer.tenant,
    (async function* () {
      yield bytes
    })(),
    1 << 30,
  ),
)
must(await commands.addDocument({ project: project.id, name: basename(file!), file: hash }))
const job = must(await commands.startReview(project.id))
let firstSeconds = Infinity
let done
for await (const step of running.jobs.watch(reviewer.tenant, job)) {
  const { errors, warnings, notices, pages } = reviewProgress(step.progress)
  const findings = errors + warnings + notices
  if (findings > 0) firstSeconds = Math.min(firstSeconds, since())
  if (step.state === 'FAILED') throw new Error(step.error ?? 'failed')
  done = { findings, pages }
}
const { user, system } = process.cpuUsage()
const cpuSeconds = (user + system) / 1e6
const uploaded: Uploaded = { firstSeconds, seconds: since(), cpuSeconds, ...done! }
await writeFile(out!, JSON.stringify(uploaded))
await running.stop()
process.exit(0)
