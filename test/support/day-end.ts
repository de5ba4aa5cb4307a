/**
 * Business days of a tenant, ended one after another.
 */
import { expect } from 'vitest'
import type { Job } from '../../subgraphs/kernel/job.ts'
import { dateOf, type LocalDate, plusDays } from '../../subgraphs/kernel/time.ts'
import type { LedgerDesk } from './ledger.ts'
import { granted } from './rig.ts'

const DAY_MS = 86_400_000

/** Ends the open day and waits for it; fails the test when it is stopped. */
export async function endDay(desk: LedgerDesk, dryRun = false): Promise<Job> {
  const job = await tryEndDay(desk, dryRun)
  expect({ state: job.state, error: job.error }).toEqual({ state: 'DONE', error: null })
  return job
}

/** Ends the open day and waits until its job is over, whatever became of it. */
export async function tryEndDay(desk: LedgerDesk, dryRun = false): Promise<Job> {
  const { days, jobs } = desk.context(desk.accountant).ledger
  const id = granted(await days.endDay({ dryRun }))
  let last: Job | undefined
  for await (const job of jobs.watch(desk.tenant, id)) last = job
  return last!
}

/** Lets the clock go on to noon of a date, ending every day before it. */
export async function endDaysUntil(desk: LedgerDesk, date: LocalDate): Promise<void> {
  const { clock } = desk.rig.ports
  while (dateOf(clock.now()) < date) {
    await endDay(desk)
    const next = plusDays(dateOf(clock.now()), 1)
    desk.rig.ports.advance(Date.parse(`${next}T04:00:00.000Z`) - Date.parse(clock.now()))
  }
}

/** Lets days pass without anybody ending them. */
export function passDays(desk: LedgerDesk, days: number): void {
  desk.rig.ports.advance(days * DAY_MS)
}
