import { describe, expect, it } from 'vitest'
import { snapshotOf } from '../../../subgraphs/risk-graph/detect/snapshot.ts'
import { Mirror } from '../../../subgraphs/risk-graph/mirror.ts'
import type { RiskTables } from '../../../subgraphs/risk-graph/tables.ts'
import type { Store } from '../../../subgraphs/kernel/store.ts'
import { eachEngine } from '../../rig/engines.ts'
import { entitiesCsv, linksCsv, quote, type RiskDesk, riskDesks } from '../../support/risk.ts'
import { findings } from '../../support/rig.ts'

const ENTITIES = entitiesCsv([
  ['P1', 'person', '张三'],
  ['P2', 'person', '李四', { note: '逗号,"引号"' }],
  ['C1', 'claim'],
  ['T1', 'phone', '138 1234 5678'],
  ['T2', 'phone', '+86-138-1234-5678'],
])
const LINKS = linksCsv([
  ['P1', 'C1', 'claimant', '2026-01-02'],
  ['P1', 'T1', 'phone'],
  ['P2', 'T2', 'phone', '2026-01-03T23:30:00Z'],
])

const faults = async (desk: RiskDesk, id: string) =>
  (await desk.running.faults(desk.tenant, id, 100)).map(({ file, line, code }) =>
    `${file}:${line} ${code}`
  )

/** Every link of a graph as names, with its kind. */
async function linksOf(mirror: Mirror): Promise<string[]> {
  const { from, to, kind, gone } = await snapshotOf(mirror)
  const { ids, kinds } = mirror
  return Array.from(gone.keys()).filter((link) => gone[link] === 0)
    .map((link) => `${ids.name(from[link]!)} ${kinds[kind[link]!]} ${ids.name(to[link]!)}`)
    .toSorted()
}

function anew(desk: RiskDesk): Mirror {
  const store = desk.running.store as unknown as Store<RiskTables>
  return new Mirror(store, desk.tenant, { report: (error) => desk.rig.reported.push(error) })
}

