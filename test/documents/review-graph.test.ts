import ExcelJS from 'exceljs'
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName } from 'pdf-lib'
import { parse, subscribe } from 'graphql'
import { describe, expect, it } from 'vitest'
import { isCreditCode } from '../../subgraphs/documents/credit-code.ts'
import { judgeApproval, judgeDecision, presenceOf } from '../../subgraphs/documents/decision.ts'
import { openZip } from '../../subgraphs/documents/read/ooxml/zip.ts'
import { readXml } from '../../subgraphs/documents/read/ooxml/xml.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor, requestOf } from '../support/actors.ts'
import { errorCodes } from '../support/graph.ts'
import { openTest, type TestDocuments } from './fixtures/open.ts'
import { pdfOf } from './fixtures/pdf.ts'
import { type Part, reportDocx, reportParts, reportPdf } from './fixtures/report.ts'

const ISSUER = '9152000071430580XT'

describe('rules of decisions', () => {
  const open = { verdict: null, approval: null, decidedBy: null }
  const ignored = { verdict: 'IGNORED', approval: 'PENDING', decidedBy: 'a' } as const

  it('whoever ignores says why, and somebody else approves', () => {
    expect(judgeDecision(open, 'IGNORED', ' ')).toMatchObject({ code: 'REASON_MISSING' })
    expect(judgeDecision(open, 'ACCEPTED', '')).toMatchObject({ ok: true })
    expect(judgeApproval(open, 'b', true, '')).toMatchObject({ code: 'NOTHING_TO_APPROVE' })
    expect(judgeApproval(ignored, 'a', true, '')).toMatchObject({ code: 'SELF_APPROVAL' })
    expect(judgeApproval(ignored, 'b', false, '')).toMatchObject({ code: 'REASON_MISSING' })
    expect(judgeApproval(ignored, 'b', true, '')).toMatchObject({ value: 'APPROVED' })
    expect(judgeDecision({ ...ignored, approval: 'APPROVED' }, 'ACCEPTED', ''))
      .toMatchObject({ code: 'FINDING_DECIDED' })
  })

  it('a finding that comes back is new', () => {
    expect([undefined, 'NEW', 'OPEN', 'FIXED'].map((before) => presenceOf(before as 'NEW')))
      .toEqual(['NEW', 'OPEN', 'OPEN', 'NEW'])
  })

  it('an issuer is named by a code whose check character is right', () => {
    expect(isCreditCode(ISSUER)).toBe(true)
    expect(isCreditCode('9152000071430580XA')).toBe(false)
    expect(isCreditCode('915200007143058OXT')).toBe(false)
    expect(isCreditCode('')).toBe(false)
  })
})

/** A report with two mistakes: a capital amount, and a digit in a note. */
function wrongParts(): Part[] {
  return reportParts({ year: 2021 }).map((part) => {
    if (typeof part === 'string') return part.replace('壹佰贰拾叁万', '贰佰贰拾叁万')
    if (part[0]!.join() !== '项目,期末余额,期初余额' || !part[1]![0]!.startsWith('货币资金')) {
      return part
    }
    return part.with(
      1,
      part[1]!.with(1, part[1]![1]!.replace(/\d(?=\.)/, (d) => String((Number(d) + 3) % 10))),
    )
  })
}

async function newProject(t: TestDocuments): Promise<string> {
  const { createFilingProject } = await t.ask(
    'maker',
    `mutation { createFilingProject(input: { name: "年报", issuer: "${ISSUER}" }) {
      ... on FilingProject { id } } }`,
  )
  return createFilingProject.id
}

async function addFile(
  t: TestDocuments,
  project: string,
  name: string,
  bytes: Uint8Array,
): Promise<Record<string, unknown>> {
  const { addFilingDocument } = await t.ask(
    'maker',
    `mutation ($input: AddFilingDocumentInput!) { addFilingDocument(input: $input) {
      ... on FilingDocument { id version state } ... on ReviewRefusal { code place } } }`,
    { input: { project, name, file: await t.upload(bytes) } },
  )
  return addFilingDocument
}

