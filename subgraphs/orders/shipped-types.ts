/**
 * The order types that a tenant begins with, as version 1.
 */
import { CURRENCIES } from '../kernel/money.ts'
import type { OrderType } from './order-type.ts'
import type { Json } from './pointer.ts'

const AMOUNT: Json = {
  type: 'string',
  pattern: '^[0-9]{1,15}(\\.[0-9]{1,4})?$',
  title: '金额',
  description: 'Decimal string, such as 1234.50.',
}
const CURRENCY: Json = { type: 'string', enum: [...CURRENCIES], title: '币种', default: 'CNY' }
const DATE: Json = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', format: 'date' }
const INSTITUTION: Json = { type: 'string', pattern: '^[0-9A-Za-z-]{1,20}$', title: '机构' }

function text(title: string, maxLength: number, minLength = 1): Json {
  return { type: 'string', title, minLength, maxLength }
}

/** Expense categories; the shipped posting rules know the same. */
const CATEGORY: Json = {
  type: 'string',
  title: '费用类别',
  enum: [
    'staff',
    'travel',
    'hospitality',
    'office',
    'consulting',
    'it',
    'premises',
    'marketing',
    'training',
    'professional',
    'grants',
    'other',
    'fixed-assets',
  ],
}
const PAYEE: Json = {
  type: 'object',
  title: '收款人',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: text('户名', 200),
    account: { type: 'string', title: '账号', pattern: '^[0-9A-Za-z-]{1,40}$' },
    bank: text('开户行', 200),
  },
}

const FIELDS = {
  amount: '/amount',
  currency: '/currency',
  institution: '/institution',
  institutions: ['/institution'],
  payee: '/payee',
  purpose: '/purpose',
} as const

/** Type code → body. */
export const SHIPPED_TYPES: Readonly<Record<string, OrderType>> = {
  'expense-claim': {
    zh: '费用报销',
    en: 'Expense claim',
    form: {
      type: 'object',
      additionalProperties: false,
      required: [
        'payee',
        'amount',
        'currency',
        'purpose',
        'expenseCategory',
        'incurredOn',
        'institution',
      ],
      properties: {
        payee: PAYEE,
        amount: AMOUNT,
        currency: CURRENCY,
        purpose: text('事由', 500),
        expenseCategory: CATEGORY,
        incurredOn: { ...(DATE as object), title: '发生日期' },
        institution: INSTITUTION,
      },
    },
    fields: { ...FIELDS, valueOn: '/incurredOn', summary: ['/payee/name', '/purpose'] },
    steps: [
      { zh: '复核', en: 'Check', role: 'checker', above: { CNY: '1000.00' } },
      { zh: '财务审核', en: 'Accounting review', role: 'accountant', above: { CNY: '50000.00' } },
    ],
    outcomes: [{
      approvedEvent: 'expense-claim.approved',
      payment: { settledEvent: 'expense-claim.settled', direction: 'PAY' },
    }],
    dimensions: { expenseCategory: '/expenseCategory' },
    reference: '/purpose',
  },
  'supplier-payment': {
    zh: '对公付款',
    en: 'Supplier payment',
    form: {
      type: 'object',
      additionalProperties: false,
      required: ['kind', 'payee', 'amount', 'currency', 'purpose', 'documentOn', 'institution'],
      properties: {
        kind: {
          type: 'string',
          title: '类型',
          enum: ['INVOICE', 'CREDIT_NOTE'],
          default: 'INVOICE',
          description: 'A credit note (贷项通知单) gives money back.',
        },
        payee: PAYEE,
        amount: AMOUNT,
        currency: CURRENCY,
        purpose: text('用途', 500),
        expenseCategory: CATEGORY,
        accountName: { ...(text('来源科目名称', 200, 0) as object) },
        documentNumber: text('单据号', 100, 0),
        documentOn: { ...(DATE as object), title: '单据日期' },
        institution: INSTITUTION,
      },
    },
    fields: { ...FIELDS, valueOn: '/documentOn', summary: ['/payee/name', '/purpose'] },
    steps: [
      {
        zh: '付款复核',
        en: 'Payment check',
        role: 'checker',
        above: { CNY: '50000.00', GBP: '10000.00', USD: '10000.00', EUR: '10000.00' },
      },
    ],
    outcomes: [
      {
        when: { field: '/kind', is: 'CREDIT_NOTE' },
        approvedEvent: 'supplier-credit-note.approved',
        payment: { settledEvent: 'supplier-credit-note.settled', direction: 'COLLECT' },
      },
      {
        approvedEvent: 'supplier-payment.approved',
        payment: { settledEvent: 'supplier-payment.settled', direction: 'PAY' },
      },
    ],
    dimensions: { expenseCategory: '/expenseCategory' },
    reference: '/accountName',
  },
  'branch-transfer': {
    zh: '跨支行划拨',
    en: 'Inter-branch transfer',
    form: {
      type: 'object',
      additionalProperties: false,
      required: ['institution', 'toInstitution', 'amount', 'currency', 'purpose', 'transferOn'],
      properties: {
        institution: { ...(INSTITUTION as object), title: '划出机构' },
        toInstitution: { ...(INSTITUTION as object), title: '划入机构' },
        amount: AMOUNT,
        currency: CURRENCY,
        purpose: text('用途', 500),
        transferOn: { ...(DATE as object), title: '划拨日期' },
      },
    },
    fields: {
      ...FIELDS,
      institutions: ['/institution', '/toInstitution'],
      valueOn: '/transferOn',
      summary: ['/institution', '/toInstitution', '/purpose'],
    },
    steps: [
      { zh: '划出复核', en: 'Check', role: 'checker' },
      { zh: '资金审核', en: 'Treasury review', role: 'accountant', above: { CNY: '1000000.00' } },
    ],
    outcomes: [{ approvedEvent: 'branch-transfer.approved', payment: null }],
    dimensions: { toInstitution: '/toInstitution' },
    reference: '/purpose',
  },
}
