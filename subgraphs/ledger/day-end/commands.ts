/**
 * What people do with business days.
 */
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import type { Jobs } from '../../kernel/job.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { dateOf } from '../../kernel/time.ts'
import type { CommandDesk } from '../command-desk.ts'
import { endingDay, openDay } from '../store/business-day.ts'
import { DAY_END_KIND, type DayEndInput } from './job.ts'

export type DayCode = 'DAY_AHEAD'

export class DayCommands {
  readonly #desk: CommandDesk
  readonly #jobs: Jobs

  constructor(desk: CommandDesk, jobs: Jobs) {
    this.#desk = desk
    this.#jobs = jobs
  }

  /**
   * Ends the day that is open, or goes on with one whose end was not finished. A dry run leaves
   * everything as it is and tells what would be done. Answers the job's id.
   */
  async endDay(input: { dryRun: boolean }): Promise<Result<string, DayCode>> {
    const { store, tenant, actor } = this.#desk
    const today = dateOf(this.#desk.now())
    const [ending] = await endingDay(store.read, { tenant })
    const [open] = await openDay(store.read, { tenant })
    const on = ending?.on_date ?? open?.on_date ?? today
    if (on > today) {
      return refuse('DAY_AHEAD', `The day ${on} has not begun.`, '/', { on })
    }
    const job: DayEndInput = { on, dryRun: input.dryRun }
    return ok(await this.#jobs.submit(actor, DAY_END_KIND, job as unknown as CanonicalValue))
  }
}