const FINDINGS = `query ($project: ID!) { filingProject(id: $project) {
  documents { name version state code kind pages year company coverage { figures verified contradicted unverified } }
  findings(first: 100) { edges { node {
    id check code severity presence verdict reason decidedBy approval approvedBy assignee
    equation { printed computed difference } places { page box path text document { name } }
    history { seq action by } } } } } }`

// deno-lint-ignore no-explicit-any
async function findingsOf(t: TestDocuments, project: string): Promise<any[]> {
  const { filingProject } = await t.ask('maker', FINDINGS, { project })
  return filingProject.findings.edges.map((edge: { node: unknown }) => edge.node)
}

eachEngine((engine) => {
  it(
    'a filing is uploaded, reviewed with progress, decided, corrected and reviewed again',
    async () => {
      const t = await openTest(engine)
      const project = await newProject(t)
      expect(await addFile(t, project, '年报.pdf', reportPdf(wrongParts()))).toMatchObject({
        version: 1,
        state: 'WAITING',
      })
      await addFile(t, project, '上年.pdf', reportPdf(reportParts({ year: 2020 })))
      const { startReview } = await t.ask(
        'maker',
        `mutation ($p: ID!) { startReview(input: { project: $p }) { ... on FilingReview { id state } } }`,
        { p: project },
      )
      const progress = await subscribe({
        schema: t.schema,
        document: parse(
          `subscription ($id: ID!) { reviewProgress(id: $id) { state phase document documents page pages errors first } }`,
        ),
        variableValues: { id: startReview.id },
        contextValue: t.context('maker'),
      })
      const steps = []
      for await (
        const { data } of progress as AsyncIterable<{ data: { reviewProgress: unknown } }>
      ) {
        steps.push(data.reviewProgress)
      }
      expect(steps.at(-1)).toMatchObject({
        state: 'DONE',
        phase: 'DONE',
        documents: 2,
        errors: 2,
        first: [expect.stringContaining('大写'), expect.stringContaining('合计')],
      })

      const { filingProject } = await t.ask('maker', FINDINGS, { project })
      expect(filingProject.documents).toMatchObject([
        {
          name: '上年.pdf',
          state: 'REVIEWED',
          kind: 'pdf',
          year: 2020,
          coverage: { contradicted: 0 },
        },
        {
          name: '年报.pdf',
          state: 'REVIEWED',
          pages: 9,
          year: 2021,
          coverage: { contradicted: 1 },
        },
      ])
      const found = await findingsOf(t, project)
      expect(found.map(({ check, presence }) => [check, presence]).toSorted()).toEqual([
        ['capital', 'NEW'],
        ['subtotal', 'NEW'],
      ])
      const capital = found.find(({ check }) => check === 'capital')
      const subtotal = found.find(({ check }) => check === 'subtotal')
      expect(subtotal).toMatchObject({
        severity: 'ERROR',
        equation: { difference: expect.any(String) },
      })
      expect(subtotal.places.length).toBeGreaterThan(1)
      expect(capital.places[0].document.name).toBe('年报.pdf')

      const decide = (who: 'maker' | 'checker' | 'other-maker', field: string, input: object) =>
        t.ask(
          who,
          `mutation ($input: ${
            field === 'approveFinding'
              ? 'ApproveFindingInput'
              : field === 'assignFinding'
              ? 'AssignFindingInput'
              : 'DecideFindingInput'
          }!) {
          done: ${field}(input: $input) {
            ... on ReviewFinding { verdict approval assignee } ... on ReviewRefusal { code place } } }`,
          { input },
        )
      expect(await decide('maker', 'decideFinding', { finding: capital.id, verdict: 'IGNORED' }))
        .toEqual({ done: { code: 'REASON_MISSING', place: '/input/reason' } })
      expect(
        await decide('maker', 'decideFinding', {
          finding: capital.id,
          verdict: 'IGNORED',
          reason: '合同原文如此',
        }),
      ).toEqual({ done: { verdict: 'IGNORED', approval: 'PENDING', assignee: null } })
      expect(await decide('checker', 'approveFinding', { finding: capital.id, approve: true }))
        .toMatchObject({ done: { approval: 'APPROVED' } })
      expect(
        await decide('other-maker', 'decideFinding', { finding: subtotal.id, verdict: 'ACCEPTED' }),
      )
        .toMatchObject({ done: { approval: 'PENDING' } })
      expect(await decide('other-maker', 'approveFinding', { finding: subtotal.id, approve: true }))
        .toEqual({ done: { code: 'SELF_APPROVAL', place: null } })
      expect(
        await decide('maker', 'assignFinding', { finding: subtotal.id, assignee: 'other-maker' }),
      )
        .toMatchObject({ done: { assignee: 'other-maker', verdict: 'ACCEPTED' } })

      // The next version: pages are others, the note is corrected, the amount is as it was.
      const next = wrongParts().map((part) =>
        typeof part !== 'string' && part[1]?.[0]?.startsWith('货币资金甲')
          ? reportParts({ year: 2021 }).find((right) =>
            typeof right !== 'string' && right[1]?.[0]?.startsWith('货币资金甲')
          )!
          : part
      )
      const moved = ['目录', ...Array.from({ length: 60 }, (_, i) => `说明第${i + 1}项。`), ...next]
      expect(await addFile(t, project, '年报.pdf', reportPdf(moved))).toMatchObject({ version: 2 })
      await t.reviewed(project)
      const again = await findingsOf(t, project)
      const after = again.find(({ id }) => id === capital.id)
      expect(after).toMatchObject({
        presence: 'OPEN',
        verdict: 'IGNORED',
        reason: '合同原文如此',
        approval: 'APPROVED',
        decidedBy: 'maker',
        approvedBy: 'checker',
        history: [{ seq: 1, action: 'IGNORED' }, { seq: 2, action: 'APPROVED' }],
      })
      expect(after.places[0].page).toBeGreaterThan(capital.places[0].page)
      expect(again.find(({ id }) => id === subtotal.id)).toMatchObject({
        presence: 'FIXED',
        verdict: 'ACCEPTED',
        assignee: 'other-maker',
      })
      expect(t.reported).toEqual([])
      const wrong = []
      for await (const one of t.running.verify()) wrong.push(one)
      expect(wrong).toEqual([])
    },
    60_000,
  )

  it(
    'how filings are written is learnt from what the bank reviewed for others, and from no other bank',
    async () => {
      const t = await openTest(engine)
      const said = (text: string) => reportPdf([...reportParts({ year: 2021 }), text])
      const right = '本次募集资金投资项目的实施进度符合预期安排。'
      const findTypos = async (name: string) => {
        const project = await newProject(t)
        await addFile(t, project, name, said(right.replace('募集', '幕集')))
        await t.reviewed(project)
        return (await findingsOf(t, project)).filter(({ check }) => check === 'typo')
      }
      for (const name of ['乙.pdf', '丙.pdf']) {
        const project = await newProject(t)
        await addFile(t, project, name, said(`${right}${right}${right}${right}`))
        await t.reviewed(project)
      }
      const found = await findTypos('丁.pdf')
      expect(found.map(({ places }) => places[0].text)).toEqual(['幕'])
      const other = await openTest(engine)
      const project = await newProject(other)
      await addFile(other, project, '戊.pdf', said(right.replace('募集', '幕集')))
      await other.reviewed(project)
      expect(await findingsOf(other, project)).toEqual([])
    },
    60_000,
  )

  it(
    'what cannot be reviewed is refused at once or with its document, and nothing else is harmed',
    async () => {
      const t = await openTest(engine)
      const project = await newProject(t)
      const right = reportPdf(reportParts({ year: 2021 }))
      expect(await addFile(t, project, '年报.docx', right)).toEqual({
        code: 'FILE_KIND_MISMATCH',
        place: '/input/name',
      })
      expect(await addFile(t, project, '年报.pdf', new TextEncoder().encode('text'))).toEqual({
        code: 'FILE_KIND_UNKNOWN',
        place: '/input/file',
      })
      expect(await addFile(t, 'prj_none', '年报.pdf', right)).toMatchObject({
        code: 'PROJECT_UNKNOWN',
      })
      const { addFilingDocument } = await t.ask(
        'maker',
        `mutation ($p: ID!) { addFilingDocument(input: { project: $p, name: "a.pdf", file: "${
          '0'.repeat(64)
        }" }) {
        ... on ReviewRefusal { code } } }`,
        { p: project },
      )
      expect(addFilingDocument).toEqual({ code: 'FILE_UNKNOWN' })
      const { startReview } = await t.ask(
        'maker',
        `mutation ($p: ID!) { startReview(input: { project: $p }) { ... on ReviewRefusal { code } } }`,
        { p: project },
      )
      expect(startReview).toEqual({ code: 'NOTHING_TO_REVIEW' })
      await addFile(t, project, '扫描.pdf', pdfOf([[]]))
      await addFile(t, project, '年报.pdf', right)
      await t.reviewed(project)
      const { filingProject } = await t.ask('maker', FINDINGS, { project })
      expect(filingProject.documents).toMatchObject([
        { name: '年报.pdf', state: 'REVIEWED', code: null },
        { name: '扫描.pdf', state: 'REFUSED', code: 'FILE_NO_TEXT' },
      ])
      expect(filingProject.findings.edges).toEqual([])
    },
    60_000,
  )

  it(
    'figures are listed by how they fared, and a reviewer’s own sum holds from then on',
    async () => {
      const t = await openTest(engine)
      const project = await newProject(t)
      await addFile(t, project, '年报.pdf', reportPdf(reportParts({ year: 2021 })))
      await t.reviewed(project)
      const facts = `query ($p: ID!, $item: String) { filingProject(id: $p) { documents { id
      facts(first: 100, item: $item) { edges { cursor node { seq scope item period unitPower printed state } }
        pageInfo { hasNextPage endCursor } } } } }`
      const listed = async (item: string | null) => {
        const { filingProject } = await t.ask('maker', facts, { p: project, item })
        const [document] = filingProject.documents
        return {
          id: document.id,
          facts: document.facts.edges.map((e: { node: unknown }) => e.node),
        }
      }
      const { id, facts: assets } = await listed('流动资产合计')
      expect(assets).toHaveLength(4)
      expect(assets[0]).toMatchObject({
        scope: 'GROUP',
        period: '2021-12-31',
        unitPower: 0,
        state: 'VERIFIED',
      })
      const other = (await listed('非流动资产合计')).facts[0]
      const total = (await listed('资产总计')).facts.find((
        one: { scope: string; period: string },
      ) => one.scope === 'GROUP' && one.period === '2021-12-31')
      const check = (parts: { seq: number; subtract?: boolean }[]) =>
        t.ask(
          'maker',
          `mutation ($input: CheckSumInput!) { checkSum(input: $input) {
          ... on CheckedSum { holds difference } ... on ReviewRefusal { code } } }`,
          {
            input: {
              total: { document: id, seq: total.seq },
              parts: parts.map((part) => ({ document: id, ...part })),
            },
          },
        )
      expect(await check([{ seq: assets[0].seq }, { seq: other.seq }])).toEqual({
        checkSum: { holds: true, difference: '0.00' },
      })
      expect(await check([{ seq: assets[0].seq }])).toMatchObject({ checkSum: { holds: false } })
      expect(await check([{ seq: 999_999 }])).toEqual({ checkSum: { code: 'FACT_UNKNOWN' } })
      await t.reviewed(project)
      expect((await findingsOf(t, project)).map(({ code }) => code)).toEqual(['MANUAL_SUM_BROKEN'])
    },
    60_000,
  )

  it(
    'findings are exported as lines, a workbook, an annotated PDF and a DOCX with comments',
    async () => {
      const t = await openTest(engine)
      const project = await newProject(t)
      await addFile(t, project, '年报.pdf', reportPdf(wrongParts()))
      await addFile(t, project, '年报.docx', reportDocx(wrongParts()))
      await t.reviewed(project)
      const { filingProject } = await t.ask(
        'maker',
        `query ($p: ID!) { filingProject(id: $p) { documents { id name } } }`,
        {
          p: project,
        },
      )
      const idOf = (name: string) =>
        filingProject.documents.find((one: { name: string }) => one.name === name).id
      const exported = async (kind: string, document?: string) => {
        const { exportReview } = await t.ask(
          'checker',
          `mutation ($input: ExportReviewInput!) { exportReview(input: $input) {
          ... on ExportedReview { file name } ... on ReviewRefusal { code } } }`,
          { input: { project, kind, document } },
        )
        if (exportReview.code !== undefined) return exportReview.code
        const chunks = []
        for await (const chunk of (await t.blobs.get(t.tenant, exportReview.file))!) {
          chunks.push(chunk)
        }
        return new Uint8Array(Buffer.concat(chunks))
      }
      const lines = new TextDecoder().decode(await exported('JSON')).trim().split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.map(({ document, check }) => `${document} ${check}`).toSorted()).toEqual([
        '年报.docx capital',
        '年报.docx subtotal',
        '年报.pdf capital',
        '年报.pdf subtotal',
      ])

      const book = new ExcelJS.Workbook()
      await book.xlsx.load((await exported('XLSX')).buffer)
      const sheet = book.getWorksheet('审核结果')!
      expect(sheet.rowCount).toBe(5)
      expect(sheet.getRow(1).getCell(1).value).toBe('文件')

      expect(await exported('ANNOTATED')).toBe('DOCUMENT_UNKNOWN')
      const pdf = await PDFDocument.load(await exported('ANNOTATED', idOf('年报.pdf')))
      const notes = pdf.getPages().flatMap((page) => {
        const annotations = page.node.lookup(PDFName.of('Annots'))
        if (!(annotations instanceof PDFArray)) return []
        return Array.from({ length: annotations.size() }, (_, i) => {
          const contents = annotations.lookup(i, PDFDict).lookup(PDFName.of('Contents'))
          return contents instanceof PDFHexString ? contents.decodeText() : ''
        })
      })
      expect(notes.some((note) => note.startsWith('[error] 大写'))).toBe(true)
      expect(notes.some((note) => note.startsWith('→'))).toBe(true)

      const zip = must(openZip(await exported('ANNOTATED', idOf('年报.docx'))))
      const comments = new TextDecoder().decode(must(zip.read('word/comments.xml')))
      expect(comments.match(/<w:comment /g)).toHaveLength(2)
      expect(comments).toContain('大写')
      const document = new TextDecoder().decode(must(zip.read('word/document.xml')))
      expect(readXml(must(zip.read('word/document.xml'))).ok).toBe(true)
      expect(document).toMatch(
        /<w:commentRangeStart w:id="\d"\/><w:r><w:t xml:space="preserve">公司与客户签订/,
      )
      // Without the marks, the file is what it was.
      const original = must(openZip(reportDocx(wrongParts())))
      expect(
        document.replaceAll(
          /<w:commentRange(?:Start|End) w:id="\d"\/>|<w:r><w:commentReference w:id="\d"\/><\/w:r>/g,
          '',
        ),
      ).toBe(new TextDecoder().decode(must(original.read('word/document.xml'))))
    },
    60_000,
  )

  it('another bank is told nothing, and a role without the scope is refused', async () => {
    const t = await openTest(engine)
    const project = await newProject(t)
    await addFile(t, project, '年报.pdf', reportPdf(wrongParts()))
    await t.reviewed(project)
    const [{ id }] = await findingsOf(t, project)
    const stranger = t.running.context(
      requestOf(actor('another-bank', 'maker', ['maker', 'checker'])),
    )
    const { data } = await (await import('../support/graph.ts')).run(
      t.schema,
      stranger,
      `mutation ($p: ID!, $f: ID!) {
        a: startReview(input: { project: $p }) { ... on ReviewRefusal { code } }
        b: decideFinding(input: { finding: $f, verdict: ACCEPTED }) { ... on ReviewRefusal { code } }
        c: exportReview(input: { project: $p, kind: JSON }) { ... on ReviewRefusal { code } } }`,
      { p: project, f: id },
    )
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      a: { code: 'PROJECT_UNKNOWN' },
      b: { code: 'FINDING_UNKNOWN' },
      c: { code: 'PROJECT_UNKNOWN' },
    })
    expect(
      await errorCodes(
        t.schema,
        t.context('checker'),
        `mutation { createFilingProject(input: { name: "x", issuer: "x" }) { __typename } }`,
      ),
    ).toEqual(['FORBIDDEN'])
    expect(
      await errorCodes(
        t.schema,
        t.context('maker'),
        `mutation ($f: ID!) { approveFinding(input: { finding: $f, approve: true }) { __typename } }`,
        { f: id },
      ),
    ).toEqual(['FORBIDDEN'])
  }, 60_000)
})
