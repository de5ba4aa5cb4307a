import { expect, it } from 'vitest'
import { EmbeddedGraph } from '../../subgraphs/risk-graph/embedded.ts'
import { eachEngine } from '../rig/engines.ts'
import { granted } from '../support/rig.ts'
import { riskDesks } from '../support/risk.ts'

eachEngine((engine) => {
  const newDesk = riskDesks(engine)

  it('a graph behind the port is brought up to the record, and on from where it stands', async () => {
    const desk = await newDesk()
    const port = new EmbeddedGraph()
    await desk.put(
      [['P1', 'person'], ['T1', 'phone', '13812345678'], ['T2', 'phone', '138 1234 5678'], [
        'P2',
        'person',
      ]],
      [['P1', 'T1', 'phone'], ['P2', 'T2', 'phone', '2026-01-02']],
    )
    expect(await desk.running.project(desk.tenant, port)).toEqual({
      entities: 4,
      links: 3,
      ends: 0,
    })
    const near = async () =>
      (await port.walk('P1', { hops: 2, hubCap: 9, limit: 99 }))!.nodes.map(({ id }) => id)
    expect(await near()).toEqual(['P1', 'T1', 'T2', 'P2'])
    granted(
      await desk.running.commands(desk.investigator)
        .decideIdentity({ a: 'T1', b: 'T2', same: false, reason: '两部电话' }),
    )
    await desk.put([['P3', 'person']], [['P3', 'T1', 'phone']])
    expect(await desk.running.project(desk.tenant, port)).toEqual({
      entities: 5,
      links: 4,
      ends: 1,
    })
    expect(await near()).toEqual(['P1', 'T1', 'P3'])
    expect(await desk.running.project(desk.tenant, port)).toEqual({
      entities: 5,
      links: 4,
      ends: 1,
    })
  })
})
