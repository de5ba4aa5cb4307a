/**
 * Entities and links: what an investigator looks at, walks along and opens.
 */
import { loadOne } from '../../kernel/batch.ts'
import { readPageArgs } from '../../kernel/builder.ts'
import { pageOf } from '../../kernel/page.ts'
import { isPersonal, maskAttributes, maskName } from '../masking.ts'
import { ENTITY_TYPES, type EntityType } from '../record.ts'
import type { NeighbourPage, Walk, Way, Ways } from '../port.ts'
import type { LinkRow } from '../store/record.ts'
import {
  ask,
  bounded,
  builder,
  connection,
  entity,
  findEntity,
  findLink,
  limited,
  link,
  linkId,
  namesOf,
  type Node,
  nodeOf,
  READ,
  type RiskContext,
  windowOf,
} from './base.ts'

const HOPS_MAX = 6
const NODES_MAX = 1_000
const HUB_CAP = 50
const HUB_CAP_MAX = 10_000
const PATHS_MAX = 20
/** Edges looked at for one question about paths: a few milliseconds. */
const PATH_EFFORT = 200_000

export const entityType = builder.enumType('RiskEntityType', {
  values: Object.fromEntries(
    ENTITY_TYPES.map((type) => [type.toUpperCase(), { value: type }]),
  ) as Record<string, { value: EntityType }>,
})

/** Links that entities have, together for all that one answer shows. */
const degreeOf: (context: RiskContext, no: string) => Promise<number> = async (context, no) =>
  (await degreesOf(context, no))!.degree
const degreesOf = loadOne(
  async (context: RiskContext, keys: readonly string[]) => {
    const nos = keys.map(Number)
    const degrees = await ask(context, (graph) => graph.degrees(nos))
    return nos.map((no, i) => ({ no, degree: degrees[i]! }))
  },
  ({ no }) => String(no),
)

/** Kinds by number, as the tenant has them. */
const kindOf = async (row: LinkRow, context: RiskContext) =>
  (await namesOf(context)).kinds[Number(row.kind)]!

link.implement({
  description: 'A link of the record. Its id is what alerts name as evidence.',
  fields: (t) => ({
    id: t.id({ resolve: (row) => linkId(row.no) }),
    from: t.field({ type: entity, resolve: (row) => ({ no: Number(row.from_no) }) }),
    to: t.field({ type: entity, resolve: (row) => ({ no: Number(row.to_no) }) }),
    kind: t.string({
      description: 'As the source calls it; same-as where two entities were found to be one.',
      resolve: (row, _, context) => kindOf(row, context),
    }),
    on: t.field({
      type: 'Date',
      nullable: true,
      description: 'When it held or happened; absent when the source does not say.',
      resolve: (row) => row.valid_on === '' ? null : row.valid_on,
    }),
    recordedAt: t.field({ type: 'DateTime', resolve: (row) => row.recorded_at }),
    source: t.string({
      description: 'The load or command that it came with, and the line of its file.',
      resolve: (row) => row.line === 0n ? row.batch : `${row.batch}:${row.line}`,
    }),
  }),
})

type Linked = NeighbourPage['links'][number]

const linked = builder.objectRef<Linked>('RiskNeighbour').implement({
  description: 'An entity next to another, and the link between them.',
  fields: (t) => ({
    entity: t.field({ type: entity, resolve: ({ neighbour }) => ({ no: neighbour }) }),
    link: t.field({
      type: link,
      resolve: async ({ link }, _, context) => (await findLink(context, String(link)))!,
    }),
  }),
})

interface LinkPage {
  readonly total: number
  readonly page: ReturnType<typeof pageOf<Linked>>
}

const neighbourConnection = builder.objectRef<LinkPage>('RiskNeighbourPage').implement({
  description: 'Neighbours to open one screen at a time: 20 of 4,312.',
  fields: (t) => ({
    total: t.exposeInt('total'),
    page: t.field({
      type: connection('RiskNeighbour', linked),
      resolve: ({ page }) => page,
    }),
  }),
})

entity.implement({
  description: 'A person, vehicle, claim or other thing of the graph. Personal data is masked.',
  ...READ,
  fields: (t) => ({
    id: t.id({ resolve: async ({ no }, _, context) => (await namesOf(context)).ids.name(no) }),
    type: t.field({
      type: entityType,
      resolve: async ({ no }, _, context) => (await namesOf(context)).typeOf(no),
    }),
    name: t.string({
      description: 'Masked where it tells of a person; `revealRiskEntity` shows it.',
      resolve: async ({ no }, _, context) => {
        const { name } = (await findEntity(context, String(no)))!
        return maskName((await namesOf(context)).typeOf(no), name)
      },
    }),
    masked: t.boolean({
      resolve: async ({ no }, _, context) => isPersonal((await namesOf(context)).typeOf(no)),
    }),
    attributes: t.field({
      type: 'JSON',
      description: 'What the source tells; of a person, only which attributes there are.',
      resolve: async ({ no }, _, context) => {
        const { attributes } = (await findEntity(context, String(no)))!
        return maskAttributes((await namesOf(context)).typeOf(no), JSON.parse(attributes))
      },
    }),
    degree: t.int({
      description: 'How many links it has.',
      resolve: ({ no }, _, context) => degreeOf(context, String(no)),
    }),
    neighbours: t.field({
      type: neighbourConnection,
      description: 'Newest link first.',
      args: {
        first: t.arg.int(),
        after: t.arg.string(),
        type: t.arg({ type: entityType }),
        from: t.arg({ type: 'Date', description: 'Links of no earlier day.' }),
        to: t.arg({ type: 'Date', description: 'Links of no later day.' }),
      },
      resolve: async ({ no }, args, context) => {
        const page = readPageArgs(args)
        const query = {
          type: args.type ?? undefined,
          window: windowOf(args),
          before: /^\d+$/.test(page.after ?? '') ? Number(page.after) : undefined,
          limit: page.limit + 1,
        }
        const { total, links } = await ask(context, (graph) => graph.neighbours(no, query))
        return { total, page: pageOf(links, page.limit, ({ link }) => String(link)) }
      },
    }),
  }),
})
builder.asEntity(entity, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: async ({ id }, context) => await nodeOf(context, id) as Node,
})