eachEngine((engine) => {
  const newDesk = riskDesks(engine)

  describe('a load', () => {
    it('takes entities and links in, finds what is one, and adds nothing the second time', async () => {
      const desk = await newDesk()
      const first = await desk.load({ 'entities.csv': ENTITIES, 'links.csv': LINKS })
      expect(first).toMatchObject({
        state: 'DONE',
        progress: { entities: 5, links: 3, refused: 0, repeated: 0, merged: 1 },
      })
      const links = ['P1 claimant C1', 'P1 phone T1', 'P2 phone T2', 'T1 same-as T2']
      expect(await linksOf(desk.running.mirror(desk.tenant))).toEqual(links)
      const again = await desk.load({ 'entities.csv': ENTITIES, 'links.csv': LINKS })
      expect(again.progress).toMatchObject({ entities: 0, links: 0, repeated: 8, merged: 0 })
      expect(await linksOf(desk.running.mirror(desk.tenant))).toEqual(links)
      expect(await findings(desk.running)).toEqual([])
    })

    it('reports each broken row by its line, and takes in all others', async () => {
      const desk = await newDesk()
      const { id, state, progress } = await desk.load({
        'entities.csv': [
          'id,type,name,attributes',
          'P1,person,张三,',
          'X,robot,x,',
          'P2,person,李四,{',
          ',person,nobody,',
          'P3,person',
          'C1,claim,c,{}',
          'P1,vehicle,x,',
          `P4,person,x,${quote('{"a":"\\u0000"}')}`,
          '"P5,person,open',
        ].join('\n'),
        'links.csv': [
          'from,to,kind,on',
          'P1,C1,claimant,2026-01-02',
          'P1,P1,self,',
          'P1,GONE,claimant,',
          'GONE,C1,claimant,',
          'P1,C1,claimant,2026-02-30',
          'P1,C1,,2026-02-03',
          'P1,C1,same-as,',
          'P1,C1,claimant,2026-01-02',
        ].join('\r\n'),
      })
      expect(state).toBe('DONE')
      expect(progress).toMatchObject({ rows: 17, entities: 2, links: 1, repeated: 1, refused: 13 })
      expect(await faults(desk, id)).toEqual([
        'entities.csv:3 TYPE_UNKNOWN',
        'entities.csv:4 ATTRIBUTES_MALFORMED',
        'entities.csv:5 COLUMN_MISSING',
        'entities.csv:6 COLUMN_COUNT',
        'entities.csv:8 TYPE_CONFLICT',
        'entities.csv:9 ATTRIBUTES_MALFORMED',
        'entities.csv:10 QUOTE_NOT_CLOSED',
        'links.csv:3 SELF_LOOP',
        'links.csv:4 ENDPOINT_UNKNOWN',
        'links.csv:5 ENDPOINT_UNKNOWN',
        'links.csv:6 DATE_MALFORMED',
        'links.csv:7 COLUMN_MISSING',
        'links.csv:8 KIND_MALFORMED',
      ])
      expect(await findings(desk.running)).toEqual([])
    })

    it('keeps each version of an entity that is told otherwise', async () => {
      const desk = await newDesk()
      await desk.put([['P1', 'person', '张三']], [])
      const { progress } = await desk.load({
        'entities.csv': entitiesCsv([['P1', 'person', '张三丰', { vip: true }]]),
      })
      expect(progress).toMatchObject({ entities: 0, changed: 1 })
      const db = desk.context(desk.investigator).risk.db
      const rows = await db.selectFrom('entity').select(['version', 'name'])
        .where('tenant_id', '=', desk.tenant).orderBy('version').execute()
      expect(rows).toEqual([{ version: 1n, name: '张三' }, { version: 2n, name: '张三丰' }])
    })

    it('is the same graph when it is read anew from the record', async () => {
      const desk = await newDesk()
      await desk.put(
        Array.from({ length: 40 }, (_, i) => [`P${i}`, i % 2 ? 'person' : 'claim'] as const),
        Array.from({ length: 60 }, (_, i) => [`P${i % 40}`, `P${(i * 7 + 1) % 40}`, `k${i % 5}`])
          .filter(([a, b]) => a !== b) as [string, string, string][],
      )
      const running = desk.running.mirror(desk.tenant)
      const fresh = anew(desk)
      expect(await snapshotOf(fresh)).toEqual(await snapshotOf(running))
      expect([...fresh.types]).toEqual([...running.types])
    })

    it('tells other tenants nothing, though ids are the same', async () => {
      const [ours, theirs] = [await newDesk(), await newDesk()]
      await ours.put([['P1', 'person', '我们的'], ['C1', 'claim']], [['P1', 'C1', 'claimant']])
      await theirs.put([['C1', 'claim'], ['P1', 'person', '他们的']], [])
      expect(await linksOf(theirs.running.mirror(theirs.tenant))).toEqual([])
      expect(theirs.running.mirror(theirs.tenant).ids.size).toBe(2)
      const { id } = await ours.load({ 'links.csv': linksCsv([['P1', 'NOPE', 'x']]) })
      expect(await faults(ours, id)).toEqual(['links.csv:2 ENDPOINT_UNKNOWN'])
      expect(await faults(theirs, id)).toEqual([])
    })

    it.each([
      [{ 'entities.csv': '' }, /^FILE_EMPTY/],
      [{ 'entities.csv': 'id,name\nP1,x' }, /^COLUMN_MISSING: entities.csv has no column type/],
      [{ 'links.csv': 'from,to\na,b' }, /^COLUMN_MISSING: links.csv has no column kind/],
    ])('fails with what is wrong with a file that cannot be used: %j', async (files, error) => {
      const desk = await newDesk()
      expect(await desk.load(files as Record<string, string>)).toMatchObject({
        state: 'FAILED',
        error: expect.stringMatching(error),
      })
    })
  })

  describe('a mapping', () => {
    const mapping = {
      files: [
        {
          file: 'claims.csv',
          delimiter: ';',
          key: ['claim_no'],
          entities: [
            { id: 'claim:{claim_no}', type: 'claim', name: '{claim_no}' },
            {
              id: 'person:{id_card}',
              type: 'person',
              name: '{name}',
              attributes: { idCard: '{id_card}' },
            },
            { id: 'phone:{phone}', type: 'phone', name: '{phone}' },
          ],
          links: [
            { from: 'person:{id_card}', to: 'claim:{claim_no}', kind: 'claimant', on: '{date}' },
            { from: 'person:{id_card}', to: 'phone:{phone}', kind: 'phone' },
          ],
        },
        {
          file: 'garages.jsonl',
          format: 'jsonl',
          entities: [{ id: 'garage:{shop.name|fold}', type: 'garage', name: '{shop.name}' }],
          links: [{ from: 'claim:{claim}', to: 'garage:{shop.name|fold}', kind: 'repaired-at' }],
        },
        {
          file: 'devices.json',
          format: 'json',
          entities: [{ id: 'device:{imei}', type: 'device' }],
          links: [{ from: 'claim:{claim}', to: 'device:{imei}', kind: 'reported-by' }],
        },
      ],
    }

    it('turns rows of CSV, lines of JSON and lists in JSON into entities and links', async () => {
      const desk = await newDesk()
      const { state, progress, id } = await desk.load({
        'claims.csv':
          'claim_no;name;id_card;phone;date\nA1;张三;110101199001011234;13812345678;2026-01-01\nA2;李四;;;2026-01-02\n;x;1;2;\n',
        'garages.jsonl':
          '{"claim":"A1","shop":{"name":"城东 修理厂"}}\n\nnot json\n{"claim":"A2","shop":{"name":" 城东  修理厂"}}\n{"claim":"A9","shop":{"name":"别处"}}',
        'devices.json': '[{"claim":"A1","imei":861234567890123},7]',
      }, mapping)
      expect(state).toBe('DONE')
      expect(progress).toMatchObject({ entities: 7, refused: 4 })
      expect(await linksOf(desk.running.mirror(desk.tenant))).toEqual([
        'claim:A1 repaired-at garage:城东 修理厂',
        'claim:A1 reported-by device:861234567890123',
        'claim:A2 repaired-at garage:城东 修理厂',
        'person:110101199001011234 claimant claim:A1',
        'person:110101199001011234 phone phone:13812345678',
      ])
      expect(await faults(desk, id)).toEqual([
        'claims.csv:4 COLUMN_MISSING',
        'devices.json:2 JSON_MALFORMED',
        'garages.jsonl:3 JSON_MALFORMED',
        'garages.jsonl:5 ENDPOINT_UNKNOWN',
      ])
    })

    it('that cannot be used is refused before anything is read', async () => {
      const desk = await newDesk()
      const failed = await desk.load({ 'x.csv': 'a\n1' }, { files: [{ file: '../x.csv' }] })
      expect(failed).toMatchObject({
        state: 'FAILED',
        error: expect.stringMatching(/^MAPPING_MALFORMED/),
      })
    })
  })
})
