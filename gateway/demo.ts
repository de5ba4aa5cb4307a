/**
 * The demo institution and its people. None of this exists outside demo mode.
 */
import type { TenantSetup } from '../subgraphs/kernel/subgraph.ts'

/** @property kind `app` is a partner's program */
export interface DemoPerson {
  readonly subject: string
  readonly name: string
  readonly kind: 'person' | 'app'
  readonly institution: string
}

export const DEMO_TENANT: TenantSetup = {
  tenant: 'demo-bank',
  institutions: {
    '1001': { zh: '总行', en: 'Head office' },
    '1002': { zh: '城东支行', en: 'East branch' },
    '1003': { zh: '城西支行', en: 'West branch' },
  },
}

/** By role. */
export const DEMO_PEOPLE = {
  maker: { subject: 'demo:maker', name: '李经办', kind: 'person', institution: '1001' },
  checker: { subject: 'demo:checker', name: '王复核', kind: 'person', institution: '1001' },
  accountant: { subject: 'demo:accountant', name: '陈会计', kind: 'person', institution: '1001' },
  teller: { subject: 'demo:teller', name: '赵柜员', kind: 'person', institution: '1001' },
  investigator: {
    subject: 'demo:investigator',
    name: '孙调查',
    kind: 'person',
    institution: '1001',
  },
  'risk-manager': {
    subject: 'demo:risk-manager',
    name: '周主管',
    kind: 'person',
    institution: '1001',
  },
  partner: { subject: 'demo:partner', name: 'Demo partner app', kind: 'app', institution: '1002' },
} as const satisfies Record<string, DemoPerson>

export type DemoRole = keyof typeof DEMO_PEOPLE

/** Whether the text names one of the demo people. */
export function isDemoRole(text: string | undefined): text is DemoRole {
  return text !== undefined && Object.hasOwn(DEMO_PEOPLE, text)
}

/** The query that the start-up banner offers to paste. */
export const DEMO_QUERY = `{
  orders(first: 3) {
    edges {
      node {
        serial
        summary
        status
        amount { amount currency }
        timeline { kind actor }
        vouchers {
          number
          rule { event version }
          entries { subject { code nameZh } side amount { amount } }
        }
        payments { state channel { nameEn simulated } attempts { kind outcome } }
      }
    }
  }
}`
