/**
 * Two versions of a filing through the front door: what was fixed, what was changed, what reads
 * otherwise.
 */
import { expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { type Part, reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { type Bank, sharedServer, until } from '../support/server.ts'

const MAKER = { subject: 'reviewer', roles: ['maker'] }

const COMPARE = `query ($from: ID!, $to: ID!, $first: Int, $after: String) {
  filingComparison(from: $from, to: $to) {
    from { version } to { version }
    counts { findingsFixed findingsOpen findingsNew factsChanged factsUnit factsAdded factsRemoved
      sectionsAdded sectionsRemoved sectionsChanged sectionsRenamed sectionsMoved }
    findings(first: 10) { edges { node { change finding { id check verdict }
      before { message places { page } } after { message places { page document { version } } } } } }
    facts(first: $first, after: $after) {
      edges { node { change scope item period difference
        before { printed unitPower page box } after { printed unitPower page box } } }
      pageInfo { hasNextPage endCursor } }
    sections(first: 10) { edges { node { change path paragraphs(first: 10) { edges { node {
      change isRow before { text page } after { text page } pieces { change text } } } } } } }
  }
}`

/** The made-up report with two mistakes; the second version corrects one and changes its wording. */
function versions(): [first: Part[], second: Part[]] {
  const right = reportParts({ year: 2021 })
  const isNote = (part: Part) =>
    typeof part !== 'string' && part[1]?.[0]?.startsWith('货币资金甲') === true
  const first = right.map((part) => {
    if (typeof part === 'string') return part.replace('壹佰贰拾叁万', '贰佰贰拾叁万')
    if (!isNote(part)) return part
    const digit = (text: string) => text.replace(/\d(?=\.)/, (d) => String((Number(d) + 3) % 10))
    return part.with(1, part[1]!.with(1, digit(part[1]![1]!)))
  })
  const second = first.flatMap((part, i): Part[] => {
    if (isNote(part)) return [right[i]!]
    if (part === '第四节 财务报告') {
      return ['二、风险因素', '原材料价格波动可能影响公司利润。', part]
    }
    return [part]
  })
  return [first, ['目录', ...Array.from({ length: 60 }, (_, i) => `说明第${i + 1}项。`), ...second]]
}

async function add(bank: Bank, project: string, parts: Part[]): Promise<string> {
  const sent = await bank.send(MAKER, '/files', {
    method: 'POST',
    body: reportPdf(parts) as Uint8Array<ArrayBuffer>,
  })
  const { addFilingDocument } = await bank.ask(
    MAKER,
    `mutation ($input: AddFilingDocumentInput!) { addFilingDocument(input: $input) {
      ... on FilingDocument { id } ... on ReviewRefusal { code } } }`,
    { input: { project, name: '年报.pdf', file: (await sent.json()).hash } },
  )
  return addFilingDocument.id
}

async function review(bank: Bank, project: string): Promise<void> {
  const { startReview } = await bank.ask(
    MAKER,
    `mutation ($p: ID!) { startReview(input: { project: $p }) { ... on FilingReview { id } } }`,
    { p: project },
  )
  await until('the review has ended', async () => {
    const { filingReview } = await bank.ask(
      MAKER,
      `query ($id: ID!) { filingReview(id: $id) { state } }`,
      { id: startReview.id },
    )
    return filingReview.state === 'DONE'
  })
}

eachEngine((engine) => {
  const server = sharedServer(engine)

  it(
    'two versions are compared by findings, figures and wording, and a third party sees none of it',
    async () => {
      const bank = await server().bank()
      const { createFilingProject: project } = await bank.ask(
        MAKER,
        `mutation { createFilingProject(input: { name: "年报", issuer: "9152000071430580XT" }) {
          ... on FilingProject { id } } }`,
      )
      const [one, two] = versions()
      const from = await add(bank, project.id, one)
      await review(bank, project.id)
      const { filingProject } = await bank.ask(
        MAKER,
        `query ($p: ID!) { filingProject(id: $p) { findings { edges { node { id check } } } } }`,
        { p: project.id },
      )
      const found = filingProject.findings.edges.map((e: { node: unknown }) => e.node)
      const capital = found.find((f: { check: string }) => f.check === 'capital')
      await bank.ask(
        MAKER,
        `mutation ($f: ID!) { decideFinding(input: { finding: $f, verdict: IGNORED, reason: "原文如此" }) {
          __typename } }`,
        { f: capital.id },
      )
      const to = await add(bank, project.id, two)
      const early = await bank.answer(MAKER, COMPARE, { from, to })
      expect(early.errors?.[0]?.extensions).toMatchObject({ code: 'VERSION_UNREVIEWED' })
      await review(bank, project.id)

      const { filingComparison } = await bank.ask(MAKER, COMPARE, { from, to, first: 1 })
      const { counts, findings, facts, sections } = filingComparison
      expect(filingComparison).toMatchObject({ from: { version: 1 }, to: { version: 2 } })
      expect(counts).toMatchObject({
        findingsFixed: 1,
        findingsOpen: 1,
        findingsNew: 1,
        factsChanged: 1,
        factsUnit: 0,
        factsAdded: 0,
        factsRemoved: 0,
        sectionsRemoved: 0,
        sectionsMoved: 0,
      })
      // What was decided is carried over by the fact; its page is another.
      const [fresh, open, fixed] = findings.edges.map((e: { node: unknown }) => e.node)
      expect(fresh).toMatchObject({
        change: 'NEW',
        finding: { check: 'numbering' },
        before: null,
        after: { message: expect.stringContaining('二、风险因素') },
      })
      expect(open).toMatchObject({
        change: 'OPEN',
        finding: { id: capital.id, verdict: 'IGNORED' },
        after: { places: [{ document: { version: 2 } }, { document: { version: 2 } }] },
      })
      expect(open.after.places[0].page).toBeGreaterThan(open.before.places[0].page)
      expect(fixed).toMatchObject({
        change: 'FIXED',
        finding: { check: 'subtotal' },
        after: null,
        before: { message: expect.stringContaining('合计') },
      })
      expect(facts.pageInfo.hasNextPage).toBe(false)
      const [{ node: figure }] = facts.edges
      expect(figure).toMatchObject({
        change: 'VALUE',
        item: '货币资金甲类',
        before: { unitPower: 0, box: [0, 0, 0, 0].map(() => expect.any(Number)) },
        after: { unitPower: 0 },
      })
      const cents = (text: string) => BigInt(text.replaceAll(/[,.]/g, ''))
      expect(cents(figure.after.printed) - cents(figure.before.printed))
        .toBe(cents(figure.difference))
      const added = sections.edges.map((e: { node: unknown }) => e.node)
        .find((s: { change: string }) => s.change === 'ADDED')
      expect(added).toMatchObject({
        path: ['第三节 管理层讨论与分析', '二、风险因素'],
        paragraphs: {
          edges: [{
            node: {
              change: 'ADDED',
              before: null,
              after: { text: '原材料价格波动可能影响公司利润。' },
              pieces: [{ change: 'ADDED', text: '原材料价格波动可能影响公司利润。' }],
            },
          }],
        },
      })

      const backwards = await bank.answer(MAKER, COMPARE, { from: to, to: from })
      expect(backwards.errors?.[0]?.extensions).toMatchObject({ code: 'VERSIONS_UNRELATED' })
      const other = await server().bank()
      expect(await other.ask(MAKER, COMPARE, { from, to })).toEqual({ filingComparison: null })
      expect(server().reported).toEqual([])
    },
    60_000,
  )
})
