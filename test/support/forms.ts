/**
 * Forms of the shipped order types, valid unless changed.
 */
import type { Json } from '../../subgraphs/orders/pointer.ts'

type Form = { readonly [name: string]: Json }

/** Approved by its rule up to 50,000.00 CNY and 10,000.00 GBP; above, by a checker. */
export function supplierPayment(change: Form = {}): Form {
  return {
    kind: 'INVOICE',
    payee: { name: '华东印刷', account: '62220001234567' },
    amount: '1200.00',
    currency: 'CNY',
    purpose: '宣传册印刷',
    expenseCategory: 'marketing',
    accountName: 'Marketing',
    documentOn: '2026-11-20',
    institution: '1001',
    ...change,
  }
}

/** A step up to 50,000.00 CNY, two above. */
export function expenseClaim(change: Form = {}): Form {
  return {
    payee: { name: '李经办' },
    amount: '800.00',
    currency: 'CNY',
    purpose: '出差上海',
    expenseCategory: 'travel',
    incurredOn: '2026-11-20',
    institution: '1001',
    ...change,
  }
}

/** Always a checker; above 1,000,000.00 CNY an accountant, too. Nothing is paid. */
export function branchTransfer(change: Form = {}): Form {
  return {
    institution: '1001',
    toInstitution: '1002',
    amount: '5000.00',
    currency: 'CNY',
    purpose: '头寸调拨',
    transferOn: '2026-11-23',
    ...change,
  }
}
