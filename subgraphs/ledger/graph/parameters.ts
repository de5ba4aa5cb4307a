/**
 * The parameter centre (参数中心) in the schema.
 */
import { badInput, moneyOf } from '../../kernel/builder.ts'
import { type Proposal, versionsOf, versionsOfSubject } from '../../kernel/four-eyes.ts'
import { parseMoney } from '../../kernel/money.ts'
import { refuse } from '../../kernel/result.ts'
import { dateOf, daysBetween, plusDays } from '../../kernel/time.ts'
import { businessDate } from '../business-date.ts'
import { type CalendarDay, calendarDay } from '../parameter/calendar.ts'
import type { SimulatedPrice } from '../parameter/commands.ts'
import { PARAMETER_KIND, parametersOn } from '../parameter/in-force.ts'
import type { Price, PriceStep } from '../parameter/pricing.ts'
import { formatRate } from '../parameter/rate.ts'
import { DIMENSIONS, type Dimensions, type ParameterDiff } from '../parameter/table.ts'
import { builder, type LedgerContext, money, moneyInput, READ, WRITE } from './base.ts'
import { resultOf, verdict } from './mutations.ts'
import { proposalState } from './types.ts'

const CALENDAR_DAYS_MAX = 400

const parameter = builder.objectRef<Proposal>('Parameter').implement({
  description: 'One version of a parameter: the whole table of a key.',
  fields: (t) => ({
    key: t.exposeString('subject', { description: 'Such as rate.lpr.1y or fee.transfer.' }),
    version: t.int({ resolve: (row) => Number(row.version) }),
    state: t.field({ type: proposalState, resolve: (row) => row.state }),
    effectiveFrom: t.field({ type: 'Date', resolve: (row) => row.effectiveFrom }),
    body: t.field({
      type: 'JSON',
      description: 'Kind, currency, and rows: dimensions, band of amounts, dates, value.',
      resolve: (row) => JSON.parse(row.body),
    }),
    draftedBy: t.exposeString('draftedBy'),
    decidedBy: t.exposeString('decidedBy', { nullable: true }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
})

const step = builder.objectRef<PriceStep>('PriceStep').implement({
  description: 'A row that went into a price.',
  fields: (t) => ({
    key: t.exposeString('key'),
    version: t.int({ resolve: (row) => Number(row.version) }),
    row: t.exposeInt('index', { description: 'Its place in the table, from 0.' }),
    dimensions: t.field({ type: 'JSON', resolve: ({ row }) => row.dimensions }),
    from: t.field({ type: 'Date', resolve: ({ row }) => row.from }),
    to: t.field({ type: 'Date', nullable: true, resolve: ({ row }) => row.to ?? null }),
    note: t.exposeString('note', { description: 'What it made of the price.' }),
  }),
})

const price = builder.objectRef<Price>('Price').implement({
  description: 'A price with the rows that made it.',
  fields: (t) => ({
    kind: t.exposeString('kind', {
      description: 'RATE, FEE, FX, LIMIT, COUNT, CALENDAR or DUE_DAY.',
    }),
    rate: t.string({
      nullable: true,
      description:
        'Of a rate, a year’s, as a decimal; of FX, units of the second currency for one.',
      resolve: (row) => row.rate === undefined ? null : formatRate(row.rate),
    }),
    amount: t.field({
      type: money,
      nullable: true,
      description: 'Of a fee or a limit.',
      resolve: (row) => row.minor === undefined ? null : moneyOf(row.minor, row.currency!),
    }),
    count: t.exposeInt('count', { nullable: true, description: 'Of a count.' }),
    word: t.exposeString('word', {
      nullable: true,
      description: 'Of a day, HOLIDAY or WORKING; of a due day, its rule.',
    }),
    trace: t.field({
      type: [step],
      listSize: { assumedSize: 3 },
      description: 'In the order in which they were looked up.',
      resolve: (row) => [...row.trace],
    }),
  }),
})

const simulated = builder.objectRef<SimulatedPrice>('SimulatedPrice').implement({
  description: 'A price as it is, and as it would be under another version.',
  fields: (t) => ({
    key: t.string({ resolve: ({ probe }) => probe.key }),
    dimensions: t.field({ type: 'JSON', resolve: ({ probe }) => probe.dimensions }),
    before: t.field({
      type: price,
      nullable: true,
      resolve: ({ before }) => before.ok ? before.value : null,
    }),
    after: t.field({
      type: price,
      nullable: true,
      resolve: ({ after }) => after.ok ? after.value : null,
    }),
    changed: t.boolean({
      resolve: ({ before, after }) =>
        before.ok !== after.ok ||
        (before.ok && after.ok &&
          (before.value.rate !== after.value.rate || before.value.minor !== after.value.minor ||
            before.value.count !== after.value.count ||
            before.value.word !== after.value.word)),
    }),
  }),
})

const diff = builder.objectRef<ParameterDiff>('ParameterDiff').implement({
  description: 'How two versions differ. Rows are the same by dimensions, band and start.',
  fields: (t) => ({
    added: t.field({ type: 'JSON', resolve: (row) => row.added }),
    removed: t.field({ type: 'JSON', resolve: (row) => row.removed }),
    changed: t.field({ type: 'JSON', resolve: (row) => row.changed }),
  }),
})
const simulation = builder.objectRef<{ prices: readonly SimulatedPrice[] }>('ParameterSimulation')
  .implement({
    description: 'What a version of a parameter would change.',
    fields: (t) => ({
      prices: t.field({
        type: [simulated],
        listSize: { assumedSize: 10 },
        resolve: (row) => [...row.prices],
      }),
    }),
  })

const calendarDayType = builder.objectRef<CalendarDay>('CalendarDay').implement({
  description: 'A day of the calendar: a working day, or one on which the bank is shut (节假日).',
  fields: (t) => ({
    on: t.field({ type: 'Date', resolve: (row) => row.on }),
    working: t.exposeBoolean('working', {
      description: 'Monday to Friday, unless the calendar says otherwise.',
    }),
    name: t.exposeString('name', { nullable: true, description: 'As it was entered.' }),
  }),
})

const priceResult = resultOf('PriceResult', price)
const parameterResult = resultOf('ParameterResult', parameter)
const diffResult = resultOf('ParameterDiffResult', diff)
const simulationResult = resultOf('ParameterSimulationResult', simulation)

const proposeInput = builder.inputType('ProposeParameterInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    version: t.int({ required: true }),
    effectiveFrom: t.field({ type: 'Date', required: true }),
    body: t.field({ type: 'JSON', required: true, description: 'As Parameter.body.' }),
  }),
})
const decideInput = builder.inputType('DecideParameterInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    version: t.int({ required: true }),
    verdict: t.field({ type: verdict, required: true }),
    reason: t.string({ required: true, description: 'May be empty for an approval.' }),
  }),
})
const probeInput = builder.inputType('PriceProbeInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    dimensions: t.field({
      type: 'JSON',
      description: `What the price may depend on: ${DIMENSIONS.join(', ')}.`,
    }),
    amount: t.field({ type: moneyInput, description: 'What a band or a share is of.' }),
  }),
})
const fxSide = builder.enumType('FxSide', {
  values: {
    MID: { value: 'mid' },
    BUY: { value: 'buy', description: 'What the bank pays for the first currency.' },
    SELL: { value: 'sell', description: 'What the bank asks for it.' },
  } as const,
})

