/**
 * What others’ entities gain here: the risk of claims, of parties, and of orders that are paid.
 */
import { PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { pageOf } from '../../kernel/page.ts'
import { findOddPayments, type PaymentFinding } from '../spending/find.ts'
import { readPayments } from '../spending/read.ts'
import { orderDocument } from '../spending/take-order.ts'
import type { AlertRow } from '../store/alerts.ts'
import type { Mirror } from '../mirror.ts'
import { alert, alertsOfNode } from './alerts.ts'
import {
  ask,
  builder,
  connection,
  entity,
  namesOf,
  type Node,
  nodeOf,
  READ,
  type RiskContext,
} from './base.ts'
import { score, scoresOfClaim } from './scores.ts'

interface Named {
  readonly id: string
}

const claim = builder.objectRef<Named>('Claim').implement({
  description: 'A claim, by the id that its own system gave it.',
  fields: (t) => ({
    id: t.exposeID('id', READ),
    risk: t.field({
      type: entity,
      nullable: true,
      description: 'The claim in the risk graph; null when it is not there.',
      ...READ,
      resolve: async ({ id }, _, context) => await claimNode(context, id) ?? null,
    }),
    riskScore: t.field({
      type: score,
      nullable: true,
      description: 'The latest score.',
      ...READ,
      resolve: async ({ id }, _, context) => {
        const node = await claimNode(context, id)
        if (node === undefined) return null
        return (await scoresOfClaim(context, String(node.no)))[0] ?? null
      },
    }),
  }),
})
builder.asEntity(claim, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: ({ id }) => ({ id }),
})

const party = builder.objectRef<Named>('Party').implement({
  description: 'A person, by the id that their own system gave them.',
  fields: (t) => ({
    id: t.exposeID('id', READ),
    risk: t.field({
      type: entity,
      nullable: true,
      description: 'The person in the risk graph; null when they are not there.',
      ...READ,
      resolve: async ({ id }, _, context) => await typed(context, id, 'person') ?? null,
    }),
    riskAlerts: t.field({
      type: [alert],
      description: 'Rings that they are a member of.',
      ...READ,
      resolve: async ({ id }, _, context): Promise<AlertRow[]> => {
        const node = await typed(context, id, 'person')
        return node === undefined ? [] : await alertsOfNode(context, node.no)
      },
    }),
  }),
})
builder.asEntity(party, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: ({ id }) => ({ id }),
})

function claimNode(context: RiskContext, id: string): Promise<Node | undefined> {
  return typed(context, id, 'claim')
}

async function typed(context: RiskContext, id: string, type: string): Promise<Node | undefined> {
  const node = await nodeOf(context, id)
  return node !== undefined && context.risk.mirror.typeOf(node.no) === type ? node : undefined
}

const asNamed = async (context: RiskContext, no: number, type: string): Promise<Named | null> => {
  const mirror = await namesOf(context)
  return mirror.typeOf(no) === type ? { id: mirror.ids.name(no) } : null
}

builder.objectFields(entity, (t) => ({
  claim: t.field({
    type: claim,
    nullable: true,
    description: 'Of a claim, what other systems know of it.',
    resolve: ({ no }, _, context) => asNamed(context, no, 'claim'),
  }),
  party: t.field({
    type: party,
    nullable: true,
    description: 'Of a person, what other systems know of them.',
    resolve: ({ no }, _, context) => asNamed(context, no, 'person'),
  }),
}))

const kind = builder.enumType('RiskPaymentKind', {
  values: {
    DUPLICATE: { description: '重复付款' },
    SPLIT: { description: '拆分付款: each below the limit of approval, together above.' },
    ROUND_TRIP: { description: '资金回流' },
  } as const,
})

const finding = builder.objectRef<PaymentFinding>('RiskPaymentFinding').implement({
  description: 'What is odd about some payments: a question to ask, with the documents to look at.',
  fields: (t) => ({
    kind: t.field({ type: kind, resolve: (row) => row.kind }),
    score: t.exposeFloat('score', { description: '0 to 1.' }),
    reason: t.exposeString('reason'),
    documents: t.field({
      type: [entity],
      resolve: ({ documents }) => documents.map((no) => ({ no })),
    }),
  }),
})

/** Findings by graph, until it grows. */
const found = new WeakMap<Mirror, { at: string; findings: Promise<PaymentFinding[]> }>()

async function oddPayments(context: RiskContext): Promise<PaymentFinding[]> {
  const mirror = await namesOf(context)
  const { entities, links, ends } = await ask(context, (graph) => graph.cursor())
  const at = `${entities} ${links} ${ends}`
  let known = found.get(mirror)
  if (known?.at !== at) {
    const findings = readPayments(context.risk.db, mirror).then((list) => findOddPayments(list))
    known = { at, findings }
    found.set(mirror, known)
    findings.catch(() => found.delete(mirror))
  }
  return await ask(context, () => known.findings)
}

builder.queryField('riskPaymentFindings', (t) =>
  t.field({
    type: connection('RiskPaymentFinding', finding),
    description: 'Gravest first, of all documents in the graph.',
    ...READ,
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string(), kind: t.arg({ type: kind }) },
    resolve: async (_, args, context) => {
      const page = readPageArgs(args)
      const all = (await oddPayments(context)).map((row, place) => ({ row, place }))
        .filter(({ row }) => args.kind == null || row.kind === args.kind)
      const after = /^\d+$/.test(page.after ?? '') ? Number(page.after) : -1
      const rows = all.filter(({ place }) => place > after).slice(0, page.limit + 1)
      const { edges, pageInfo } = pageOf(rows, page.limit, ({ place }) => String(place))
      return { edges: edges.map(({ cursor, node }) => ({ cursor, node: node.row })), pageInfo }
    },
  }))

const order = builder.externalRef('BusinessOrder', builder.selection<{ serial: string }>('serial'))
order.implement({
  externalFields: (t) => ({ serial: t.string() }),
  fields: (t) => ({
    risk: t.field({
      type: [finding],
      nullable: true,
      ...READ,
      listSize: { assumedSize: 1 },
      description: 'What is odd about the order’s payment beside others.',
      resolve: async ({ serial }, _, context) => {
        const node = await nodeOf(context, orderDocument(serial))
        if (node === undefined) return []
        return (await oddPayments(context)).filter(({ documents }) => documents.includes(node.no))
      },
    }),
  }),
})
