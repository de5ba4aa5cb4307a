/**
 * What a domain offers to the process that runs it.
 */
import type { GraphQLSchema } from 'graphql'
import type { BlobStore } from './blob.ts'
import type { RequestContext } from './builder.ts'
import type { Consumer } from './event.ts'
import type { Ports } from './ports.ts'
import type { Store } from './store.ts'
import type { KernelTables } from './tables.ts'

/** A server that keeps graphs. @property url such as bolt://host:7687 @property dialect what it speaks */
export interface GraphServer {
  readonly url: string
  readonly dialect: 'memgraph' | 'neo4j'
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** Of one question, retries included. */
  readonly timeoutMs?: number | undefined
}

/** What a subgraph is opened with. @property databaseUrl as `openStore` takes it */
export interface SubgraphEnv {
  readonly databaseUrl: string
  readonly ports: Ports
  readonly blobs: BlobStore
  /** Where graphs are asked; in the process itself when absent. */
  readonly graphServer?: GraphServer | undefined
  /** Opens for reading only, beside a process that writes. */
  readonly readOnly?: boolean
  /** Told of errors that no caller is waiting for. */
  readonly report: (error: unknown) => void
}

/** A bank, insurer or broker that is set up. @property institutions code → name, head office first */
export interface TenantSetup {
  readonly tenant: string
  readonly institutions: Readonly<Record<string, { zh: string; en: string }>>
}

/** Something that an invariant check found wrong. */
export interface Finding {
  readonly subgraph: string
  readonly code: string
  readonly message: string
}

/** A subgraph at work. */
export interface RunningSubgraph {
  readonly store: Store<KernelTables>
  readonly consumers: readonly Consumer[]
  /** The context that this subgraph's resolvers are given for a request. */
  context(request: RequestContext): RequestContext
  /** Puts in what a tenant needs to begin with. Doing it again adds nothing. */
  provision(setup: TenantSetup): Promise<void>
  /** Starts what goes on without a caller. */
  start(): Promise<void>
  /** Whether nothing is under way that goes on without a caller. */
  idle(): Promise<boolean>
  stop(): Promise<void>
  /** Checks every invariant of this subgraph's own data, all tenants. */
  verify(): AsyncIterable<Finding>
}

/** A domain. Its schema needs no database, so that schemas can be composed at build time. */
export interface Subgraph<Running extends RunningSubgraph = RunningSubgraph> {
  readonly name: string
  /** Topics of its consumers, for those who send it events from another process. */
  readonly topics: readonly string[]
  schema(): GraphQLSchema
  open(env: SubgraphEnv): Promise<Running>
}
