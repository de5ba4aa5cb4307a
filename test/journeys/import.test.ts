import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { paymentsFile } from '../bench/payments-file.ts'
import { eachEngine } from '../rig/engines.ts'
import { follow } from '../support/events-of.ts'
import { lineage, trialBalance } from '../support/journey.ts'
import { type Bank, sharedServer, until, type Who } from '../support/server.ts'

const MAPPING = JSON.parse(
  readFileSync(join(import.meta.dirname!, '../fixtures/spending-mapping.json'), 'utf8'),
)
const IMPORT = `mutation ($input: ImportOrdersInput!) {
  importOrders(input: $input) {
    ... on ImportJob { id kind }
    ... on OrderRefusal { code place }
  }
}`
const APPROVE = `mutation ($input: ApproveImportInput!) {
  approveImport(input: $input) {
    ... on ImportJob { id kind }
    ... on OrderRefusal { code place }
  }
}`
const JOB = `query ($id: ID!) {
  importJob(id: $id) {
    state error phase bytes bytesTotal rows posted waiting refused report
  }
}`
const COUNTS = `{
  orders(first: 100) { edges { node { serial } } }
  vouchers(first: 100) { edges { node { id } } }
  paymentInstructions(first: 100) { edges { node { id } } }
}`

// deno-lint-ignore no-explicit-any
type Anything = any

async function upload(bank: Bank, content: string | Uint8Array): Promise<string> {
  const body = content as BodyInit
  const response = await bank.send('maker', '/files', { method: 'POST', body })
  expect(response.status).toBe(201)
  return (await response.json()).hash
}

/** Waits for a job's end. */
async function ended(bank: Bank, who: Who, id: string): Promise<Anything> {
  return await until('the import has ended', async () => {
    const { importJob } = await bank.ask(who, JOB, { id })
    return ['DONE', 'FAILED'].includes(importJob.state) && importJob
  })
}

async function importFile(
  bank: Bank,
  content: string | Uint8Array,
  mapping: object = MAPPING,
): Promise<{ id: string; job: Anything }> {
  const file = await upload(bank, content)
  const input = { file, type: 'supplier-payment', mapping }
  const { importOrders } = await bank.ask('maker', IMPORT, { input })
  expect(importOrders).toMatchObject({ kind: 'import-orders' })
  return { id: importOrders.id, job: await ended(bank, 'maker', importOrders.id) }
}

/** The report of a job, read by somebody else's reader of CSV. */
async function reportOf(bank: Bank, job: { report: string }): Promise<Record<string, string>[]> {
  const response = await bank.send('maker', job.report)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
  return parse(new Uint8Array(await response.arrayBuffer()) as never, { bom: true, columns: true })
}

/** The report as `row outcome code`. */
async function outcomes(bank: Bank, job: { report: string }): Promise<string[]> {
  return (await reportOf(bank, job)).map(({ row, outcome, code }) =>
    `${row} ${outcome} ${code}`.trim()
  )
}

async function counts(bank: Bank): Promise<Record<string, number>> {
  const found = await bank.ask('accountant', COUNTS)
  return Object.fromEntries(
    Object.entries(found).map(([name, { edges }]: [string, Anything]) => [name, edges.length]),
  )
}

const HEADER = 'ID,VendorID,Vendor,AccountCode,AccountDescription,DocNo,Amount,Date,Source'

/** One row of a file, in order unless changed. */
function row(id: string, change: { amount?: string; vendor?: string; date?: string } = {}): string {
  const { amount = '10.00', vendor = 'Vendor', date = '2010-01-15' } = change
  return `${id},,${vendor},,PRINTING,D1,${amount},${date},file`
}

