/**
 * A filing through the front door: uploaded over HTTP, reviewed, decided by two people, exported.
 */
import { expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { type Bank, sharedServer, until } from '../support/server.ts'

const WRONG = reportParts({ year: 2021 }).map((part) =>
  typeof part === 'string' ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part
)
const REVIEWER = { subject: 'reviewer', roles: ['maker'] }
const APPROVER = { subject: 'approver', roles: ['checker'] }

async function upload(bank: Bank, bytes: Uint8Array): Promise<string> {
  const response = await bank.send(REVIEWER, '/files', {
    method: 'POST',
    body: bytes as Uint8Array<ArrayBuffer>,
  })
  expect(response.status).toBe(201)
  return (await response.json()).hash
}

eachEngine((engine) => {
  const server = sharedServer(engine)

  it(
    'a filing is reviewed and its findings fetched, and another bank is told nothing',
    async () => {
      const bank = await server().bank()
      const { createFilingProject: project } = await bank.ask(
        REVIEWER,
        `mutation { createFilingProject(input: { name: "2021 年报", issuer: "9152000071430580XT" }) {
        ... on FilingProject { id issuer } ... on ReviewRefusal { code } } }`,
      )
      const file = await upload(bank, reportPdf(WRONG))
      const { addFilingDocument } = await bank.ask(
        REVIEWER,
        `mutation ($input: AddFilingDocumentInput!) { addFilingDocument(input: $input) {
        ... on FilingDocument { sha256 version } ... on ReviewRefusal { code } } }`,
        { input: { project: project.id, name: '年报.pdf', file } },
      )
      expect(addFilingDocument).toEqual({ sha256: file, version: 1 })
      const { startReview } = await bank.ask(
        REVIEWER,
        `mutation ($p: ID!) { startReview(input: { project: $p }) {
        ... on FilingReview { id } ... on ReviewRefusal { code } } }`,
        { p: project.id },
      )
      await until('the review has ended', async () => {
        const { filingReview } = await bank.ask(
          REVIEWER,
          `query ($id: ID!) { filingReview(id: $id) { state error } }`,
          { id: startReview.id },
        )
        expect(filingReview.error).toBeNull()
        return filingReview.state === 'DONE'
      })
      const { filingProject } = await bank.ask(
        APPROVER,
        `query ($p: ID!) { filingProject(id: $p) { documents { coverage { verified contradicted } }
        findings(first: 10) { edges { node { id check places { page document { name } } } } } } }`,
        { p: project.id },
      )
      expect(filingProject.findings.edges).toHaveLength(1)
      const { id, check, places } = filingProject.findings.edges[0].node
      expect([check, places[0].document.name]).toEqual(['capital', '年报.pdf'])
      await bank.ask(
        REVIEWER,
        `mutation ($f: ID!) { decideFinding(input: { finding: $f, verdict: ACCEPTED }) { __typename } }`,
        { f: id },
      )
      const { approveFinding } = await bank.ask(
        APPROVER,
        `mutation ($f: ID!) { approveFinding(input: { finding: $f, approve: true }) {
        ... on ReviewFinding { approval approvedBy } } }`,
        { f: id },
      )
      expect(approveFinding).toEqual({ approval: 'APPROVED', approvedBy: 'approver' })
      const { exportReview } = await bank.ask(
        APPROVER,
        `mutation ($p: ID!) { exportReview(input: { project: $p, kind: JSON }) {
        ... on ExportedReview { file } } }`,
        { p: project.id },
      )
      const fetched = await bank.send(APPROVER, `/files/${exportReview.file}`)
      expect(JSON.parse(await fetched.text())).toMatchObject({
        id,
        verdict: 'ACCEPTED',
        approvedBy: 'approver',
      })

      const other = await server().bank()
      expect((await other.send(APPROVER, `/files/${file}`)).status).toBe(404)
      const answer = await other.ask(
        REVIEWER,
        `query ($p: ID!, $f: ID!) { filingProject(id: $p) { id } reviewFinding(id: $f) { id } }`,
        { p: project.id, f: id },
      )
      expect(answer).toEqual({ filingProject: null, reviewFinding: null })
      expect(server().reported).toEqual([])
    },
    60_000,
  )
})
