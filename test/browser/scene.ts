/**
 * Something on every screen of the desk: one of each thing, entered through the front door.
 */
import { expect } from 'vitest'
import type { DemoRole } from '../../gateway/demo.ts'
import { reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { loadMotorBook } from '../support/motor-book.ts'
import { type Bank, until } from '../support/server.ts'

/**
 * A screen with who sees it.
 *
 * @property name as its picture is called
 * @property ready what is there once the screen is drawn, where that takes a while
 */
export interface Scene {
  readonly name: string
  readonly role: DemoRole
  readonly path: string
  readonly ready?: string
  /** What the screen scrolls to by itself when it is opened. */
  readonly centre?: string
}

/** Enters what is shown; answers every screen with something on it. */
export async function setScene(bank: Bank): Promise<readonly Scene[]> {
  const waiting = await ordersOf(bank)
  const { account, loan } = await lendMoney(bank)
  const { project, from, to } = await reviewTwice(bank)
  const alert = await findRings(bank)
  const { vouchers } = await bank.ask(
    'accountant',
    '{ vouchers(first: 1) { edges { node { id } } } }',
  )
  const voucher = vouchers.edges[0].node.id
  const evidence = await signedCase(bank)
  return [
    { name: 'home', role: 'checker', path: '/' },
    { name: 'tasks', role: 'checker', path: '/tasks' },
    { name: 'orders', role: 'checker', path: '/orders' },
    { name: 'order', role: 'checker', path: `/orders/${waiting}` },
    { name: 'new-order', role: 'maker', path: '/orders/new' },
    { name: 'import', role: 'maker', path: '/orders/import' },
    { name: 'books', role: 'accountant', path: '/books' },
    { name: 'statements', role: 'accountant', path: '/statements' },
    { name: 'accounts', role: 'accountant', path: '/books/accounts' },
    { name: 'account', role: 'accountant', path: `/books/accounts/${account}` },
    { name: 'voucher', role: 'accountant', path: `/books/vouchers/${voucher}` },
    { name: 'contract', role: 'accountant', path: `/contracts/${loan}`, ready: 'main svg' },
    { name: 'suspense', role: 'accountant', path: '/suspense' },
    { name: 'parameters', role: 'accountant', path: '/parameters?key=rate.lpr.1y' },
    { name: 'day-end', role: 'accountant', path: '/day-end' },
    { name: 'filings', role: 'maker', path: '/filings' },
    {
      name: 'filing',
      role: 'maker',
      path: `/filings/${project}`,
      ready: '.frame-first',
      centre: '.frame-first',
    },
    {
      name: 'comparison',
      role: 'maker',
      path: `/filings/${project}/compare?from=${from}&to=${to}&part=wording`,
    },
    { name: 'evidence', role: 'checker', path: '/evidence' },
    { name: 'evidence-case', role: 'checker', path: `/evidence/${evidence}` },
    { name: 'alerts', role: 'investigator', path: '/alerts' },
    { name: 'alert', role: 'investigator', path: `/alerts/${alert}`, ready: '.chart canvas' },
    { name: 'rules', role: 'risk-manager', path: '/rules' },
  ]
}

/** The demo's own orders are there; answers one that waits. */
async function ordersOf(bank: Bank): Promise<string> {
  const { tasks } = await bank.ask('checker', '{ tasks { edges { node { order { serial } } } } }')
  return tasks.edges[0].node.order.serial
}

/** A loan over LPR, repriced on the day on which it was granted. */
export async function lendMoney(bank: Bank): Promise<{ account: string; loan: string }> {
  const { openAccount } = await bank.ask(
    'accountant',
    `mutation ($input: OpenAccountInput!) {
      openAccount(input: $input) { ... on Account { id } ... on LedgerRefusal { code message } }
    }`,
    {
      input: {
        idempotencyKey: 'scene-account',
        institution: '1001',
        subject: '2011',
        currency: 'CNY',
        customer: 'cus_scene',
      },
    },
  )
  const { grantLoan } = await bank.ask(
    'accountant',
    `mutation ($input: GrantLoanInput!) {
      grantLoan(input: $input) { ... on Contract { id } ... on LedgerRefusal { code message } }
    }`,
    {
      input: {
        idempotencyKey: 'scene-loan',
        settleAccount: openAccount.id,
        amount: { amount: '120000.00', currency: 'CNY' },
        method: 'EQUAL_PAYMENT',
        periods: 12,
        repricing: 'NEW_YEAR',
      },
    },
  )
  await bank.ask(
    'accountant',
    `mutation ($input: ContractInput!) {
      repriceLoan(input: $input) { ... on Contract { id } ... on LedgerRefusal { code message } }
    }`,
    { input: { idempotencyKey: 'scene-repricing', contract: grantLoan.id } },
  )
  return { account: openAccount.id, loan: grantLoan.id }
}

/** A filing with an error, and its next version without. */
async function reviewTwice(bank: Bank): Promise<{ project: string; from: string; to: string }> {
  const { createFilingProject } = await bank.ask(
    'maker',
    `mutation {
      createFilingProject(input: { name: "年报审核", issuer: "9152000071430580XT" }) {
        ... on FilingProject { id }
      }
    }`,
  )
  const project = createFilingProject.id
  const review = async (error: boolean): Promise<string> => {
    const parts = reportParts({ year: 2021 }).map((part) =>
      typeof part === 'string' && error ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part
    )
    const response = await bank.send('maker', '/files', {
      method: 'POST',
      body: reportPdf(parts) as Uint8Array<ArrayBuffer>,
    })
    const { hash } = await response.json() as { hash: string }
    const { addFilingDocument } = await bank.ask(
      'maker',
      `mutation ($input: AddFilingDocumentInput!) {
        addFilingDocument(input: $input) { ... on FilingDocument { id } }
      }`,
      { input: { project, name: '年度报告.pdf', file: hash } },
    )
    const { startReview } = await bank.ask(
      'maker',
      `mutation ($project: ID!) {
        startReview(input: { project: $project }) { ... on FilingReview { id } }
      }`,
      { project },
    )
    await ended(bank, 'maker', 'filingReview', startReview.id)
    return addFilingDocument.id
  }
  return { project, from: await review(true), to: await review(false) }
}

async function findRings(bank: Bank): Promise<string> {
  await loadMotorBook(bank)
  const { detectRings } = await bank.ask('investigator', 'mutation { detectRings { id } }')
  await ended(bank, 'investigator', 'riskDetection', detectRings.id)
  const { riskAlerts } = await bank.ask(
    'investigator',
    '{ riskAlerts(first: 1) { edges { node { id } } } }',
  )
  return riskAlerts.edges[0].node.id
}

/**
 * The case of the order that the demo's rule approved. The log is signed then, which it is by itself
 * once a minute: exporting a case waits for nobody.
 */
export async function signedCase(bank: Bank): Promise<string> {
  let found: string | undefined
  await until('the approval has its evidence', async () => {
    const { evidenceCases } = await bank.ask(
      'checker',
      '{ evidenceCases(first: 1, kind: "approval") { edges { node { id } } } }',
    )
    found = evidenceCases.edges[0]?.node.id
    return found !== undefined
  })
  const { exportEvidence } = await bank.ask(
    'checker',
    `mutation ($case: ID!) { exportEvidence(input: { case: $case, reveal: [] }) {
      __typename ... on EvidenceRefusal { code message }
    } }`,
    { case: found },
  )
  expect(exportEvidence).toEqual({ __typename: 'EvidenceBundle' })
  return found!
}

async function ended(bank: Bank, role: DemoRole, field: string, id: string): Promise<void> {
  await until(`${field} has ended`, async () => {
    const answer = await bank.ask(
      role,
      `query ($id: ID!) { ${field}(id: $id) { state error } }`,
      { id },
    )
    expect(answer[field].error).toBeNull()
    return answer[field].state === 'DONE'
  })
}