eachEngine((engine) => {
  const server = sharedServer(engine)

  it('a file becomes orders, books and payments; a person approves what is above the limit', async () => {
    const bank = await server().bank()
    const { text, sumPence } = paymentsFile(40)
    const { id, job } = await importFile(bank, text)
    expect(job).toMatchObject({ state: 'DONE', error: null, phase: 'DONE', rows: 40, refused: 0 })
    expect(job.bytes).toBe(job.bytesTotal)
    expect(job.bytes).toBe(text.length)
    expect(job.waiting).toBeGreaterThan(0)
    expect(job.posted + job.waiting).toBe(40)
    const waiting = (await reportOf(bank, job)).filter(({ outcome }) => outcome === 'waiting')
    expect(waiting).toHaveLength(job.waiting)
    expect(new Set(waiting.map(({ status }) => status))).toEqual(new Set(['IN_APPROVAL']))

    const refused = await bank.answer('maker', APPROVE, { input: { job: id } })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    const { approveImport } = await bank.ask('checker', APPROVE, { input: { job: id } })
    expect(approveImport.kind).toBe('approve-import')
    const approved = await ended(bank, 'checker', approveImport.id)
    expect(approved).toMatchObject({ state: 'DONE', rows: 40, posted: 40, waiting: 0, refused: 0 })

    const report = await reportOf(bank, approved)
    expect(report.map(({ row, key }) => [row, key])).toEqual(
      Array.from({ length: 40 }, (_, i) => [`${i + 2}`, `${i}`]),
    )
    expect(new Set(report.map(({ outcome, status }) => `${outcome} ${status}`))).toEqual(
      new Set(['posted COMPLETED']),
    )
    expect(new Set(report.map(({ serial }) => serial)).size).toBe(40)
    expect(await server().findings()).toEqual([])
    const { balanced, closing } = await trialBalance(bank)
    const spent = Object.entries(closing).filter(([subject]) => /^(6602|122199)/.test(subject))
    expect(balanced).toBe(true)
    expect(spent.reduce((sum, [, minor]) => sum + minor, 0n)).toBe(sumPence)
    expect(closing).toMatchObject({ '224101 GBP': 0n, '1003 GBP': -sumPence })

    const order = await lineage(bank, waiting[0]!.serial!)
    expect(order.timeline[1]).toMatchObject({
      kind: 'APPROVED',
      actor: 'checker',
      detail: { note: `approved in bulk by import ${id}` },
    })
  })

  it('the same file again, under either name, adds nothing', async () => {
    const bank = await server().bank()
    const { text } = paymentsFile(12, 5)
    const { job } = await importFile(bank, text)
    await server().findings()
    const before = await counts(bank)
    const first = await reportOf(bank, job)
    // Other bytes, other file, the same rows.
    for (const again of [text, `\uFEFF${text.replaceAll('\n', '\r\n')}`]) {
      const { job } = await importFile(bank, again)
      expect(await reportOf(bank, job)).toEqual(first)
    }
    expect(await server().findings()).toEqual([])
    expect(await counts(bank)).toEqual(before)
  })

  describe('is watched', () => {
    /** The events of a subscription, and the code of the error that ended it. */
    const watched = async (bank: Bank, who: Who, id: string) =>
      await Array.fromAsync(
        follow(
          bank,
          who,
          'subscription ($id: ID!) { importProgress(id: $id) { state rows report } }',
          { id },
        ),
      )

    it('by whoever began it from the first row to the report, over one connection', async () => {
      const bank = await server().bank()
      const file = await upload(bank, paymentsFile(60).text)
      const input = { file, type: 'supplier-payment', mapping: MAPPING }
      const { importOrders } = await bank.ask('maker', IMPORT, { input })
      const seen = (await watched(bank, 'maker', importOrders.id)).map((event) =>
        event.data.importProgress
      )
      expect(seen.at(-1)).toMatchObject({ state: 'DONE', rows: 60 })
      expect(seen.at(-1).report).toMatch(/^\/files\//)
      expect(seen.map(({ rows }) => rows)).toEqual(
        seen.map(({ rows }) => rows).toSorted((a: number, b: number) => a - b),
      )
    })

    it('by nobody of another bank, nor by a program that did not begin it', async () => {
      const [bank, other] = [await server().bank(), await server().bank()]
      const { id } = await importFile(bank, paymentsFile(2).text)
      for (const [of, who] of [[other, 'maker'], [bank, 'partner']] as const) {
        const [event, ...more] = await watched(of, who, id)
        expect(event!.errors).toMatchObject([{ extensions: { code: 'IMPORT_UNKNOWN' } }])
        expect(more).toEqual([])
      }
    })
  })

  it('rows of another system with the same keys are other rows', async () => {
    const bank = await server().bank()
    const file = `${HEADER}\n${row('1')}\n`
    await importFile(bank, file)
    await importFile(bank, file, { ...MAPPING, source: 'other' })
    expect((await counts(bank)).orders).toBe(2)
  })

  it('an account name that no mapping knows goes to suspense with its reference', async () => {
    const bank = await server().bank()
    const { job } = await importFile(
      bank,
      `${HEADER}\n${row('1').replace('PRINTING', 'Unheard-of "Account"')}\n`,
    )
    const [{ serial }] = await reportOf(bank, job) as [{ serial: string }]
    expect(await lineage(bank, serial)).toMatchObject({
      suspense: [{ reference: 'Unheard-of "Account"', amount: { amount: '10.00' } }],
    })
  })

  describe('of a file with something broken, the rest goes on:', () => {
    it('rows that are refused have their number and reason in the report', async () => {
      const bank = await server().bank()
      const encoder = new TextEncoder()
      const lines: (string | Uint8Array)[] = [
        HEADER,
        row('a'),
        'b,too,few',
        row('c', { amount: '12.345' }),
        row('d', { amount: '1e3' }),
        row('e', { amount: '' }),
        row('f', { amount: '0.00' }),
        row('g', { vendor: 'x'.repeat(100_000) }),
        row('h', { vendor: `"${'y'.repeat(100_000)}"` }),
        Uint8Array.from([
          ...encoder.encode('i,,'),
          0xc3,
          0x28,
          ...encoder.encode(row('i').slice(3)),
        ]),
        row('j', { date: '2010-02-30' }),
        row('k', { vendor: '"not closed' }),
        row('l', { vendor: '"closed" too early' }),
        row(''),
        row('m', { vendor: '' }),
        row('n', { amount: '-7.50' }),
        row('a', { amount: '99.00' }),
        row('a'),
        row('o', { amount: '99999999999999999999.00' }),
        row('p', { vendor: '"two\nlines"' }),
        row('q', { vendor: 'z'.repeat(200_001) }),
        row('r', { vendor: '汇通 é 😀' }),
      ]
      const content = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
      const { job } = await importFile(bank, content)
      expect(job).toMatchObject({ state: 'DONE', error: null })
      const report = await reportOf(bank, job)
      expect(report.map(({ row, outcome, code }) => `${row} ${outcome} ${code}`.trim())).toEqual([
        '2 posted',
        '3 refused COLUMN_COUNT',
        '4 refused AMOUNT_TOO_PRECISE',
        '5 refused AMOUNT_MALFORMED',
        '6 refused AMOUNT_MALFORMED',
        '7 refused AMOUNT_NOT_POSITIVE',
        '8 refused FORM_INVALID',
        '9 refused FORM_INVALID',
        '10 refused ENCODING_INVALID',
        '11 refused DATE_MALFORMED',
        '12 refused QUOTE_NOT_CLOSED',
        '13 refused QUOTE_MISPLACED',
        '14 refused ROW_KEY_MISSING',
        '15 refused FORM_INVALID',
        '16 posted',
        '17 refused IDEMPOTENCY_CONFLICT',
        '18 posted',
        '19 refused AMOUNT_MALFORMED',
        '20 posted',
        '22 refused ROW_TOO_LONG',
        '23 posted',
      ])
      expect(job).toMatchObject({ rows: 21, posted: 5, waiting: 0, refused: 16 })
      for (const { outcome, reason, serial } of report) {
        expect(reason === '').toBe(outcome === 'posted')
        expect(serial === '').toBe(outcome === 'refused')
      }
      // The same row twice in one file is one order.
      const serialOf = (number: string) => report.find(({ row }) => row === number)!.serial
      expect(serialOf('18')).toBe(serialOf('2'))
      expect(await server().findings()).toEqual([])
      expect(await counts(bank)).toEqual({ orders: 4, vouchers: 8, paymentInstructions: 4 })
      expect(await trialBalance(bank)).toMatchObject({ balanced: true })
    })

    it('a byte order mark, CRLF and a last line without an end are no fault', async () => {
      const bank = await server().bank()
      const { job } = await importFile(
        bank,
        `\uFEFF${HEADER}\r\n${row('1')}\r\n\r\n${row('2')}`,
      )
      expect(await outcomes(bank, job)).toEqual(['2 posted', '4 posted'])
    })

    it('a file in another encoding is read as its mapping says', async () => {
      const bank = await server().bank()
      const gbk = Uint8Array.from([0xbb, 0xe3, 0xcd, 0xa8])
      const [before, after] = row('1', { vendor: '|' }).split('|') as [string, string]
      const content = Buffer.concat([
        Buffer.from(`${HEADER}\n${before}`),
        gbk,
        Buffer.from(`${after}\n`),
      ])
      const { job } = await importFile(bank, content, { ...MAPPING, encoding: 'gbk' })
      const [{ serial }] = await reportOf(bank, job) as [{ serial: string }]
      expect((await lineage(bank, serial)).form.payee).toEqual({ name: '汇通' })
      const { job: wrong } = await importFile(bank, content)
      expect(await outcomes(bank, wrong)).toEqual(['2 refused ENCODING_INVALID'])
    })
  })

  describe('a file that cannot be read at all fails as a whole and says why:', () => {
    const files: [string, string, string][] = [
      ['an empty one', '\n', 'FILE_EMPTY'],
      [
        'one with a wrong header',
        `${HEADER.replace('Amount', 'Betrag')}\n${row('1')}\n`,
        'COLUMN_MISSING',
      ],
      ['one in UTF-16', `\u0000I\u0000D\n`, 'COLUMN_MISSING'],
      ['one whose header is not closed', '"ID\n', 'QUOTE_NOT_CLOSED'],
    ]
    it.each(files)('%s', async (_, content, code) => {
      const bank = await server().bank()
      const { job } = await importFile(bank, content)
      expect(job).toMatchObject({ state: 'FAILED', rows: 0, report: null })
      expect(job.error).toContain(code)
      expect((await counts(bank)).orders).toBe(0)
    })

    it('one without a byte, one that is unknown, and a mapping that is none', async () => {
      const bank = await server().bank()
      const nothing = await bank.send('maker', '/files', { method: 'POST' })
      expect([nothing.status, (await nothing.json()).code]).toEqual([400, 'FILE_EMPTY'])
      const start = async (input: object) =>
        (await bank.ask('maker', IMPORT, { input })).importOrders
      const type = 'supplier-payment'
      expect(await start({ file: 'f'.repeat(64), type, mapping: MAPPING })).toEqual({
        code: 'FILE_UNKNOWN',
        place: '/file',
      })
      expect(await start({ file: '../../etc', type, mapping: MAPPING })).toMatchObject({
        code: 'FILE_UNKNOWN',
      })
      const file = await upload(bank, `${HEADER}\n`)
      expect(await start({ file, type, mapping: { ...MAPPING, key: 'ID' } })).toEqual({
        code: 'MAPPING_MALFORMED',
        place: '/key',
      })
    })
  })

  it('whoever brings a file in does not approve it', async () => {
    const bank = await server().bank()
    const both = { subject: 'maker', roles: ['maker', 'checker'] }
    const { id } = await importFile(bank, paymentsFile(20).text)
    const { approveImport } = await bank.ask(both, APPROVE, { input: { job: id } })
    expect(approveImport).toEqual({ code: 'SELF_APPROVAL', place: '/job' })
    const unknown = await bank.ask('checker', APPROVE, { input: { job: 'job_x' } })
    expect(unknown.approveImport).toEqual({ code: 'IMPORT_UNKNOWN', place: '/job' })
  })
})
