/**
 * The posting rules that a tenant begins with, as version 1 of each event type.
 *
 * Two vouchers see a payment through: on approval the cost and the debt are booked, on settlement the
 * debt is paid from the account with the central bank.
 */
import type { PostingRule, RuleLeg, SubjectChoice } from './posting-rule.ts'

const EXPENSE: SubjectChoice = {
  by: 'expenseCategory',
  map: {
    staff: '660201',
    travel: '660202',
    hospitality: '660203',
    office: '660204',
    consulting: '660205',
    it: '660206',
    premises: '660207',
    marketing: '660208',
    training: '660209',
    professional: '660210',
    grants: '660211',
    other: '660299',
    'fixed-assets': '1601',
  },
  otherwise: 'suspense',
}

const AMOUNT = { component: 'amount' } as const

/** The two sides of one component. @param on the dimension that names a customer's account */
function move(
  component: string,
  debit: string,
  credit: string,
  on: { debit?: string; credit?: string } = {},
): RuleLeg[] {
  return [
    { side: 'DEBIT', subject: debit, component, ...account(on.debit) },
    { side: 'CREDIT', subject: credit, component, ...account(on.credit) },
  ]
}

function account(dimension: string | undefined): { account?: string } {
  return dimension === undefined ? {} : { account: dimension }
}

/** What the ledger's own products do, event type → rule. */
export const PRODUCT_RULES: Readonly<Record<string, PostingRule>> = {
  'deposit.interest-accrued': { legs: move('interest', '6411', '2231') },
  'deposit.interest-reduced': { legs: move('interest', '2231', '6411') },
  'deposit.interest-settled': { legs: move('interest', '2231', '2011', { credit: 'account' }) },
  'term-deposit.opened': {
    legs: move('principal', '2011', '2011', { debit: 'settle', credit: 'account' }),
  },
  'term-deposit.withdrawn': {
    legs: [
      ...move('principal', '2011', '2011', { debit: 'account', credit: 'settle' }),
      // What was set aside and is paid; what is paid besides; what was set aside in vain.
      ...move('accrued', '2231', '2011', { credit: 'settle' }),
      ...move('more', '6411', '2011', { credit: 'settle' }),
      ...move('less', '2231', '6411'),
    ],
  },
  'loan.granted': {
    legs: move('principal', '1303', '2011', { debit: 'account', credit: 'settle' }),
  },
  'loan.interest-accrued': { legs: move('interest', '1132', '6011') },
  'loan.interest-reduced': { legs: move('interest', '6011', '1132') },
  'loan.interest-noted': { legs: move('interest', '9001', '9099') },
  'loan.interest-unnoted': { legs: move('interest', '9099', '9001') },
  // 表内转表外: what was counted as income and not paid is none any more.
  'loan.suspended': {
    legs: [...move('interest', '6011', '1132'), ...move('interest', '9001', '9099')],
  },
  'loan.resumed': {
    legs: [...move('interest', '1132', '6011'), ...move('interest', '9099', '9001')],
  },
  'loan.penalty-accrued': { legs: move('penalty', '1132', '6011') },
  'loan.penalty-reduced': { legs: move('penalty', '6011', '1132') },
  'loan.penalty-noted': { legs: move('penalty', '9001', '9099') },
  'loan.penalty-unnoted': { legs: move('penalty', '9099', '9001') },
  'loan.penalty-suspended': {
    legs: [...move('penalty', '6011', '1132'), ...move('penalty', '9001', '9099')],
  },
  'loan.penalty-resumed': {
    legs: [...move('penalty', '1132', '6011'), ...move('penalty', '9099', '9001')],
  },
  'loan.repaid': {
    legs: [
      ...move('principal', '2011', '1303', { debit: 'settle', credit: 'account' }),
      ...move('interest', '2011', '1132', { debit: 'settle' }),
      ...move('penalty', '2011', '1132', { debit: 'settle' }),
      ...move('income', '2011', '6011', { debit: 'settle' }),
      ...move('noted', '9099', '9001'),
    ],
  },
  'loan.provision-raised': { legs: move('provision', '6702', '1304') },
  'loan.provision-released': { legs: move('provision', '1304', '6702') },
}

/** What orders tell, event type → rule. */
export const SHIPPED_RULES: Readonly<Record<string, PostingRule>> = {
  'expense-claim.approved': {
    legs: [
      { side: 'DEBIT', subject: EXPENSE, ...AMOUNT },
      { side: 'CREDIT', subject: '224102', ...AMOUNT },
    ],
  },
  'expense-claim.settled': {
    legs: [
      { side: 'DEBIT', subject: '224102', ...AMOUNT },
      { side: 'CREDIT', subject: '1003', ...AMOUNT },
    ],
  },
  'supplier-payment.approved': {
    legs: [
      { side: 'DEBIT', subject: EXPENSE, ...AMOUNT },
      { side: 'CREDIT', subject: '224101', ...AMOUNT },
    ],
  },
  'supplier-payment.settled': {
    legs: [
      { side: 'DEBIT', subject: '224101', ...AMOUNT },
      { side: 'CREDIT', subject: '1003', ...AMOUNT },
    ],
  },
  'supplier-credit-note.approved': {
    legs: [
      { side: 'DEBIT', subject: '224101', ...AMOUNT },
      { side: 'CREDIT', subject: EXPENSE, ...AMOUNT },
    ],
  },
  'supplier-credit-note.settled': {
    legs: [
      { side: 'DEBIT', subject: '1003', ...AMOUNT },
      { side: 'CREDIT', subject: '224101', ...AMOUNT },
    ],
  },
  'branch-transfer.approved': {
    legs: [
      { side: 'DEBIT', subject: '3001', ...AMOUNT },
      { side: 'CREDIT', subject: '1003', ...AMOUNT },
      { side: 'DEBIT', subject: '1003', institution: 'toInstitution', ...AMOUNT },
      { side: 'CREDIT', subject: '3001', institution: 'toInstitution', ...AMOUNT },
    ],
  },
}
