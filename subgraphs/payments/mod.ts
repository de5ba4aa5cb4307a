/**
 * Payments (支付): instructions from approved orders, sent once, asked about until they are known.
 */
import type { RequestContext } from '../kernel/builder.ts'
import type { Consumer } from '../kernel/event.ts'
import { receiveOnce } from '../kernel/inbox.ts'
import { openMigrated } from '../kernel/migrate.ts'
import type { Store } from '../kernel/store.ts'
import type { RunningSubgraph, Subgraph, SubgraphEnv } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { openBankSimulator } from './bank-simulator.ts'
import { createInstruction } from './create.ts'
import { type PaymentsContext, paymentsSchema } from './graph.ts'
import { PaymentRunner } from './runner.ts'
import { allInstructions, type InstructionRow } from './store.ts'
import { paymentMigrations, type PaymentTables } from './tables.ts'
import { verifyPayments } from './verify.ts'

/** Topics that become payment instructions. */
const PAYMENT_TOPICS = ['order.payable']

/** Payments at work. */
export interface RunningPayments extends RunningSubgraph {
  /** By serial and round. For checks across subgraphs. */
  instructions(tenant: string): AsyncIterable<InstructionRow>
}

export const payments: Subgraph<RunningPayments> = {
  name: 'payments',
  topics: PAYMENT_TOPICS,
  schema: paymentsSchema,
  async open(env: SubgraphEnv): Promise<RunningPayments> {
    const store = await openMigrated<PaymentTables>(env, 'payments', paymentMigrations)
    const channel = await openBankSimulator(env)
    const runner = new PaymentRunner(store, env.ports, channel, env.report)
    const consumer: Consumer = {
      name: 'payments',
      topics: PAYMENT_TOPICS,
      async receive(delivery) {
        const at = env.ports.clock.now()
        const made = { id: env.ports.ids.next('pay'), channel: channel.code, at }
        await receiveOnce(store, delivery, at, (tx) => createInstruction(tx, delivery, made))
      },
    }
    return {
      store: store as unknown as Store<KernelTables>,
      consumers: [consumer],
      context(request: RequestContext): PaymentsContext {
        return {
          ...request,
          actor: request.actor!,
          payments: { db: store.read, runner, channel },
        }
      },
      instructions: (tenant) => allInstructions(store.read, tenant),
      provision: () => Promise.resolve(),
      start: () => runner.start(),
      idle: () => runner.idle(),
      async stop() {
        await runner.stop()
        await channel.close()
        await store.close()
      },
      verify: () => verifyPayments(store, channel),
    }
  },
}
