import { expect, it } from 'vitest'
import { EmbeddedGraph } from '../../subgraphs/risk-graph/embedded.ts'
import { NO_DAY } from '../../subgraphs/risk-graph/engine/days.ts'
import { eachEngine } from '../rig/engines.ts'
import { batchOf, rowsOf } from '../support/port-contract.ts'
import { granted } from '../support/rig.ts'
import { riskDesks } from '../support/risk.ts'

eachEngine((engine) => {
  const newDesk = riskDesks(engine)

  it('a graph behind the port is brought up to the record, and on from where it stands', async () => {
    const desk = await newDesk()
    const mirror = desk.running.mirror(desk.tenant)
    const port = new EmbeddedGraph()
    await desk.put(
      [['P1', 'person'], ['T1', 'phone', '13812345678'], ['T2', 'phone', '138 1234 5678'], [
        'P2',
        'person',
      ]],
      [['P1', 'T1', 'phone'], ['P2', 'T2', 'phone', '2026-01-02']],
    )
    expect(await mirror.project(port)).toEqual({ entities: 4, links: 3, ends: 0 })
    const near = async () =>
      Array.from(
        (await port.walk(mirror.ids.find('P1')!, { hops: 2, hubCap: 9, limit: 99 })).nodes,
        (no) => mirror.ids.name(no),
      )
    expect(await near()).toEqual(['P1', 'T1', 'T2', 'P2'])
    granted(
      await desk.running.commands(desk.investigator)
        .decideIdentity({ a: 'T1', b: 'T2', same: false, reason: '两部电话' }),
    )
    await desk.put([['P3', 'person']], [['P3', 'T1', 'phone']])
    const end = { entities: 5, links: 4, ends: 1 }
    expect(await mirror.project(port)).toEqual(end)
    expect(await near()).toEqual(['P1', 'T1', 'P3'])
    expect(await mirror.project(port)).toEqual(end)
  })

  it.each([
    ['entities', ['a', 'b', 'c'], 1],
    ['links', ['a', 'b'], 2],
  ])('a graph with more %s than the record has is refused', async (_, ids, links) => {
    const desk = await newDesk()
    await desk.put([['P1', 'person'], ['T1', 'phone']], [['P1', 'T1', 'phone']])
    const port = new EmbeddedGraph()
    const entities = ids.map((id) => ({ id, type: 'person' as const }))
    await port.upsert(batchOf({
      entities,
      links: rowsOf(Array.from({ length: links }, () => [0, 1, 1, NO_DAY])),
    }))
    await expect(desk.running.mirror(desk.tenant).project(port))
      .rejects.toMatchObject({ code: 'CURSOR_ELSEWHERE', retryable: false })
  })
})
