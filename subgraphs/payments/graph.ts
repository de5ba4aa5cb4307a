/**
 * Payments in the schema: instructions, what was said to the bank and back, and those of an order.
 */
import { loadMany, loadOne } from '../kernel/batch.ts'
import {
  moneyOf,
  PAGE_SIZE,
  PARTNER,
  readPageArgs,
  type ResolverContext,
  subgraphBuilder,
  subgraphSchema,
} from '../kernel/builder.ts'
import { pageOf } from '../kernel/page.ts'
import { refuse } from '../kernel/result.ts'
import type { Channel, Direction } from './channel.ts'
import type { InstructionState } from './instruction-state.ts'
import type { PaymentRunner } from './runner.ts'
import {
  type AttemptRow,
  attemptsOf,
  type InstructionRow,
  instructionsById,
  instructionsOf,
  listInstructions,
  type PaymentReader,
} from './store.ts'

/** What the resolvers of payments are given. */
export interface PaymentsContext extends ResolverContext {
  readonly payments: {
    readonly db: PaymentReader
    readonly runner: PaymentRunner
    readonly channel: Channel
  }
}

const READ = { requiresScopes: [['payments:read']] }

const { builder, money, connection, refusals } = subgraphBuilder<PaymentsContext>()

type Context = PaymentsContext
type Keys = readonly string[]

/** Staff see all of their tenant, a partner's app what it brought in. */
function visible(rows: readonly InstructionRow[], { actor }: Context): InstructionRow[] {
  return rows.filter((row) => actor.kind !== 'app' || row.maker === actor.subject)
}

const instructionsOfOrder = loadMany(
  async (context: Context, serials: Keys) =>
    visible(await instructionsOf(context.payments.db, context.actor.tenant, serials), context),
  (row) => row.serial,
)
const findInstruction = loadOne(
  async (context: Context, ids: Keys) =>
    visible(await instructionsById(context.payments.db, context.actor.tenant, ids), context),
  (row) => row.id,
)
const attemptsOfInstruction = loadMany(
  ({ payments, actor }: Context, ids: Keys) => attemptsOf(payments.db, actor.tenant, ids),
  (row) => row.instruction_id,
)

const instruction = builder.objectRef<InstructionRow>('PaymentInstruction')
const order = builder.externalRef('BusinessOrder', builder.selection<{ serial: string }>('serial'))

order.implement({
  externalFields: (t) => ({ serial: t.string() }),
  fields: (t) => ({
    payments: t.field({
      type: [instruction],
      nullable: true,
      ...READ,
      ...PARTNER,
      listSize: { assumedSize: 1 },
      description: 'The order’s payment instructions, one per round; a second follows a failure.',
      resolve: (parent, _, context) => instructionsOfOrder(context, parent.serial),
    }),
  }),
})

const state = builder.enumType('PaymentState', {
  values: {
    CREATED: { description: '待发送' },
    SENDING: { description: '发送中' },
    UNKNOWN: { description: '结果未知: the bank is asked until it knows.' },
    SETTLED: { description: '成功' },
    FAILED: { description: '失败' },
  } as const,
})
const direction = builder.enumType('PaymentDirection', {
  values: {
    PAY: { description: '付款' },
    COLLECT: { description: '收款: money comes back, as for a credit note.' },
  } as const,
})

const channelType = builder.objectRef<Channel>('PaymentChannel').implement({
  description: 'A way in which money moves.',
  ...PARTNER,
  fields: (t) => ({
    code: t.exposeString('code'),
    nameZh: t.exposeString('zh'),
    nameEn: t.exposeString('en'),
    simulated: t.exposeBoolean('simulated', { description: 'True where no money moves at all.' }),
  }),
})

const attempt = builder.objectRef<AttemptRow>('PaymentAttempt').implement({
  description: 'One thing said to the bank or heard from it.',
  fields: (t) => ({
    seq: t.int({ resolve: (row) => Number(row.seq) }),
    kind: t.exposeString('kind', { description: 'SEND, QUERY, ANSWER, NOTICE or SILENCE.' }),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
    outcome: t.exposeString('outcome', {
      nullable: true,
      description: 'SETTLED, FAILED, PROCESSING or NOT_FOUND.',
    }),
    detail: t.field({ type: 'JSON', resolve: (row) => JSON.parse(row.detail) }),
  }),
})

