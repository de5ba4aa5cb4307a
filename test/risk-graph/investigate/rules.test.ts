import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../subgraphs/kernel/canonical-json.ts'
import type { AlertReport } from '../../../subgraphs/risk-graph/detect/report.ts'
import {
  actOn,
  type CaseAction,
  type CaseNow,
} from '../../../subgraphs/risk-graph/investigate/case-state.ts'
import {
  alertCsv,
  alertGraphml,
  evidencePack,
} from '../../../subgraphs/risk-graph/investigate/pack.ts'
import { qualityOf, wilson } from '../../../subgraphs/risk-graph/investigate/quality.ts'
import { maskAttributes, maskName } from '../../../subgraphs/risk-graph/masking.ts'
import { refusal } from '../../support/rig.ts'

describe('a case', () => {
  const open: CaseNow = { state: 'OPEN', assignee: null, outcome: null }
  const after = (actions: readonly CaseAction[], actor = 'ann') =>
    actions.reduce((now, action) => {
      const next = actOn(now, action, actor)
      if (!next.ok) throw new Error(next.code)
      return next.value
    }, open)

  it('goes from open to assigned to closed, and back when it is opened again', () => {
    const closed = after([{ kind: 'ASSIGN', to: 'ann' }, { kind: 'CLOSE', outcome: 'CONFIRMED' }])
    expect(closed).toEqual({ state: 'CLOSED', assignee: 'ann', outcome: 'CONFIRMED' })
    expect(actOn(closed, { kind: 'REOPEN' }, 'bob'))
      .toEqual({ ok: true, value: { state: 'ASSIGNED', assignee: 'ann', outcome: null } })
  })

  it('is closed by its assignee alone, and once', () => {
    const close: CaseAction = { kind: 'CLOSE', outcome: 'UNFOUNDED' }
    expect(refusal(actOn(open, close, 'ann'))).toBe('NOT_ASSIGNEE')
    const assigned = after([{ kind: 'ASSIGN', to: 'ann' }])
    expect(refusal(actOn(assigned, close, 'bob'))).toBe('NOT_ASSIGNEE')
    const closed = after([{ kind: 'ASSIGN', to: 'ann' }, close])
    for (const action of [close, { kind: 'NOTE' }, { kind: 'ASSIGN', to: 'bob' }] as CaseAction[]) {
      expect(refusal(actOn(closed, action, 'ann'))).toBe('CASE_CLOSED')
    }
    expect(refusal(actOn(assigned, { kind: 'REOPEN' }, 'ann'))).toBe('CASE_NOT_CLOSED')
  })

  it('has an outcome exactly while it is closed, whatever is done to it', () => {
    const action: fc.Arbitrary<CaseAction> = fc.oneof(
      fc.record({ kind: fc.constant('ASSIGN' as const), to: fc.constantFrom('ann', 'bob') }),
      fc.constant({ kind: 'NOTE' as const }),
      fc.record({
        kind: fc.constant('CLOSE' as const),
        outcome: fc.constantFrom('CONFIRMED' as const, 'UNCLEAR' as const),
      }),
      fc.constant({ kind: 'REOPEN' as const }),
    )
    fc.assert(fc.property(fc.array(fc.tuple(action, fc.constantFrom('ann', 'bob'))), (steps) => {
      let now = open
      for (const [step, actor] of steps) {
        const next = actOn(now, step, actor)
        if (next.ok) now = next.value
        expect(now.outcome !== null).toBe(now.state === 'CLOSED')
        expect(now.assignee === null).toBe(now.state === 'OPEN')
      }
    }))
  })
})

describe('the quality of rules', () => {
  it('has precision from alerts and recall from those drawn at random', () => {
    const quality = qualityOf({
      alerts: { confirmed: 8, unfounded: 2 },
      sample: { confirmed: 1, unfounded: 99 },
      unalerted: 4_000,
      membersPerAlert: 5,
    })
    // 40 people caught, and one in a hundred of 4,000 missed.
    expect(quality).toMatchObject({ precision: 0.8, recall: 0.5 })
    expect(quality.recallLow!).toBeLessThan(0.5)
    expect(quality.recallHigh!).toBeGreaterThan(0.5)
    expect([quality.precisionLow, quality.precisionHigh]).toEqual([...wilson(8, 10)])
  })

  it('says nothing where nothing is known', () => {
    const none = { confirmed: 0, unfounded: 0 }
    const quality = { alerts: none, sample: none, unalerted: 10, membersPerAlert: 5 }
    expect(qualityOf(quality)).toEqual({
      precision: null,
      precisionLow: null,
      precisionHigh: null,
      recall: null,
      recallLow: null,
      recallHigh: null,
    })
    expect(qualityOf({ ...quality, alerts: { confirmed: 3, unfounded: 1 } }))
      .toMatchObject({ precision: 0.75, recall: null })
  })

  it('is as uncertain as Wilson says', () => {
    const [low, high] = wilson(10, 100)
    expect([low, high].map((share) => Math.round(share * 1000))).toEqual([55, 174])
    expect(wilson(0, 10)[0]).toBe(0)
  })
})

