import { describe, expect, it } from 'vitest'
import type { CanonicalValue } from '../../../subgraphs/kernel/canonical-json.ts'
import type { Job } from '../../../subgraphs/kernel/job.ts'
import {
  APPROVE_KIND,
  IMPORT_KIND,
  type ImportPerson,
  importProgress,
} from '../../../subgraphs/orders/mod.ts'
import { eachEngine } from '../../rig/engines.ts'
import { type OrdersDesk, ordersDesks } from '../../support/orders.ts'
import { granted } from '../../support/rig.ts'

const MAPPING = {
  source: 'test',
  encoding: 'utf-8',
  delimiter: ',',
  key: ['No'],
  fields: {
    '/kind': { column: 'Amount', as: 'sign', positive: 'INVOICE', negative: 'CREDIT_NOTE' },
    '/amount': { column: 'Amount', as: 'magnitude' },
    '/currency': { value: 'GBP' },
    '/payee/name': { column: 'Payee' },
    '/purpose': { column: 'Account' },
    '/accountName': { column: 'Account' },
    '/expenseCategory': { column: 'Account', as: 'lookup', table: 'accounts' },
    '/documentOn': { value: '2026-11-20' },
    '/institution': { value: '1001' },
  },
  tables: { accounts: { Travel: 'travel' } },
}
const PERSON: ImportPerson = { subject: 'maker', name: 'm', kind: 'person', roles: ['maker'] }
const CHECKER: ImportPerson = { subject: 'checker', name: 'c', kind: 'person', roles: ['checker'] }

async function ended(desk: OrdersDesk, id: string): Promise<Job> {
  let last: Job | undefined
  for await (const job of desk.running.jobs.watch(desk.tenant, id)) last = job
  return last!
}

/** Imports a text and waits for the end. Amounts above 10,000.00 GBP wait for a checker. */
async function importText(desk: OrdersDesk, text: string | Uint8Array, mapping: unknown = MAPPING) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  async function* content() {
    yield bytes
  }
  const { hash } = granted(await desk.running.blobs.put(desk.tenant, content(), 1 << 20))
  const input = { file: hash, type: 'supplier-payment', mapping, maker: PERSON }
  const id = await desk.running.jobs.submit(
    desk.maker,
    IMPORT_KIND,
    input as unknown as CanonicalValue,
  )
  return await ended(desk, id)
}

async function reportOf(desk: OrdersDesk, job: Job): Promise<string[]> {
  const { report } = importProgress(job.progress)
  const parts: Uint8Array[] = []
  for await (const part of (await desk.running.blobs.get(desk.tenant, report!))!) parts.push(part)
  return new TextDecoder().decode(Buffer.concat(parts)).trimEnd().split('\r\n').slice(1)
}

const short = (line: string) => {
  const [row, key, outcome, , , code] = line.split(',')
  return [row, key, outcome, code].join(' ').trim()
}

