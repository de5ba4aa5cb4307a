/**
 * The end of a business day as a job: steps in order, pages within a step, each a unit of work of its
 * own. Killed anywhere it goes on with the page that was under way; run again it finds nothing to do.
 */
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { Job, JobControl, JobHandler } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import { systemActor } from '../../kernel/actor.ts'
import { type LocalDate, plusDays } from '../../kernel/time.ts'
import { AccountCommands } from '../account-commands.ts'
import { CommandDesk, type LedgerWorks } from '../command-desk.ts'
import { isSettlementDay } from '../product/deposit.ts'
import { businessDay, closeDay, cutDay, insertDay } from '../store/business-day.ts'
import { totalsThatDiffer } from '../store/report.ts'
import { endContracts } from './contracts.ts'
import { count, DAY_END_ACTOR, type EndingDay, type PageDone, type Tally } from './day.ts'
import { accrueDeposits, settleDeposits } from './deposits.ts'
import { revaluePositions } from './revaluation.ts'

export const DAY_END_KIND = 'day-end'

/** In the order in which they are done. */
export const STEPS = [
  'cut',
  'holds',
  'deposits',
  'contracts',
  'settlement',
  'revaluation',
  'check',
  'close',
] as const
export type Step = (typeof STEPS)[number]

/** @property on the day to end */
export interface DayEndInput {
  readonly on: LocalDate
  readonly dryRun: boolean
}

/** How far a day's end is. @property tally counts and sums so far, as decimal texts */
export interface DayEndProgress {
  readonly step: Step
  readonly pages: number
  readonly tally: Readonly<Record<string, string>>
}

interface Checkpoint {
  readonly step: number
  readonly after: string
  readonly pages: number
  readonly tally: Readonly<Record<string, string>>
}

const START: Checkpoint = { step: 0, after: '', pages: 0, tally: {} }

/** Ends a day. @throws Error naming what stopped it; the job is started again once that is mended */
export function dayEndHandler(works: LedgerWorks, ports: Ports): JobHandler {
  return async (job: Job, control: JobControl) => {
    const { on, dryRun } = job.input as DayEndInput
    const day: EndingDay = { works, ports, tenant: job.tenant, on, dry: dryRun }
    let at = (job.checkpoint as Checkpoint | null) ?? START
    while (at.step < STEPS.length) {
      const step = STEPS[at.step]!
      const done = await runStep(day, step, at)
      const tally = addTally(at.tally, done.tally)
      const pages = at.pages + 1
      at = done.next === undefined
        ? { step: at.step + 1, after: '', pages, tally }
        : { step: at.step, after: done.next, pages, tally }
      const progress: DayEndProgress = { step, pages, tally }
      await control.checkpoint(
        at as unknown as CanonicalValue,
        progress as unknown as CanonicalValue,
      )
    }
  }
}

async function runStep(day: EndingDay, step: Step, at: Checkpoint): Promise<PageDone> {
  switch (step) {
    case 'cut':
      return await cut(day)
    case 'holds':
      return await endHolds(day)
    case 'deposits':
      return await accrueDeposits(day, at.after)
    case 'contracts':
      return await endContracts(day, at.after)
    case 'settlement':
      return isSettlementDay(day.on) ? await settleDeposits(day, at.after) : nothing()
    case 'revaluation':
      return await revaluePositions(day)
    case 'check':
      return await check(day)
    case 'close':
      return await close(day, at.tally)
  }
}

/** 日切: from here on entries are booked on the next day; not a moment in between takes none. */
async function cut(day: EndingDay): Promise<PageDone> {
  if (day.dry) return nothing()
  const { tenant, on } = day
  const at = day.ports.clock.now()
  await day.works.store.write(async (tx) => {
    const [row] = await businessDay(tx, { tenant, on })
    if (row?.state === 'ENDING') return
    if (row === undefined) await insertDay(tx, { tenant, on, state: 'ENDING', at, cutAt: at })
    else await cutDay(tx, { tenant, on, at })
    await insertDay(tx, { tenant, on: plusDays(on, 1), state: 'OPEN', at, cutAt: null })
  }, { lane: tenant })
  return nothing()
}

async function endHolds(day: EndingDay): Promise<PageDone> {
  if (day.dry) return nothing()
  const actor = systemActor(day.tenant, DAY_END_ACTOR, 'system')
  const ended = await new AccountCommands(new CommandDesk(day.works, day.ports, actor))
    .expireHolds()
  const tally: Tally = {}
  if (ended > 0) count(tally, 'holds expired', BigInt(ended))
  return { next: undefined, tally }
}

/** 总分核对: the general ledger against the accounts below it. */
async function check(day: EndingDay): Promise<PageDone> {
  const wrong = await day.works.store.snapshot((db) => totalsThatDiffer(db, day.tenant))
  if (wrong.length > 0) {
    throw new Error(`TOTALS_DIFFER: ${wrong.slice(0, 5).join(', ')}`)
  }
  return nothing()
}

async function close(day: EndingDay, tally: Checkpoint['tally']): Promise<PageDone> {
  if (day.dry) return nothing()
  const { tenant, on } = day
  const at = day.ports.clock.now()
  const report = canonicalJson(tally)
  await day.works.store.write((tx) => closeDay(tx, { tenant, on, at, report }), { lane: tenant })
  return nothing()
}

function nothing(): PageDone {
  return { next: undefined, tally: {} }
}

function addTally(before: Checkpoint['tally'], more: Tally): Record<string, string> {
  const sum: Record<string, string> = { ...before }
  for (const [name, value] of Object.entries(more)) {
    sum[name] = (BigInt(sum[name] ?? '0') + value).toString()
  }
  return sum
}
