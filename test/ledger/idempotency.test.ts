import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { actor } from '../support/actors.ts'
import { passDays } from '../support/day-end.ts'
import { handLegs, type LedgerDesk, openFunded } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { CNY, productTools } from '../support/products.ts'
import { findings, granted, refusal } from '../support/rig.ts'

eachEngine((engine) => {
  const { newDesk, loans, deposits, grant, instalments } = productTools(engine)
  const post = (desk: LedgerDesk, idempotencyKey: string, by = desk.accountant, amount = '5.00') =>
    desk.commands(by).postVoucher({
      idempotencyKey,
      summary: 's',
      legs: handLegs([['1001', '1001', 'DEBIT', amount], ['1001', '4001', 'CREDIT', amount]]),
    })
  const vouchers = async (desk: LedgerDesk) => (await desk.counts()).voucher

  describe('a key', () => {
    it('of a teller’s cash is another than the same one of a posting by hand', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '0')
      const both = actor(desk.tenant, 'li', ['teller', 'accountant'])
      const { teller } = desk.context(both).ledger
      granted(await teller.openDrawer({ teller: 'li', institution: '1001', currency: 'CNY' }))
      const idempotencyKey = newKey()
      const cash = (amount: string) =>
        teller.cash({
          idempotencyKey,
          account,
          amount: CNY(amount),
          direction: 'IN',
          summary: 's',
        })
      const [byCash, byHand] = [
        granted(await cash('5.00')),
        granted(await post(desk, idempotencyKey, both)),
      ]
      expect(byCash).not.toBe(byHand)
      // Each answers its own voucher ever after, and neither takes another body.
      expect([granted(await cash('5.00')), granted(await post(desk, idempotencyKey, both))])
        .toEqual([byCash, byHand])
      expect(refusal(await cash('5.01'))).toBe('IDEMPOTENCY_CONFLICT /idempotencyKey')
      expect(refusal(await post(desk, idempotencyKey, both, '5.01')))
        .toBe('IDEMPOTENCY_CONFLICT /idempotencyKey')
      expect(await vouchers(desk)).toBe(2n)
      const kept = await sql<{ key: string }>`select key from command
        where tenant_id = ${desk.tenant} and key like ${`CASH %${idempotencyKey}`}`.execute(desk.db)
      expect(kept.rows).toEqual([{ key: `CASH li ${idempotencyKey}` }])
    })

    it('of one person is not that of another whose name begins as theirs', async () => {
      const desk = await newDesk()
      const key = newKey()
      const [short, long] = [
        actor(desk.tenant, 'li', ['accountant']),
        actor(desk.tenant, 'li:wang', ['accountant']),
      ]
      const one = granted(await post(desk, `wang:${key}`, short))
      const other = granted(await post(desk, key, long))
      expect(one).not.toBe(other)
      expect(await vouchers(desk)).toBe(2n)
    })

    it('of one command on a contract is another than the same one of another command', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '1000.00')
      const contract = await grant(desk, account, { method: 'INTEREST_FIRST' })
      passDays(desk, 31)
      const asked = { idempotencyKey: newKey(), contract }
      const voucher = granted(await loans(desk).repayLoan(asked))
      // The body is the same: before, this answered the voucher and left the rate as it was.
      expect(granted(await loans(desk).repriceLoan(asked))).toBe(contract)
      expect(granted(await loans(desk).repayLoan(asked))).toBe(voucher)
      expect((await instalments(desk, contract))[0]).toMatchObject({ paid_interest: 3_600n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('of a part of a deposit is another than the same one of all of it', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '100.00')
      const contract = granted(
        await deposits(desk).openTermDeposit({
          idempotencyKey: newKey(),
          settleAccount: account,
          amount: CNY('100.00'),
          term: '1Y',
        }),
      )
      const asked = { idempotencyKey: newKey(), contract }
      const part = { ...asked, amount: CNY('10.00') }
      const first = granted(await deposits(desk).withdrawPartOfTermDeposit(part))
      expect(granted(await deposits(desk).withdrawTermDeposit(asked))).not.toBe(first)
      expect(await findings(desk.running)).toEqual([])
    })
  })

  it('the books take no second voucher with a number that there is', async () => {
    const desk = await newDesk()
    granted(await post(desk, newKey()))
    const again = desk.rig.running.store.write(
      (tx) =>
        sql`insert into voucher (tenant_id, id, number, kind, booking_on, value_on, recorded_at,
            posted_by, summary, hash, link)
          select tenant_id, 'vch_other', number, kind, booking_on, value_on, recorded_at,
            posted_by, summary, hash, link from voucher where tenant_id = ${desk.tenant}`
          .execute(tx as never),
      { lane: desk.tenant },
    )
    await expect(again).rejects.toThrow(/voucher(_|\.)(number|tenant_id)/)
    expect(await vouchers(desk)).toBe(1n)
  })
})