const placed = builder.objectRef<{ no: number; depth: number }>('RiskPlacedEntity').implement({
  fields: (t) => ({
    entity: t.field({ type: entity, resolve: ({ no }) => ({ no }) }),
    distance: t.exposeInt('depth', { description: 'Steps from the entity asked about.' }),
  }),
})

const around = builder.objectRef<Walk>('RiskNeighbourhood').implement({
  description: 'What lies around an entity, and the links among it: a link chart.',
  fields: (t) => ({
    entities: t.field({
      type: [placed],
      resolve: ({ nodes, depths }) => Array.from(nodes, (no, i) => ({ no, depth: depths[i]! })),
    }),
    links: t.field({
      type: [link],
      resolve: async ({ links }, _, context) =>
        await Promise.all(
          Array.from(links.subarray(0, NODES_MAX * 3), async (no) =>
            (await findLink(context, String(no)))!),
        ),
    }),
    hubs: t.field({
      type: [entity],
      description: 'Entities with so many links that what lies beyond them was left out.',
      resolve: ({ hubs }) => hubs.map((no) => ({ no })),
    }),
    cut: t.exposeBoolean('cut', { description: 'Whether there is more than `limit` entities.' }),
  }),
})

const way = builder.objectRef<Way>('RiskPath')
  .implement({
    fields: (t) => ({
      entities: t.field({
        type: [entity],
        resolve: ({ nodes }) => nodes.map((no) => ({ no })),
      }),
      links: t.field({
        type: [link],
        resolve: async ({ links }, _, context) =>
          await Promise.all(links.map(async (no) => (await findLink(context, String(no)))!)),
      }),
    }),
  })

const ways = builder.objectRef<Ways>('RiskPaths').implement({
  fields: (t) => ({
    paths: t.field({ type: [way], resolve: ({ ways }) => [...ways] }),
    cut: t.exposeBoolean('cut', {
      description: 'Whether the search was ended by its effort: longer paths may be missing.',
    }),
  }),
})

builder.queryFields((t) => ({
  riskEntity: t.field({
    type: entity,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) => await nodeOf(context, id) ?? null,
  }),
  riskNeighbourhood: t.field({
    type: around,
    nullable: true,
    ...READ,
    ...limited('entities', 'links', 'hubs'),
    description: 'Null when there is no such entity.',
    args: {
      id: t.arg.id({ required: true }),
      hops: t.arg.int({ description: `1 to ${HOPS_MAX}; 2 by default.` }),
      hubCap: t.arg.int({ description: `Entities with more links end the walk; ${HUB_CAP}.` }),
      limit: t.arg.int({ description: `At most ${NODES_MAX} entities; 300 by default.` }),
      from: t.arg({ type: 'Date' }),
      to: t.arg({ type: 'Date' }),
    },
    resolve: async (_, args, context) => {
      const hops = bounded('hops', args.hops, 2, HOPS_MAX)
      const hubCap = bounded('hubCap', args.hubCap, HUB_CAP, HUB_CAP_MAX)
      const limit = bounded('limit', args.limit, 300, NODES_MAX)
      const node = await nodeOf(context, args.id)
      if (node === undefined) return null
      const window = windowOf(args)
      const query = { hops, hubCap, limit, window }
      return await ask(context, (graph) => graph.walk(node.no, query))
    },
  }),
  riskPaths: t.field({
    type: ways,
    nullable: true,
    ...READ,
    ...limited('paths'),
    description: 'Ways between two entities, shortest first. Null when one of them is unknown.',
    args: {
      a: t.arg.id({ required: true }),
      b: t.arg.id({ required: true }),
      maxHops: t.arg.int({ description: `1 to ${HOPS_MAX}; 4 by default.` }),
      hubCap: t.arg.int(),
      limit: t.arg.int({ description: `1 to ${PATHS_MAX}; 5 by default.` }),
      from: t.arg({ type: 'Date' }),
      to: t.arg({ type: 'Date' }),
    },
    resolve: async (_, args, context) => {
      const maxHops = bounded('maxHops', args.maxHops, 4, HOPS_MAX)
      const hubCap = bounded('hubCap', args.hubCap, HUB_CAP, HUB_CAP_MAX)
      const count = bounded('limit', args.limit, 5, PATHS_MAX)
      const [a, b] = [await nodeOf(context, args.a), await nodeOf(context, args.b)]
      if (a === undefined || b === undefined) return null
      const window = windowOf(args)
      const query = { maxHops, hubCap, count, window, effort: PATH_EFFORT }
      return await ask(context, (graph) => graph.ways(a.no, b.no, query))
    },
  }),
}))