eachEngine((engine) => {
  const newDesk = ordersDesks(engine)

  describe('an import', () => {
    it('reports every row, and a broken one harms no other', async () => {
      const desk = await newDesk()
      const lines = [
        'No,Amount,Payee,Account',
        'a1,20000.00,Acme,Travel',
        'a2,20000.005,Acme,Travel',
        'a3,12.3.4,Acme,Travel',
        'a4,20000.00,Acme',
        ',20000.00,Acme,Travel',
        'a6,20000.00,"Acme,Travel',
        'a7,20000.00,"Ac"me,Travel',
        'a8,20000.00,Ac\0me,Travel',
        'a9,20000.00,Acme,constructor',
        'a10,20000.00,Acme,__proto__',
        'a1,20000.01,Acme,Travel',
        'a12,-20000.00,Acme,Unheard of',
        'a13,20000.00,=cmd(),Travel',
      ]
      const bytes = Buffer.concat([
        new TextEncoder().encode(`\uFEFF${lines.join('\r\n')}\r\n`),
        Uint8Array.from([0x61, 0xff, 0x0d, 0x0a]),
      ])
      const job = await importText(desk, bytes)
      expect(job).toMatchObject({ state: 'DONE', error: null })
      const report = await reportOf(desk, job)
      expect(report.map(short)).toEqual([
        '2 a1 waiting',
        '3 a2 refused AMOUNT_TOO_PRECISE',
        '4  refused AMOUNT_MALFORMED',
        '5  refused COLUMN_COUNT',
        '6  refused ROW_KEY_MISSING',
        '7  refused QUOTE_NOT_CLOSED',
        '8  refused QUOTE_MISPLACED',
        '9 a8 refused FORM_INVALID',
        '10 a9 waiting',
        '11 a10 waiting',
        '12 a1 refused IDEMPOTENCY_CONFLICT',
        '13 a12 waiting',
        '14 a13 waiting',
        '15  refused ENCODING_INVALID',
      ])
      const { rows, waiting, refused, posted } = importProgress(job.progress)
      expect({ rows, waiting, refused, posted })
        .toEqual({ rows: 14, waiting: 5, refused: 9, posted: 0 })
      const orders = await desk.db.selectFrom('business_order').select(['form'])
        .where('tenant_id', '=', desk.tenant).orderBy('serial').execute()
      const forms = orders.map((order) => JSON.parse(order.form))
      expect(forms.map((form) => form.expenseCategory ?? null))
        .toEqual(['travel', null, null, null, 'travel'])
      expect(forms[3]).toMatchObject({ kind: 'CREDIT_NOTE', amount: '20000.00' })
    })

    it('adds nothing when the same file is imported again', async () => {
      const desk = await newDesk()
      const text = 'No,Amount,Payee,Account\na1,20000.00,Acme,Travel\na2,30000.00,Acme,Travel\n'
      const first = await reportOf(desk, await importText(desk, text))
      const second = await reportOf(desk, await importText(desk, `${text}\n`))
      expect(second).toEqual(first)
      const orders = await desk.db.selectFrom('business_order').select('serial')
        .where('tenant_id', '=', desk.tenant).execute()
      expect(orders).toHaveLength(2)
    })

    it('is approved in bulk by another person, who is recorded', async () => {
      const desk = await newDesk()
      const job = await importText(desk, 'No,Amount,Payee,Account\na1,20000.00,Acme,Travel\n')
      const [serial] = (await reportOf(desk, job)).map((line) => line.split(',')[3]!)
      const input = { job: job.id, approver: CHECKER } as unknown as CanonicalValue
      const approval = await desk.running.jobs.submit(desk.checker, APPROVE_KIND, input)
      await expect.poll(() => desk.status(serial!)).toBe('APPROVED')
      // It would wait for the ledger, which is not here.
      await desk.running.jobs.cancel(desk.tenant, approval)
      const [approved] = await desk.db.selectFrom('order_event').selectAll()
        .where('tenant_id', '=', desk.tenant).where('kind', '=', 'APPROVED').execute()
      expect(approved).toMatchObject({ actor: 'checker', actor_kind: 'person' })
      expect(JSON.parse(approved!.detail).note).toContain(job.id)
    })

    it.each([
      ['', 'FILE_EMPTY'],
      ['No,Amount\n1,2\n', 'COLUMN_MISSING: the file has no column Account, Payee'],
      ['No,"Amount\n', 'QUOTE_NOT_CLOSED'],
    ])('of %j fails with %s', async (text, error) => {
      const desk = await newDesk()
      const job = await importText(desk, text)
      expect(job.state).toBe('FAILED')
      expect(job.error).toContain(error)
    })

    it('keeps formulas from running in a spreadsheet', async () => {
      const desk = await newDesk()
      const job = await importText(desk, 'No,Amount,Payee,Account\n=1+1,20000.00,Acme,Travel\n')
      expect((await reportOf(desk, job))[0]).toMatch(/^2,'=1\+1,waiting,/)
    })
  })
})
