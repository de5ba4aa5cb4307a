/**
 * Statements as files, and how old suspense is.
 */
import type { ExportedFile } from '../export/commands.ts'
import { type SuspenseAge, suspenseAges } from '../store/suspense.ts'
import { businessDate } from '../business-date.ts'
import { moneyOf } from '../../kernel/builder.ts'
import { builder, money, READ } from './base.ts'
import { resultOf } from './mutations.ts'

const file = builder.objectRef<ExportedFile>('ExportedFile').implement({
  description: 'A file that was made: `GET /files/<hash>` gives it.',
  fields: (t) => ({
    hash: t.exposeString('hash', { description: 'sha256 of its bytes.' }),
    bytes: t.exposeInt('bytes'),
    name: t.exposeString('name', { description: 'What to call it.' }),
    rows: t.exposeInt('rows', { description: 'Rows without the heading.' }),
  }),
})
const fileResult = resultOf('ExportResult', file)
const format = builder.enumType('ExportFormat', { values: ['CSV', 'XLSX'] as const })
const statementInput = builder.inputType('ExportStatementInput', {
  fields: (t) => ({
    account: t.string({ required: true, description: 'Number or id.' }),
    from: t.field({ type: 'Date', required: true }),
    to: t.field({ type: 'Date', required: true, description: 'Included.' }),
    format: t.field({ type: format, required: true }),
  }),
})
const trialInput = builder.inputType('ExportTrialBalanceInput', {
  fields: (t) => ({
    from: t.field({ type: 'Date', required: true }),
    to: t.field({ type: 'Date', required: true, description: 'Included.' }),
    institution: t.string({ description: 'All institutions together when absent.' }),
    format: t.field({ type: format, required: true }),
  }),
})

builder.mutationFields((t) => ({
  exportStatement: t.field({
    type: fileResult,
    description: 'Writes an account’s entries between two booking dates to a file (对账单).',
    ...READ,
    args: { input: t.arg({ type: statementInput, required: true }) },
    resolve: async (_, { input }, { ledger }) => {
      const done = await ledger.exports.statement(input)
      return done.ok ? done.value : done
    },
  }),
  exportTrialBalance: t.field({
    type: fileResult,
    description: 'Writes the trial balance between two booking dates to a file (科目余额表).',
    ...READ,
    args: { input: t.arg({ type: trialInput, required: true }) },
    resolve: async (_, { input }, { ledger }) => {
      const done = await ledger.exports.trialBalance(input)
      return done.ok ? done.value : done
    },
  }),
}))

const age = builder.objectRef<SuspenseAge>('SuspenseAge').implement({
  description: 'Open items in suspense of one age (挂账账龄).',
  fields: (t) => ({
    institution: t.exposeString('institution'),
    fromDays: t.exposeInt('fromDays', { description: 'Days since they were opened, at least.' }),
    toDays: t.int({
      nullable: true,
      description: 'And at most; no bound for the oldest.',
      resolve: (row) => row.toDays ?? null,
    }),
    items: t.exposeInt('items'),
    amount: t.field({
      type: money,
      description: 'Debit is positive.',
      resolve: (row) => moneyOf(row.minor, row.currency),
    }),
  }),
})

builder.queryFields((t) => ({
  suspenseAgeing: t.field({
    type: [age],
    description: 'What waits in suspense by institution, currency and age.',
    ...READ,
    listSize: { assumedSize: 10 },
    resolve: async (_, __, { actor, ledger }) =>
      await suspenseAges(
        ledger.db,
        actor.tenant,
        await businessDate(ledger.db, actor.tenant, ledger.ports.clock.now()),
      ),
  }),
}))
