/**
 * A graph server that is none: it answers the adapter's statements from lists in this process, over
 * the scripted stub, so that troubles can be put in between.
 */
import * as cypher from '../../subgraphs/risk-graph/bolt/cypher.ts'
import { type BoltStub, boltStub, type StubAnswer } from './bolt-stub.ts'

type Parameters = Readonly<Record<string, unknown>>

interface StubNode {
  readonly key: string
  readonly tenant: string
  readonly no: number
  readonly type: string
}

interface StubLink {
  readonly from: StubNode
  readonly to: StubNode
  readonly no: number
  readonly kind: number
  readonly day: number | null
}

/** @property trouble what is answered in place of the truth, when it answers anything */
export interface GraphStub extends BoltStub {
  trouble: ((statement: string, parameters: Parameters) => StubAnswer | undefined) | undefined
  /** Forgets everything, as a server without a disk does when it is started again. */
  forget(): void
}

const NOTHING: StubAnswer = { fields: [], rows: [] }

/** Starts one. It knows no transactions: what is written stays. */
export async function graphStub(): Promise<GraphStub> {
  const nodes = new Map<string, StubNode>()
  const links = new Map<string, Map<number, StubLink>>()
  const cursors = new Map<string, Parameters>()
  const at = (key: string) => [...links.get(key)?.values() ?? []]
  const hang = (node: StubNode, link: StubLink) => {
    const own = links.get(node.key) ?? new Map<number, StubLink>()
    links.set(node.key, own.set(link.no, link))
  }
  const other = (link: StubLink, key: string) => link.from.key === key ? link.to : link.from
  const held = ({ day }: StubLink, { fromDay, toDay }: Parameters) =>
    fromDay === null || fromDay === undefined || day === null ||
    (day >= (fromDay as number) && day <= (toDay as number))
  const rowsOf = (found: readonly { key: string; link: StubLink }[]): StubAnswer => ({
    fields: ['near', 'tenant', 'far', 'start', 'no', 'kind', 'day'],
    rows: found.map(({ key, link }) => {
      const far = other(link, key)
      const { no, kind, day } = link
      return [nodes.get(key)!.no, far.tenant, far.no, link.from.no, no, kind, day]
    }),
  })
  const linksAt = (p: Parameters, wanted: (link: StubLink, key: string) => boolean) =>
    rowsOf(
      (p.keys as string[]).flatMap((key) =>
        at(key).filter((link) => held(link, p) && wanted(link, key)).map((link) => ({ key, link }))
      ),
    )
  const nextTo = (p: Parameters) =>
    at(p.key as string).filter((link) =>
      held(link, p) && link.no >= (p.since as number) &&
      (p.type === null || other(link, p.key as string).type === p.type)
    )

  function answer(statement: string, p: Parameters): StubAnswer {
    switch (statement) {
      case cypher.PROBE_READ:
        return { fields: ['count'], rows: [[0]] }
      case cypher.READ_CURSOR: {
        const cursor = cursors.get(p.tenant as string)
        if (cursor === undefined) return NOTHING
        return {
          fields: ['entities', 'links', 'ends'],
          rows: [[cursor.entities, cursor.links, cursor.ends]],
        }
      }
      case cypher.MOVE_CURSOR: {
        const now = cursors.get(p.tenant as string) ?? { entities: 0, links: 0, ends: 0 }
        const after = p.after as Parameters
        if (['entities', 'links', 'ends'].some((part) => now[part] !== after[part])) return NOTHING
        cursors.set(p.tenant as string, p.next as Parameters)
        return { fields: ['links'], rows: [[0]] }
      }
      case cypher.PUT_ENTITIES:
        for (const row of p.rows as StubNode[]) {
          nodes.set(row.key, { ...row, tenant: p.tenant as string })
        }
        return NOTHING
      case cypher.PUT_LINKS: {
        const rows = p.rows as { no: number; from: string; to: string; kind: number; day: number }[]
        for (const { from, to, ...row } of rows) {
          const link = { ...row, from: nodes.get(from)!, to: nodes.get(to)! }
          hang(link.from, link)
          hang(link.to, link)
        }
        return { fields: ['count'], rows: [[rows.length]] }
      }
      case cypher.END_LINKS:
        for (const { from, no } of p.rows as { from: string; no: number }[]) {
          const link = links.get(from)!.get(no)!
          links.get(link.from.key)!.delete(no)
          links.get(link.to.key)!.delete(no)
        }
        return NOTHING
      case cypher.DEGREES:
        return {
          fields: ['tenant', 'near', 'degree'],
          rows: (p.keys as string[]).filter((key) => nodes.has(key)).map((key) => {
            const { tenant, no } = nodes.get(key)!
            return [tenant, no, at(key).length]
          }),
        }
      case cypher.LINKS_AT:
        return linksAt(p, ({ kind }) => p.kind === null || p.kind === kind)
      case cypher.LINKS_FROM:
        return linksAt(p, (link, key) => link.from.key === key)
      case cypher.LINKS_BETWEEN: {
        const inside = new Set(p.inside as string[])
        return linksAt(p, (link, key) => link.from.key === key && inside.has(link.to.key))
      }
      case cypher.COUNT_NEIGHBOURS:
        return { fields: ['count'], rows: [[nextTo(p).length]] }
      case cypher.PAGE_NEIGHBOURS:
        return rowsOf(
          nextTo(p).filter(({ no }) => p.before === null || no < (p.before as number))
            .sort((a, b) => b.no - a.no).slice(0, p.limit as number)
            .map((link) => ({ key: p.key as string, link })),
        )
    }
    // How far two are apart is not worked out: the search that follows finds it.
    if (statement.includes('AS hops')) return { fields: ['hops'], rows: [[1]] }
    return NOTHING
  }

  const stub = await boltStub((statement, p) =>
    graph.trouble?.(statement, p) ?? answer(statement, p)
  )
  const graph: GraphStub = {
    ...stub,
    trouble: undefined,
    forget() {
      for (const kept of [nodes, links, cursors]) kept.clear()
    },
  }
  return graph
}
