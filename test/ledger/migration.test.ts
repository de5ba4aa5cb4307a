import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../subgraphs/kernel/migrate.ts'
import { openStore, type Store } from '../../subgraphs/kernel/store.ts'
import { kernelMigrations } from '../../subgraphs/kernel/tables.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import { firstTables } from '../../subgraphs/ledger/store/migration-1.ts'
import { voucherHash } from '../../subgraphs/ledger/voucher.ts'
import { linkHash, rootOf } from '../../subgraphs/kernel/chain.ts'
import { eachEngine } from '../rig/engines.ts'
import { findings, openRig } from '../support/rig.ts'

const GENESIS = '0'.repeat(64)

eachEngine((engine) => {
  describe('a database of the first version', () => {
    it('is carried over with its vouchers as they were hashed, and verifies', async () => {
      const url = await engine.freshUrl()
      const store = await openStore<unknown>(url, 'ledger')
      await migrate(store as Store<unknown>, [...kernelMigrations, firstTables])
      const head = {
        tenant: 'old',
        id: 'vch_1',
        number: '2026-11-000001',
        kind: 'MANUAL' as const,
        serial: null,
        eventId: null,
        eventType: null,
        eventHash: null,
        ruleVersion: null,
        reverses: null,
        bookingOn: '2026-11-23',
        valueOn: '2026-11-20',
        recordedAt: '2026-11-23T04:00:00.000Z',
        postedBy: 'accountant',
        summary: 'before',
      }
      const entries = [['acc_1', '1001', 'DEBIT', 500n], [
        'acc_2',
        '4001',
        'CREDIT',
        -500n,
      ]] as const
      const hash = voucherHash(
        head,
        entries.map(([accountId, subject, side, balanceAfter], i) => ({
          line: BigInt(i + 1),
          accountId,
          institution: '1001',
          subject,
          currency: 'CNY',
          side,
          minor: 500n,
          balanceAfter,
        })),
      )
      const root = rootOf([hash])
      await store.write(async (tx) => {
        const run = (text: ReturnType<typeof sql>) => text.execute(tx)
        await run(sql`insert into institution values ('old', '1001', '总行', 'Head office')`)
        for (const [code, normal] of [['1001', 'DEBIT'], ['4001', 'CREDIT']]) {
          await run(
            sql`insert into subject values ('old', ${code}, 'x', 'x', 'ASSET', ${normal}, 1)`,
          )
        }
        for (const [id, subject, , balance] of entries) {
          await run(sql`insert into account values
            ('old', ${id}, '1001', ${subject}, 'CNY', ${balance}, '2026-11-23T04:00:00.000Z')`)
          await run(sql`insert into account_day values ('old', ${id}, '2026-11-23',
            ${balance > 0n ? balance : 0n}, ${balance < 0n ? -balance : 0n})`)
        }
        await run(sql`insert into voucher values ('old', ${head.id}, ${head.number}, 'MANUAL', null,
          null, null, null, null, ${head.bookingOn}, ${head.valueOn}, ${head.recordedAt},
          'accountant', 'before', ${hash}, 1, 0)`)
        for (const [i, [id, , side, balance]] of entries.entries()) {
          await run(sql`insert into entry values ('old', 'vch_1', ${i + 1}, ${id}, ${side}, 500,
            ${balance}, ${head.bookingOn}, ${head.valueOn})`)
        }
        await run(sql`insert into chain_link values ('old', 'vouchers', 1, ${GENESIS}, ${root},
          ${linkHash(GENESIS, 1n, root)}, 1)`)
      })
      await store.close()

      const rig = await openRig(ledger, url)
      try {
        expect(await findings(rig.running)).toEqual([])
        const { read } = rig.running.store
        const accounts = await sql`select id, normal, status, balance, held, number from account
          order by id`.execute(read)
        expect(accounts.rows).toEqual([
          { id: 'acc_1', normal: 'DEBIT', status: 'OPEN', balance: 500n, held: 0n, number: '' },
          { id: 'acc_2', normal: 'CREDIT', status: 'OPEN', balance: -500n, held: 0n, number: '' },
        ])
        const days = await sql`select account_id, value_on, debit, credit from account_movement
          order by account_id`.execute(read)
        expect(days.rows).toEqual([
          { account_id: 'acc_1', value_on: '2026-11-20', debit: 500n, credit: 0n },
          { account_id: 'acc_2', value_on: '2026-11-20', debit: 0n, credit: 500n },
        ])
        await expect(rig.running.store.write(async (tx) => {
          await sql`update entry set minor = 1`.execute(tx)
        })).rejects.toMatchObject({ code: 'append_only' })
      } finally {
        await rig.close()
      }
    })
  })
})
