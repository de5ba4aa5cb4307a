/**
 * A few orders for the demo institution, entered once through the same commands as everybody's.
 */
import { scopesOf } from '../subgraphs/kernel/actor.ts'
import type { RunningOrders } from './subgraphs.ts'
import { DEMO_PEOPLE, DEMO_TENANT } from './demo.ts'

type Submission = Parameters<ReturnType<RunningOrders['commands']>['submit']>[0]

const ORDERS: readonly Submission[] = [
  {
    // Above the limit: waits for the checker.
    type: 'expense-claim',
    idempotencyKey: 'demo-expense-claim',
    form: {
      payee: { name: '李经办', account: '6222000000001234', bank: '演示银行' },
      amount: '5800.00',
      currency: 'CNY',
      purpose: '上海出差三日',
      expenseCategory: 'travel',
      incurredOn: '2026-11-20',
      institution: '1001',
    },
  },
  {
    // Below the limit: approved by the rule, booked and paid at once.
    type: 'supplier-payment',
    idempotencyKey: 'demo-supplier-payment',
    form: {
      kind: 'INVOICE',
      payee: { name: '城东办公用品有限公司', account: '6222000000005678' },
      amount: '12800.50',
      currency: 'CNY',
      purpose: '十一月办公用品',
      expenseCategory: 'office',
      documentNumber: 'INV-2026-1107',
      documentOn: '2026-11-07',
      institution: '1002',
    },
  },
  {
    // Always approved by a person; nothing is paid outside the bank.
    type: 'branch-transfer',
    idempotencyKey: 'demo-branch-transfer',
    form: {
      institution: '1001',
      toInstitution: '1003',
      amount: '300000.00',
      currency: 'CNY',
      purpose: '城西支行备付金',
      transferOn: '2026-11-23',
    },
  },
]

/** Enters the demo orders. Doing it again adds nothing. */
export async function enterDemoOrders(orders: RunningOrders): Promise<void> {
  const { subject, name, kind, institution } = DEMO_PEOPLE.maker
  const roles = ['maker']
  const commands = orders.commands({
    tenant: DEMO_TENANT.tenant,
    subject,
    name,
    kind,
    institution,
    roles,
    scopes: scopesOf(roles, []),
  })
  for (const order of ORDERS) {
    const entered = await commands.submit(order)
    if (!entered.ok) throw new Error(`demo order refused: ${entered.code} ${entered.message}`)
  }
}
