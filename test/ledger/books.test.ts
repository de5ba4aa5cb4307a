import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { CURRENCIES } from '../../subgraphs/kernel/money.ts'
import { trialBalance } from '../../subgraphs/ledger/store/report.ts'
import { entryNo } from '../../subgraphs/ledger/store/voucher.ts'
import { signed } from '../../subgraphs/ledger/voucher.ts'
import { eachEngine } from '../rig/engines.ts'
import { type LedgerDesk, ledgerDesks } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings } from '../support/rig.ts'

const ALL_DAYS = { from: '2000-01-01', to: '2099-12-31', institution: undefined }

/** What the entries alone say of each subject and currency. */
async function replayed(desk: LedgerDesk, until: string) {
  const rows = await desk.db.selectFrom('entry as e')
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'e.tenant_id').onRef('a.id', '=', 'e.account_id'),
    )
    .selectAll('e').select(['a.subject', 'a.currency'])
    .where('e.tenant_id', '=', desk.tenant).where('e.booking_on', '<=', until).execute()
  const sums: Record<string, bigint> = {}
  for (const row of rows) {
    const key = `${row.subject} ${row.currency}`
    sums[key] = (sums[key] ?? 0n) + signed(row.side, row.minor)
  }
  return sums
}

const closings = (rows: Awaited<ReturnType<typeof trialBalance>>) =>
  Object.fromEntries(
    rows.map((row) => [`${row.subject} ${row.currency}`, row.opening + row.debit - row.credit]),
  )

eachEngine((engine) => {
  const newDesk = ledgerDesks(engine)

  describe('the books', () => {
    it('balance and equal the replay of their entries after whatever happens', async () => {
      const amount = fc.bigInt({ min: 1n, max: 9_000_000_000n }).map(String)
      const act = fc.record({
        verb: fc.constantFrom('approve', 'approve', 'transfer', 'reverse', 'clear', 'post', 'day'),
        amount,
        // Amounts without decimals suit every currency.
        currency: fc.constantFrom(...CURRENCIES),
        institution: fc.constantFrom('1001', '1002'),
        category: fc.constantFrom('travel', 'it', 'unheard of'),
        pick: fc.nat(),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
          const desk = await newDesk()
          const vouchers = async () =>
            await desk.db.selectFrom('voucher').select('id').where('tenant_id', '=', desk.tenant)
              .orderBy('id').execute()
          let days = 0
          for (const { verb, amount, currency, institution, category, pick } of acts) {
            const components = { amount }
            const all = await vouchers()
            const items = await desk.suspense()
            const key = { idempotencyKey: newKey(), reason: 'r' }
            if (verb === 'approve') {
              const dimensions = { expenseCategory: category }
              await desk.approve({ components, currency, institution, dimensions })
            } else if (verb === 'transfer') {
              const dimensions = { toInstitution: '1003' }
              const type = 'branch-transfer.approved'
              await desk.approve({ type, components, currency, institution, dimensions })
            } else if (verb === 'reverse' && all.length > 0) {
              const voucher = all[pick % all.length]!.id
              await desk.commands().reverseVoucher({ ...key, voucher })
            } else if (verb === 'clear' && items.length > 0) {
              const item = items[pick % items.length]!.id
              await desk.commands().clearSuspense({ ...key, item, subject: '660299' })
            } else if (verb === 'post') {
              await desk.post(
                [institution, '1001', 'DEBIT', amount, currency],
                [institution, '4001', 'CREDIT', amount, currency],
              )
            } else if (verb === 'day') {
              desk.rig.ports.advance(86_400_000)
              days += 1
            }
          }
          desk.rig.ports.advance(-days * 86_400_000)
          const rows = await trialBalance(desk.db, desk.tenant, ALL_DAYS)
          expect(closings(rows)).toEqual(await replayed(desk, '2099-12-31'))
          for (const [currency, some] of Map.groupBy(rows, (row) => row.currency)) {
            const sum = some.reduce((s, row) => s + row.opening + row.debit - row.credit, 0n)
            expect(sum, currency).toBe(0n)
            const sides = some.reduce((s, row) => s + row.debit - row.credit, 0n)
            expect(sides, currency).toBe(0n)
          }
          // Cut anywhere, what was before the cut opens what comes after it.
          const cut = '2026-11-24'
          const before = await trialBalance(desk.db, desk.tenant, { ...ALL_DAYS, to: cut })
          expect(closings(before)).toEqual(await replayed(desk, cut))
          const after = await trialBalance(desk.db, desk.tenant, {
            ...ALL_DAYS,
            from: '2026-11-25',
          })
          const opened = after.filter((row) => row.opening !== 0n)
            .map((row) => [`${row.subject} ${row.currency}`, row.opening])
          expect(Object.fromEntries(opened)).toEqual(
            Object.fromEntries(Object.entries(closings(before)).filter(([, sum]) => sum !== 0n)),
          )
          const byBranch = await Promise.all(
            ['1001', '1002', '1003'].map((institution) =>
              trialBalance(desk.db, desk.tenant, { ...ALL_DAYS, institution })
            ),
          )
          const total = (some: typeof rows) => some.reduce((s, row) => s + row.debit, 0n)
          expect(byBranch.reduce((s, some) => s + total(some), 0n)).toBe(total(rows))
        }),
        { numRuns: 12 },
      )
      expect(await findings((await newDesk()).running)).toEqual([])
    })
  })

  describe('the database itself', () => {
    it.each(['voucher', 'entry_line', 'accounting_event'] as const)(
      'lets nobody change or remove a row of %s',
      async (table) => {
        const desk = await newDesk()
        await desk.approve()
        const { store } = desk.running
        const update = store.write(async (tx) => {
          const column = sql.ref(table === 'entry_line' ? 'amount' : 'tenant_id')
          await sql`update ${sql.table(table)} set ${column} = ${column}`.execute(tx)
        })
        await expect(update).rejects.toMatchObject({ code: 'append_only' })
        const remove = store.write(async (tx) => {
          await sql`delete from ${sql.table(table)}`.execute(tx)
        })
        await expect(remove).rejects.toMatchObject({ code: 'append_only' })
        expect(await desk.db.selectFrom(table).selectAll().execute()).not.toEqual([])
      },
    )

    it('takes no entry of nothing and no second posting of an order’s event', async () => {
      const desk = await newDesk()
      const { serial } = await desk.approve()
      const [event] = await desk.events(serial)
      const { id } = await desk.voucherOf(serial)
      const write = (unit: (tx: typeof desk.db) => Promise<unknown>) =>
        desk.running.store.write(async (tx) => {
          await unit(tx as unknown as typeof desk.db)
        })
      await expect(
        write((tx) =>
          tx.insertInto('accounting_event').values({ ...event!, id: 'evt_x' }).execute()
        ),
      ).rejects.toMatchObject({ code: 'unique' })
      await expect(write(async (tx) => {
        const { voucher_no } = await tx.selectFrom('voucher').select('voucher_no')
          .where('id', '=', id).executeTakeFirstOrThrow()
        const entry_no = entryNo(voucher_no, 9n)
        const line = { entry_no, account_no: 1n, balance_after: 0n, prev_entry: null }
        await tx.insertInto('entry_line').values({ ...line, amount: 0n }).execute()
      })).rejects.toMatchObject({ code: 'check' })
    })
  })
})
