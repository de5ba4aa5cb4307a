/**
 * The order types that a tenant begins with, as version 1.
 */
import { CURRENCIES } from '../kernel/money.ts'
import type { OrderType } from './order-type.ts'
import type { Json } from './pointer.ts'

const AMOUNT: Json = {
  type: 'string',
  pattern: '^[0-9]{1,15}(\\.[0-9]{1,4})?$',
  ...called('金额', 'Amount'),
  description: 'Decimal string, such as 1234.50.',
}
const CURRENCY: Json = {
  type: 'string',
  enum: [...CURRENCIES],
  ...called('币种', 'Currency'),
  default: 'CNY',
}
const DATE = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', format: 'date' }
const INSTITUTION = {
  type: 'string',
  pattern: '^[0-9A-Za-z-]{1,20}$',
  ...called('机构', 'Institution'),
}

/** A field's title; English stands beside it, since JSON Schema has one title. */
function called(zh: string, en: string) {
  return { title: zh, 'x-title-en': en }
}

function text(zh: string, en: string, maxLength: number, minLength = 1) {
  return { type: 'string', ...called(zh, en), minLength, maxLength }
}

/** A choice among codes, each with its names. */
function choice(codes: Readonly<Record<string, readonly [zh: string, en: string]>>) {
  const names = Object.entries(codes).map(([code, [zh, en]]) => [code, { zh, en }])
  return { type: 'string', enum: Object.keys(codes), 'x-names': Object.fromEntries(names) }
}

/** Expense categories; the shipped posting rules know the same. */
const CATEGORY: Json = {
  ...choice({
    staff: ['职工薪酬', 'Staff'],
    travel: ['差旅', 'Travel'],
    hospitality: ['招待', 'Hospitality'],
    office: ['办公', 'Office'],
    consulting: ['咨询', 'Consulting'],
    it: ['信息技术', 'Information technology'],
    premises: ['房租物业', 'Premises'],
    marketing: ['营销', 'Marketing'],
    training: ['培训', 'Training'],
    professional: ['专业服务', 'Professional services'],
    grants: ['捐赠资助', 'Grants'],
    other: ['其他', 'Other'],
    'fixed-assets': ['固定资产', 'Fixed assets'],
  }),
  ...called('费用类别', 'Expense category'),
}
const PAYEE: Json = {
  type: 'object',
  ...called('收款人', 'Payee'),
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: text('户名', 'Name', 200),
    account: {
      type: 'string',
      ...called('账号', 'Account number'),
      pattern: '^[0-9A-Za-z-]{1,40}$',
    },
    bank: text('开户行', 'Bank', 200),
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
        purpose: text('事由', 'Purpose', 500),
        expenseCategory: CATEGORY,
        incurredOn: { ...DATE, ...called('发生日期', 'Incurred on') },
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
          ...choice({
            INVOICE: ['发票', 'Invoice'],
            CREDIT_NOTE: ['贷项通知单', 'Credit note'],
          }),
          ...called('类型', 'Kind'),
          default: 'INVOICE',
          description: 'A credit note (贷项通知单) gives money back.',
        },
        payee: PAYEE,
        amount: AMOUNT,
        currency: CURRENCY,
        purpose: text('用途', 'Purpose', 500),
        expenseCategory: CATEGORY,
        accountName: text('来源科目名称', 'Account name at the source', 200, 0),
        documentNumber: text('单据号', 'Document number', 100, 0),
        documentOn: { ...DATE, ...called('单据日期', 'Document date') },
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
        institution: { ...INSTITUTION, ...called('划出机构', 'From institution') },
        toInstitution: { ...INSTITUTION, ...called('划入机构', 'To institution') },
        amount: AMOUNT,
        currency: CURRENCY,
        purpose: text('用途', 'Purpose', 500),
        transferOn: { ...DATE, ...called('划拨日期', 'Transfer date') },
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
