/**
 * Two versions of a filing side by side, in the schema.
 */
import { badInput, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { type Page, pageOf } from '../../kernel/page.ts'
import { refuse } from '../../kernel/result.ts'
import type { Equation } from '../checks/finding.ts'
import type { StoredPlace } from '../commands.ts'
import type { ComparedFact } from '../comparison/facts.ts'
import type { ComparedFinding } from '../comparison/findings.ts'
import type { ComparedLine, SectionLine, TextPiece } from '../comparison/text.ts'
import type { DocumentFindingRow } from '../store/review.ts'
import {
  type ChangedSection,
  type KeptFact,
  mayCompare,
  VersionComparison,
} from '../version-comparison.ts'
import {
  builder,
  connection,
  fact,
  filing,
  findDocument,
  findFinding,
  finding,
  READ,
} from './base.ts'
import { equation, place, scope } from './types.ts'

/** An element of a list that is made on the spot: its cursor is its place there. */
interface Numbered<T> {
  readonly at: number
  readonly value: T
}

/** One page of a list that is made on the spot. */
function pageOfList<T>(
  list: readonly T[],
  args: { first?: number | null | undefined; after?: string | null | undefined },
): Page<T> {
  const page = readPageArgs(args)
  if (page.after !== undefined && !/^\d{1,9}$/.test(page.after)) {
    throw badInput(refuse('CURSOR_MALFORMED', 'The cursor is not one that a page gave.', '/after'))
  }
  const from = page.after === undefined ? 0 : Number(page.after) + 1
  const rows = list.slice(from, from + page.limit + 1)
    .map((value, i): Numbered<T> => ({ at: from + i, value }))
  const { edges, pageInfo } = pageOf(rows, page.limit, ({ at }) => String(at))
  return { edges: edges.map(({ cursor, node }) => ({ cursor, node: node.value })), pageInfo }
}

const findingChange = builder.enumType('FindingChange', {
  values: {
    FIXED: { description: '已修正: only in the earlier version.' },
    OPEN: { description: '仍存在: in both, whatever page it is on.' },
    NEW: { description: '新增: only in the later version.' },
  } as const,
})
const factChange = builder.enumType('FactChange', {
  values: {
    VALUE: { description: '数值变化' },
    UNIT: { description: '单位变化: printed in another unit, whatever the figure.' },
    ADDED: { description: '新增' },
    REMOVED: { description: '删除' },
  } as const,
})
const sectionChange = builder.enumType('SectionChange', {
  values: {
    ADDED: { description: '新增章节' },
    REMOVED: { description: '删除章节' },
    CHANGED: { description: '内容变化' },
    RENAMED: { description: '标题变化: under another heading; its number alone is no change.' },
    MOVED: { description: '位置变化: the same at another place.' },
  } as const,
})
const textChange = builder.enumType('ParagraphChange', {
  values: { ADDED: {}, REMOVED: {}, CHANGED: {} } as const,
})
const pieceChange = builder.enumType('TextPieceChange', {
  values: { SAME: {}, ADDED: {}, REMOVED: {} } as const,
})

const saidThen = builder.objectRef<DocumentFindingRow>('FindingInVersion').implement({
  description: 'A finding as the review of one version said it.',
  fields: (t) => ({
    message: t.exposeString('message'),
    equation: t.field({
      type: equation,
      nullable: true,
      resolve: (row) => row.equation === null ? null : JSON.parse(row.equation) as Equation,
    }),
    places: t.field({
      type: [place],
      description: 'The place to correct first, then those that it is compared with.',
      listSize: { assumedSize: 4 },
      resolve: (row) => JSON.parse(row.places) as StoredPlace[],
    }),
  }),
})

const comparedFinding = builder.objectRef<ComparedFinding<DocumentFindingRow>>('ComparedFinding')
  .implement({
    fields: (t) => ({
      change: t.field({ type: findingChange, resolve: (row) => row.change }),
      finding: t.field({
        type: finding,
        nullable: true,
        description: 'The finding as it stands now, with what was decided about it.',
        resolve: (row, _, context) => findFinding(context, (row.after ?? row.before)!.finding_id),
      }),
      before: t.field({
        type: saidThen,
        nullable: true,
        resolve: (row) => row.before ?? null,
      }),
      after: t.field({ type: saidThen, nullable: true, resolve: (row) => row.after ?? null }),
    }),
  })

const comparedFact = builder.objectRef<ComparedFact<KeptFact>>('ComparedFact').implement({
  description: 'A figure that is not the same in both versions, by what it is about.',
  fields: (t) => ({
    change: t.field({ type: factChange, resolve: (row) => row.change }),
    scope: t.field({
      type: scope,
      resolve: (row) =>
        (row.after ?? row.before)!.scope === 'group' ? 'GROUP' as const : 'PARENT' as const,
    }),
    section: t.string({ resolve: (row) => (row.after ?? row.before)!.section }),
    item: t.string({ resolve: (row) => (row.after ?? row.before)!.item }),
    header: t.string({ resolve: (row) => (row.after ?? row.before)!.header }),
    period: t.string({
      nullable: true,
      description: 'A year, or its last day for what stands at a point in time.',
      resolve: (row) => (row.after ?? row.before)!.period,
    }),
    before: t.field({ type: fact, nullable: true, resolve: (row) => row.before?.row ?? null }),
    after: t.field({ type: fact, nullable: true, resolve: (row) => row.after?.row ?? null }),
    difference: t.string({
      nullable: true,
      description: 'The later less the earlier, in their unit; null where the units differ.',
      resolve: (row) => row.difference,
    }),
  }),
})

const piece = builder.objectRef<TextPiece>('TextPiece').implement({
  description: 'A piece of a paragraph: what was taken out, put in, or stayed.',
  fields: (t) => ({
    change: t.field({ type: pieceChange, resolve: (row) => row.change }),
    text: t.exposeString('text'),
  }),
})
const textPlace = builder.objectRef<SectionLine>('ParagraphInVersion').implement({
  fields: (t) => ({
    text: t.exposeString('text'),
    page: t.int({
      description: 'From 1; 0 where a format has no pages.',
      resolve: (line) => line.place.page,
    }),
    box: t.floatList({
      nullable: true,
      description: 'Left, top, right, bottom in points from the top left of the page.',
      resolve: (line) => line.place.box?.slice() ?? null,
    }),
    path: t.string({ nullable: true, resolve: (line) => line.place.path ?? null }),
  }),
})
const comparedParagraph = builder.objectRef<ComparedLine>('ComparedParagraph').implement({
  description: 'A paragraph, or the words of a row of a table, that is not the same in both.',
  fields: (t) => ({
    change: t.field({ type: textChange, resolve: (line) => line.change }),
    isRow: t.boolean({
      description: 'Whether it is a row of a table; its figures are compared as facts.',
      resolve: (line) => (line.after ?? line.before)!.row,
    }),
    before: t.field({ type: textPlace, nullable: true, resolve: (line) => line.before ?? null }),
    after: t.field({ type: textPlace, nullable: true, resolve: (line) => line.after ?? null }),
    pieces: t.field({
      type: [piece],
      description: 'Read in order, without the removed ones: the later text.',
      listSize: { assumedSize: 6 },
      resolve: (line) => [...line.pieces],
    }),
  }),
})

type SectionOf = { readonly comparison: VersionComparison; readonly section: ChangedSection }

const comparedSection = builder.objectRef<SectionOf>('ComparedSection').implement({
  description: 'A section whose wording is not the same in both versions.',
  fields: (t) => ({
    change: t.field({ type: sectionChange, resolve: ({ section }) => section.change }),
    path: t.stringList({
      description: 'Headings from the top in the later version, or the earlier where it is gone.',
      resolve: ({ section }) => [...(section.after ?? section.before)!.path],
    }),
    pathBefore: t.stringList({
      nullable: true,
      resolve: ({ section }) => section.before === undefined ? null : [...section.before.path],
    }),
    paragraphs: t.field({
      type: connection('ComparedParagraph', comparedParagraph),
      description: 'Those that differ, in order.',
      ...PAGE_SIZE,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: async ({ comparison, section }, args) =>
        pageOfList(await comparison.lines(section), args),
    }),
  }),
})

const counts = builder.objectRef<VersionComparison>('FilingComparisonCounts').implement({
  description: 'How many there are of each.',
  fields: (t) => {
    const count = (of: (comparison: VersionComparison) => Promise<{ change: string }[]>) =>
    (
      change: string,
    ) =>
      t.int({
        resolve: async (comparison) =>
          (await of(comparison)).filter((one) => one.change === change).length,
      })
    const findings = count((comparison) => comparison.findings())
    const facts = count((comparison) => comparison.facts())
    const sections = count((comparison) => comparison.sections())
    return {
      findingsFixed: findings('FIXED'),
      findingsOpen: findings('OPEN'),
      findingsNew: findings('NEW'),
      factsChanged: facts('VALUE'),
      factsUnit: facts('UNIT'),
      factsAdded: facts('ADDED'),
      factsRemoved: facts('REMOVED'),
      sectionsAdded: sections('ADDED'),
      sectionsRemoved: sections('REMOVED'),
      sectionsChanged: sections('CHANGED'),
      sectionsRenamed: sections('RENAMED'),
      sectionsMoved: sections('MOVED'),
    }
  },
})

const comparison = builder.objectRef<VersionComparison>('FilingComparison').implement({
  description:
    'Two versions of a filing (版本比对), by facts and wording: page and layout are no difference.',
  ...READ,
  fields: (t) => ({
    from: t.field({ type: filing, resolve: (row) => row.from }),
    to: t.field({ type: filing, resolve: (row) => row.to }),
    counts: t.field({ type: counts, resolve: (row) => row }),
    findings: t.field({
      type: connection('ComparedFinding', comparedFinding),
      description: 'New ones first, then those still open, then what was fixed.',
      ...PAGE_SIZE,
      args: {
        first: t.arg.int(),
        after: t.arg.string(),
        change: t.arg({ type: findingChange }),
      },
      resolve: async (row, args) => pageOfList(wanted(await row.findings(), args.change), args),
    }),
    facts: t.field({
      type: connection('ComparedFact', comparedFact),
      description: 'Figures that differ, in the order of the later version; removed ones last.',
      ...PAGE_SIZE,
      args: { first: t.arg.int(), after: t.arg.string(), change: t.arg({ type: factChange }) },
      resolve: async (row, args) => pageOfList(wanted(await row.facts(), args.change), args),
    }),
    sections: t.field({
      type: connection('ComparedSection', comparedSection),
      description: 'Sections whose wording differs, in the order of the later version.',
      ...PAGE_SIZE,
      args: {
        first: t.arg.int(),
        after: t.arg.string(),
        change: t.arg({ type: sectionChange }),
      },
      resolve: async (row, args) => {
        const { edges, pageInfo } = pageOfList(wanted(await row.sections(), args.change), args)
        const node = (section: ChangedSection) => ({ comparison: row, section })
        return { edges: edges.map((edge) => ({ ...edge, node: node(edge.node) })), pageInfo }
      },
    }),
  }),
})

function wanted<T extends { readonly change: string }>(
  list: readonly T[],
  change: T['change'] | null | undefined,
): readonly T[] {
  return change === null || change === undefined
    ? list
    : list.filter((one) => one.change === change)
}

builder.queryField('filingComparison', (t) =>
  t.field({
    type: comparison,
    nullable: true,
    description: 'A version of a filing against an earlier one; both were reviewed.',
    ...READ,
    args: {
      from: t.arg.id({ required: true, description: 'The earlier version.' }),
      to: t.arg.id({ required: true, description: 'The later version.' }),
    },
    resolve: async (_, args, context) => {
      const from = await findDocument(context, args.from)
      const to = await findDocument(context, args.to)
      if (from === null || to === null) return null
      const may = mayCompare(from, to)
      if (!may.ok) throw badInput(may)
      return new VersionComparison(context.documents.db, from, to)
    },
  }))