instruction.implement({
  description: 'A payment instruction (付款指令): at most one transfer at the bank.',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id', { ...PARTNER, description: 'Also the reference that the bank is given.' }),
    order: t.field({ ...PARTNER, type: order, resolve: (row) => ({ serial: row.serial }) }),
    round: t.int({ ...PARTNER, description: 'From 1.', resolve: (row) => Number(row.round) }),
    direction: t.field({
      ...PARTNER,
      type: direction,
      resolve: (row) => row.direction as Direction,
    }),
    amount: t.field({
      ...PARTNER,
      type: money,
      resolve: (row) => moneyOf(row.minor, row.currency),
    }),
    payee: t.field({ ...PARTNER, type: 'JSON', resolve: (row) => JSON.parse(row.payee) }),
    purpose: t.exposeString('purpose', PARTNER),
    institution: t.exposeString('institution', PARTNER),
    channel: t.field({
      ...PARTNER,
      type: channelType,
      resolve: (_, __, { payments }) => payments.channel,
    }),
    state: t.field({ ...PARTNER, type: state, resolve: (row) => row.state as InstructionState }),
    bankReference: t.exposeString('bank_reference', { ...PARTNER, nullable: true }),
    failureCode: t.exposeString('failure_code', { ...PARTNER, nullable: true }),
    failureMessage: t.exposeString('failure_message', { ...PARTNER, nullable: true }),
    createdAt: t.field({ ...PARTNER, type: 'DateTime', resolve: (row) => row.created_at }),
    updatedAt: t.field({ ...PARTNER, type: 'DateTime', resolve: (row) => row.updated_at }),
    attempts: t.field({
      type: [attempt],
      listSize: { assumedSize: 4 },
      resolve: (row, _, context) => attemptsOfInstruction(context, row.id),
    }),
  }),
})
builder.asEntity(instruction, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: (key, context) => findInstruction(context, key.id) as Promise<InstructionRow>,
})

builder.queryFields((t) => ({
  paymentInstruction: t.field({
    type: instruction,
    nullable: true,
    ...READ,
    ...PARTNER,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findInstruction(context, id),
  }),
  paymentInstructions: t.field({
    type: connection('PaymentInstruction', instruction, PARTNER),
    description: 'Newest first.',
    ...READ,
    ...PARTNER,
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string(), state: t.arg({ type: state }) },
    resolve: async (_, args, { actor, payments }) => {
      const page = readPageArgs(args)
      const filter = {
        state: args.state ?? undefined,
        maker: actor.kind === 'app' ? actor.subject : undefined,
      }
      const rows = await listInstructions(payments.db, actor.tenant, filter, page)
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
}))

const { resultOf } = refusals(
  'PaymentRefusal',
  'Why a command on a payment was not carried out. Codes: subgraphs/payments/README.md.',
)
const queryInput = builder.inputType('QueryPaymentInput', {
  fields: (t) => ({ instruction: t.id({ required: true }) }),
})

builder.mutationType({
  fields: (t) => ({
    queryPayment: t.field({
      type: resultOf('QueryPaymentResult', instruction),
      description: 'Asks the bank about an instruction now rather than at its next turn.',
      requiresScopes: [['payments:operate']],
      args: { input: t.arg({ type: queryInput, required: true }) },
      resolve: async (_, { input }, context) => {
        const { payments, actor } = context
        const asked = await payments.runner.queryNow(actor.tenant, input.instruction)
        const [row] = await instructionsById(payments.db, actor.tenant, [input.instruction])
        if (row === undefined) {
          return refuse('INSTRUCTION_UNKNOWN', 'There is no such instruction.', '/instruction')
        }
        return asked
          ? row
          : refuse('NOTHING_TO_ASK', `The instruction is ${row.state}.`, '/instruction')
      },
    }),
  }),
})

/** Types and resolvers; needs no database. */
export function paymentsSchema() {
  return subgraphSchema(builder)
}