describe('an export', () => {
  const alert: AlertReport = {
    alert: 'alr_1',
    version: 1,
    rule: 'ring@1',
    score: 0.9,
    members: ['P1', 'P2'],
    memberScores: { P1: 1, P2: 0.5 },
    claims: ['C1'],
    shared: [],
    path: [],
    parts: [],
    features: {} as AlertReport['features'],
    hubs: [],
    evidence: [
      { id: 'lnk_1', from: 'P1', to: 'C<1>&"', kind: '=cmd()', on: '2026-01-02' },
      { id: 'lnk_2', from: 'P2', to: 'C<1>&"', kind: '甲,乙\n', on: null },
    ],
  }
  const entities = [
    { id: 'P1', type: 'person', name: '张***' },
    { id: 'P2', type: 'person', name: '李\u0007***' },
    { id: 'C<1>&"', type: 'claim', name: ']]>' },
  ]

  it('to CSV is read back by another reader, and runs no formula', () => {
    const rows = parse(alertCsv(alert), { bom: true, columns: true }) as Record<string, string>[]
    expect(rows).toEqual([
      { evidence: 'lnk_1', from: 'P1', kind: "'=cmd()", to: 'C<1>&"', on: '2026-01-02' },
      { evidence: 'lnk_2', from: 'P2', kind: '甲,乙\n', to: 'C<1>&"', on: '' },
    ])
  })

  it('to GraphML is XML whatever the names, with members marked', () => {
    const text = alertGraphml(alert, entities)
    expect(XMLValidator.validate(text)).toBe(true)
    const { graphml } = new XMLParser({ ignoreAttributes: false, isArray: () => false }).parse(text)
    expect(graphml.graph.node.map((node: Record<string, string>) => node['@_id']))
      .toEqual(['P1', 'P2', 'C<1>&"'])
    expect(graphml.graph.edge).toHaveLength(2)
  })

  it('to an evidence pack has a hash for each part and one over all', () => {
    const content = {
      alert,
      entities,
      rules: { threshold: 0.5 },
      baseline: {},
      history: [],
      madeBy: 'ann',
      madeAt: '2026-11-23T04:00:00.000Z',
    }
    const pack = JSON.parse(evidencePack(content))
    const sha = (text: string) => createHash('sha256').update(text).digest('hex')
    for (const { value, sha256 } of pack.parts) expect(sha(canonicalJson(value))).toBe(sha256)
    expect(pack.root).toBe(
      sha(
        pack.parts.map((p: { name: string; sha256: string }) => `${p.name} ${p.sha256}\n`).join(''),
      ),
    )
    const changed = JSON.parse(evidencePack({ ...content, alert: { ...alert, score: 0.8 } }))
    expect(changed.root).not.toBe(pack.root)
  })
})

describe('masking', () => {
  it.each(
    [
      ['person', '张三丰', '张***'],
      ['person', '张', '*'],
      ['phone', '13812345678', '138***78'],
      ['vehicle', '粤B12345', '粤B***5'],
      ['address', '深圳市南山区科技园', '深圳市南***'],
      ['account', '6222000000001234', '***1234'],
      ['claim', 'C000123', 'C000123'],
    ] as const,
  )('of a %s named %s shows %s', (type, name, shown) => {
    expect(maskName(type, name)).toBe(shown)
  })

  it('shows which attributes a person has, and of none what they are', () => {
    expect(maskAttributes('person', { idNumber: '1', nested: { a: 1 } }))
      .toEqual({ idNumber: '***', nested: '***' })
    expect(maskAttributes('claim', { amount: '1.00' })).toEqual({ amount: '1.00' })
  })

  it('never shows the whole of a name of a person', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !text.includes('*'))
    fc.assert(
      fc.property(name, fc.constantFrom('person', 'phone', 'account', 'address', 'vehicle'), (
        text,
        type,
      ) => {
        expect(maskName(type as 'person', text)).not.toContain(text)
      }),
    )
  })
})
