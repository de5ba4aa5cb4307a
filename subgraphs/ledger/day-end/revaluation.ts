/**
 * Foreign exchange positions at today's price (外汇重估).
 */
import type { Currency } from '../../kernel/money.ts'
import { bookAll, type Draft } from '../book.ts'
import { parametersOn } from '../parameter/in-force.ts'
import { FX_PRODUCT } from '../product/exchange.ts'
import { revaluation } from '../product/fx.ts'
import { accountsOfProduct } from '../store/account.ts'
import { count, DAY_END_ACTOR, type EndingDay, type PageDone, runPage } from './day.ts'

/** Where gains and losses go. */
const GAINS_SUBJECT = '6061'

/** Carries every position at the day's middle price; done again, there is nothing to carry. */
export async function revaluePositions(day: EndingDay): Promise<PageDone> {
  return await runPage(day, async (tx, tally, at) => {
    const { tenant, on } = day
    const accounts = await accountsOfProduct(tx, { tenant, product: FX_PRODUCT })
    const byNumber = new Map(accounts.map((row) => [row.number, row]))
    const parameters = await parametersOn(tx, tenant, on)
    const drafts: Draft[] = []
    for (const foreign of accounts) {
      const [, institution = '', own = '', base = ''] = foreign.number.split('.')
      const key = `fx.${own.toLowerCase()}.${base.toLowerCase()}`
      const cost = byNumber.get(`FX.${institution}.${base}.${own}`)
      const priced = parameters.price(key, { dimensions: { institution }, on })
      // The other account of the pair: its price is that of this one.
      if (!priced.ok || cost === undefined) continue
      const position = {
        currency: own as Currency,
        foreign: -foreign.balance,
        base: cost.balance,
      }
      const gain = revaluation(position, base as Currency, priced.value.rate!)
      if (gain === 0n) continue
      const minor = gain > 0n ? gain : -gain
      const currency = base as Currency
      count(tally, `fx ${gain > 0n ? 'gain' : 'loss'} ${institution} ${own} in ${base}`, minor)
      const place = { institution, currency, minor }
      drafts.push({
        head: {
          tenant,
          id: day.ports.ids.next('vch'),
          kind: 'PRODUCT',
          serial: null,
          eventId: null,
          eventType: null,
          eventHash: null,
          ruleVersion: null,
          reverses: null,
          bookingOn: on,
          valueOn: on,
          recordedAt: at,
          postedBy: DAY_END_ACTOR,
          summary: `revaluation ${own} ${on}`,
        },
        legs: [
          { ...place, account: cost.id, subject: '', side: gain > 0n ? 'DEBIT' : 'CREDIT' },
          { ...place, subject: GAINS_SUBJECT, side: gain > 0n ? 'CREDIT' : 'DEBIT' },
        ],
        announceId: '',
        ofEndingDay: true,
      })
    }
    const answers = drafts.length === 0 ? [] : await bookAll(tx, day.works.cache, tenant, drafts)
    const refused = answers.find((answer) => !answer.ok)
    if (refused !== undefined && !refused.ok) throw new Error(`${refused.code}: ${refused.message}`)
    return undefined
  })
}