type Probe = typeof probeInput.$inferInput

function readProbe(probe: Probe): { key: string; dimensions: Dimensions; minor?: bigint } {
  const dimensions: Record<string, string> = {}
  const given = probe.dimensions ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) throw badDimension('')
  for (const [name, value] of Object.entries(given)) {
    if (!(DIMENSIONS as readonly string[]).includes(name) || typeof value !== 'string') {
      throw badDimension(name)
    }
    dimensions[name] = value
  }
  if (probe.amount == null) return { key: probe.key, dimensions }
  const { amount, currency } = probe.amount
  const read = parseMoney(amount, currency)
  if (!read.ok) throw badInput(read)
  return { key: probe.key, dimensions, minor: read.value.minor }
}

function badDimension(name: string) {
  return badInput(refuse('DIMENSION_UNKNOWN', `Nothing depends on ${name}.`, '/dimensions'))
}

async function versionOf(
  { ledger, actor }: LedgerContext,
  { key, version }: { key: string; version: number },
): Promise<Proposal> {
  const versions = await versionsOfSubject(ledger.db, actor.tenant, PARAMETER_KIND, key)
  return versions.find((one) => one.version === BigInt(version))!
}

builder.queryFields((t) => ({
  parameters: t.field({
    type: [parameter],
    description: 'All versions of a key, or of all keys.',
    ...READ,
    listSize: { assumedSize: 30 },
    args: { key: t.arg.string() },
    resolve: (_, { key }, { actor, ledger }) =>
      key == null
        ? versionsOf(ledger.db, actor.tenant, PARAMETER_KIND)
        : versionsOfSubject(ledger.db, actor.tenant, PARAMETER_KIND, key),
  }),
  price: t.field({
    type: priceResult,
    description: 'A price on a day, with the rows that made it.',
    ...READ,
    args: {
      of: t.arg({ type: probeInput, required: true }),
      on: t.arg({ type: 'Date', description: 'Today when absent.' }),
      knownAt: t.arg({ type: 'DateTime', description: 'As it was known at this moment.' }),
      side: t.arg({ type: fxSide, description: 'Of an exchange rate; MID when absent.' }),
    },
    resolve: async (_, { of, on, knownAt, side }, { actor, ledger }) => {
      const day = on ?? dateOf(ledger.ports.clock.now())
      const parameters = await parametersOn(ledger.db, actor.tenant, day, knownAt ?? undefined)
      const { key, ...query } = readProbe(of)
      const priced = parameters.price(key, { ...query, on: day }, side ?? 'mid')
      return priced.ok ? priced.value : priced
    },
  }),
  calendar: t.field({
    type: [calendarDayType],
    description:
      'The days between two dates, both included, by the calendar that is in force; 400 at most.',
    ...READ,
    listSize: { assumedSize: 31 },
    args: {
      from: t.arg({ type: 'Date', required: true }),
      to: t.arg({ type: 'Date', required: true }),
      institution: t.arg.string({ description: 'Where the calendar depends on it.' }),
    },
    resolve: async (_, { from, to, institution }, { actor, ledger }) => {
      const days = daysBetween(from, to) + 1
      if (days < 1 || days > CALENDAR_DAYS_MAX) {
        throw badInput(refuse('CALENDAR_RANGE', 'A calendar is of 1 to 400 days.', '/to'))
      }
      const today = await businessDate(ledger.db, actor.tenant, ledger.ports.clock.now())
      const parameters = await parametersOn(ledger.db, actor.tenant, today)
      const dimensions = institution == null ? {} : { institution }
      return Array.from(
        { length: days },
        (_, n) => calendarDay(parameters, plusDays(from, n), dimensions),
      )
    },
  }),
  parameterDiff: t.field({
    type: diffResult,
    description: 'How a version differs from another of its key, or from nothing.',
    ...READ,
    args: {
      key: t.arg.string({ required: true }),
      version: t.arg.int({ required: true }),
      against: t.arg.int(),
    },
    resolve: async (_, args, { ledger }) => {
      const done = await ledger.parameters.diff(args)
      return done.ok ? done.value : done
    },
  }),
  parameterSimulation: t.field({
    type: simulationResult,
    description: 'What prices are on a day and would be under a version, approved or not.',
    ...READ,
    args: {
      key: t.arg.string({ required: true }),
      version: t.arg.int({ required: true }),
      on: t.arg({ type: 'Date', required: true }),
      probes: t.arg({ type: [probeInput], required: true }),
    },
    resolve: async (_, { probes, ...of }, { ledger }) => {
      const done = await ledger.parameters.simulate({ ...of, probes: probes.map(readProbe) })
      return done.ok ? { prices: done.value } : done
    },
  }),
}))

builder.mutationFields((t) => ({
  proposeParameter: t.field({
    type: parameterResult,
    description: 'Drafts a version of a parameter; somebody else decides about it.',
    ...WRITE,
    args: { input: t.arg({ type: proposeInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const done = await context.ledger.parameters.propose({ ...input, body: input.body })
      return done.ok ? await versionOf(context, input) : done
    },
  }),
  decideParameter: t.field({
    type: parameterResult,
    description: 'Approves or rejects a version that somebody else drafted.',
    requiresScopes: [['ledger:approve']],
    args: { input: t.arg({ type: decideInput, required: true }) },
    resolve: async (_, { input }, { ledger }) => {
      const done = await ledger.parameters.decide(input)
      return done.ok ? done.value : done
    },
  }),
}))
