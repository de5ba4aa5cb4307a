/**
 * The posting rules that a tenant begins with, as version 1 of each event type.
 *
 * Two vouchers see a payment through: on approval the cost and the debt are booked, on settlement the
 * debt is paid from the account with the central bank.
 */
import type { PostingRule, SubjectChoice } from './posting-rule.ts'

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

/** Event type → rule. */
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
