/**
 * Books that are large from the beginning: rows as the store writes them, without the postings.
 */
import { plusDays } from '../../../subgraphs/kernel/time.ts'
import { entryNo } from '../../../subgraphs/ledger/store/voucher.ts'
import { accountId, type OwnLedger, TENANT } from './own.ts'

/** 10 institutions, 50 subjects, 250 days: what 10 million entries of them come to. */
export async function fillGeneral({ store }: OwnLedger, days: number): Promise<void> {
  for (let institution = 0; institution < 10; institution++) {
    await store.write(async (tx) => {
      for (let subject = 0; subject < 50; subject++) {
        for (let day = 0; day < days; day += 125) {
          await tx.insertInto('general_day').values(
            Array.from({ length: 125 }, (_, i) => ({
              tenant_id: TENANT,
              institution: String(2000 + institution),
              subject: String(6000 + subject),
              currency: 'CNY',
              booking_on: plusDays('2025-01-01', day + i),
              debit: 80_000n,
              credit: 80_000n,
            })),
          ).execute()
        }
      }
    })
  }
}

/** Entries of one account over 250 days, with their daily sums. */
export async function fillAccount({ store }: OwnLedger, entries: number): Promise<void> {
  const id = accountId(1)
  const perDay = entries / 250
  const { account_no } = await store.read.selectFrom('account').select('account_no')
    .where('id', '=', id).executeTakeFirstOrThrow()
  let last: bigint | null = null
  for (let day = 0; day < 250; day++) {
    const on = plusDays('2025-01-01', day)
    await store.write(async (tx) => {
      for (let i = 0; i < perDay; i += 100) {
        const numbers = Array.from({ length: 100 }, (_, k) => BigInt(day * perDay + i + k + 1))
        await tx.insertInto('voucher').values(numbers.map((no) => ({
          voucher_no: no,
          tenant_id: TENANT,
          id: `vch_${no.toString().padStart(26, '0')}`,
          number: `n${no}`,
          kind: 'MANUAL',
          serial: null,
          event_id: null,
          event_type: null,
          rule_version: null,
          reverses: null,
          booking_on: on,
          value_on: on,
          recorded_at: `${on}T04:00:00.000Z`,
          posted_by: 'bench',
          summary: 's',
          hash: new Uint8Array(32),
          link: BigInt(day + 1),
          red: 0n,
          posting_key: null,
          body_hash: null,
          hold_id: null,
          channel: null,
        }))).execute()
        await tx.insertInto('entry_line').values(numbers.map((no) => {
          const prev_entry = last
          last = entryNo(no, 1n)
          return { entry_no: last, account_no, amount: 1n, balance_after: 0n, prev_entry }
        })).execute()
      }
      await tx.insertInto('account_day').values({
        tenant_id: TENANT,
        account_id: id,
        booking_on: on,
        value_on: on,
        debit: BigInt(perDay),
        credit: 0n,
      }).execute()
      await tx.updateTable('account_balance').set({ last_entry: last })
        .where('account_no', '=', account_no).execute()
    })
  }
}
