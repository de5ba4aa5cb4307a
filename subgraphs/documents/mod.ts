/**
 * Documents (申报材料智能审核): filings reviewed, evidence kept.
 */
import type { Actor } from '../kernel/actor.ts'
import type { RequestContext } from '../kernel/builder.ts'
import type { Consumer } from '../kernel/event.ts'
import { receiveOnce } from '../kernel/inbox.ts'
import { Jobs } from '../kernel/job.ts'
import { openMigrated } from '../kernel/migrate.ts'
import type { Store } from '../kernel/store.ts'
import type { RunningSubgraph, Subgraph, SubgraphEnv } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { approvalCase } from './approval-case.ts'
import { ReviewCommands } from './commands.ts'
import { simulatedFaceCheck } from './evidence/face-check.ts'
import { evidenceLane, EvidenceLog, type EvidenceOptions } from './evidence/log.ts'
import { evidenceOptions } from './evidence/options.ts'
import { type DocumentsContext, documentsSchema } from './graph.ts'
import { shipRules } from './rule-version.ts'
import { REVIEW_KIND, reviewHandler } from './review-job.ts'
import { REVIEW_LIMITS } from './review-thread.ts'
import { SpareThread } from './spare-thread.ts'
import { documentMigrations, type DocumentTables } from './tables.ts'
import { verifyDocuments } from './verify.ts'

export { CHECKS, ENGINE_VERSION } from './checks/catalogue.ts'
export type { Finding as ReviewFinding } from './checks/finding.ts'
export { verifyBundle } from './evidence/verifier.ts'
export type { Trust } from './evidence/verifier.ts'
export { verifierPage } from './evidence/verifier-page.ts'
export type { ReviewFile, ReviewOutcome } from './review-task.ts'
export { runReview } from './review-thread.ts'

/** How often the log is sealed when events wait. */
const SEAL_MS = 60_000

/** Documents at work. */
export interface RunningDocuments extends RunningSubgraph {
  readonly jobs: Jobs
  readonly evidence: EvidenceLog
  /** What an actor may do, for callers that come without GraphQL. */
  commands(actor: Actor): ReviewCommands
}

/** Topics that become evidence. */
const EVIDENCE_TOPICS = ['order.approved']

export const documents: Subgraph<RunningDocuments> = {
  name: 'documents',
  topics: EVIDENCE_TOPICS,
  schema: documentsSchema,
  async open(env: SubgraphEnv): Promise<RunningDocuments> {
    const options = await evidenceOptions(process.env)
    return await openDocuments(env, options)
  },
}

/** Opens documents with whoever watches and stamps the log. */
export async function openDocuments(
  env: SubgraphEnv,
  options: EvidenceOptions,
): Promise<RunningDocuments> {
  const store = await openMigrated<DocumentTables>(env, 'documents', documentMigrations)
  const kernelStore = store as unknown as Store<KernelTables>
  const { ports, blobs } = env
  const evidence = new EvidenceLog(store, ports, options)
  const threads = new SpareThread(REVIEW_LIMITS)
  const jobs = new Jobs(kernelStore, ports, {
    [REVIEW_KIND]: reviewHandler({ store, ports, blobs, evidence, threads }),
  }, env.report)
  const commands = (actor: Actor) =>
    new ReviewCommands({ store, ports, blobs, jobs, evidence, threads }, actor)
  const consumer: Consumer = {
    name: 'documents',
    topics: EVIDENCE_TOPICS,
    async receive(delivery) {
      const closed = approvalCase(delivery.payload, delivery.occurredAt)
      if (closed === undefined) return
      const { tenant } = delivery
      await receiveOnce(
        store,
        delivery,
        ports.clock.now(),
        (tx) => evidence.keepClosed(tx, tenant, closed),
        evidenceLane(tenant),
      )
    },
  }
  const faceCheck = options.faceCheck ?? simulatedFaceCheck()
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    store: kernelStore,
    consumers: [consumer],
    jobs,
    evidence,
    commands,
    context(request: RequestContext): DocumentsContext {
      const actor = request.actor!
      const simulated = options.witness === undefined || options.authority === undefined
      return {
        ...request,
        actor,
        documents: {
          db: store.read,
          store,
          ports,
          commands: commands(actor),
          jobs,
          evidence,
          faceCheck,
          simulated,
        },
      }
    },
    async provision({ tenant }) {
      const at = ports.clock.now()
      await store.write((tx) => shipRules(tx, tenant, at), { lane: `${tenant}:review` })
    },
    async start() {
      await jobs.resume()
      timer = setInterval(() => void evidence.sealAll().catch(env.report), SEAL_MS)
      timer.unref?.()
    },
    idle: () => Promise.resolve(jobs.idle),
    async stop() {
      clearInterval(timer)
      await jobs.stop()
      threads.stop()
      await evidence.settled()
      await store.close()
    },
    verify: () => verifyDocuments(store),
  }
}
