/**
 * What the parts of the schema share: the builder, the types by name, the loaders.
 */
import { loadOne } from '../../kernel/batch.ts'
import type { BlobStore } from '../../kernel/blob.ts'
import { badInput, type ResolverContext, subgraphBuilder } from '../../kernel/builder.ts'
import type { Job, Jobs } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import { refuse } from '../../kernel/result.ts'
import type { RiskCommands } from '../commands.ts'
import type { RuleCommands } from '../detect/rule-commands.ts'
import type { InvestigateCommands } from '../investigate/commands.ts'
import type { ClaimScorer } from '../score/command.ts'
import { dayOf } from '../engine/days.ts'
import type { Mirror } from '../mirror.ts'
import type { PortWindow, RiskGraphPort } from '../port.ts'
import { portRefusal } from '../port-refusal.ts'
import { entitiesByNo, type LinkRow, linksByNo, type RiskReader } from '../store/record.ts'

/** What the resolvers of the risk graph are given. */
export interface RiskContext extends ResolverContext {
  readonly risk: {
    readonly db: RiskReader
    readonly commands: RiskCommands
    readonly investigate: InvestigateCommands
    readonly rules: RuleCommands
    readonly scorer: ClaimScorer
    readonly ports: Ports
    readonly jobs: Jobs
    readonly blobs: BlobStore
    readonly mirror: Mirror
  }
}

export const READ = { requiresScopes: [['risk:read']] }

export const { builder, connection, refusals } = subgraphBuilder<RiskContext>()

/** A node of the graph: its number in the record. */
export interface Node {
  readonly no: number
}

export const entity = builder.objectRef<Node>('RiskEntity')
export const link = builder.objectRef<LinkRow>('RiskLink')
export const loadJob = builder.objectRef<Job>('RiskLoad')

export const { refusal, resultOf } = refusals(
  'RiskRefusal',
  'Why a command of the risk graph was not carried out. Codes: subgraphs/risk-graph/README.md.',
)

export const findEntity = loadOne(
  async (
    { risk, actor }: RiskContext,
    nos: readonly string[],
  ) => [...(await entitiesByNo(risk.db, actor.tenant, nos.map(Number))).values()],
  (row) => String(row.no),
)
export const findLink = loadOne(
  async (
    { risk, actor }: RiskContext,
    nos: readonly string[],
  ) => [...await linksByNo(risk.db, nos.map((no) => [actor.tenant, BigInt(no)]))],
  (row) => String(row.no),
)

const caughtUp = new WeakMap<RiskContext, Promise<void>>()

/** The tenant's names with everything that was committed before the request asked for them. */
export async function namesOf(context: RiskContext): Promise<Mirror> {
  const { mirror } = context.risk
  let reading = caughtUp.get(context)
  if (reading === undefined) {
    reading = mirror.catchUp()
    caughtUp.set(context, reading)
  }
  await reading
  return mirror
}

/** Asks the tenant's graph. @throws GraphQLError with the port's code when it cannot answer */
export async function ask<R>(
  context: RiskContext,
  work: (graph: RiskGraphPort) => Promise<R>,
): Promise<R> {
  try {
    return await context.risk.mirror.ask(work)
  } catch (error) {
    throw badInput(portRefusal(error))
  }
}

/** The node of an id; undefined when the tenant has none. */
export async function nodeOf(context: RiskContext, id: string): Promise<Node | undefined> {
  const no = (await namesOf(context)).ids.find(id)
  return no === undefined ? undefined : { no }
}

/** The days of `from` and `to`; undefined when neither is given. */
export function windowOf(
  { from, to }: { from?: string | null | undefined; to?: string | null | undefined },
): PortWindow | undefined {
  if (from == null && to == null) return undefined
  return {
    fromDay: from == null ? -0x7fff_ffff : dayOf(from),
    toDay: to == null ? 0x7fff_ffff : dayOf(to),
  }
}

/** A whole number between bounds, or its default. @throws GraphQLError when it is outside */
export function bounded(
  name: string,
  value: number | null | undefined,
  fallback: number,
  max: number,
): number {
  const given = value ?? fallback
  if (given >= 1 && given <= max) return given
  throw badInput(refuse('OUT_OF_BOUNDS', `${name} is from 1 to ${max}.`, `/${name}`))
}

/** Options of a field whose lists are at most as long as `limit` says. */
export function limited(...sizedFields: readonly string[]) {
  return {
    listSize: {
      slicingArguments: ['limit'],
      sizedFields: [...sizedFields],
      assumedSize: 100,
      requireOneSlicingArgument: false,
    },
  }
}

/** The id of a link in evidence: `lnk_17`. */
export function linkId(no: bigint | number): string {
  return `lnk_${no}`
}
