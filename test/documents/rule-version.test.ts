import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockReview, reviewDocument, reviewProject } from '../../subgraphs/documents/review.ts'
import { type CheckRules, SHIPPED_CHECKS } from '../../subgraphs/documents/rules/check-rules.ts'
import { readRules, type RuleSet, SHIPPED_RULES } from '../../subgraphs/documents/rules/rule-set.ts'
import { eachEngine } from '../rig/engines.ts'
import { openTest } from './fixtures/open.ts'
import { reportDocument, reportParts, reportPdf } from './fixtures/report.ts'

/** A rule that no report of ours follows in one year only: it must be proved by the other. */
const OWN = {
  statements: [{
    name: '存货等于应收账款',
    scope: 'balance',
    total: '存货',
    parts: [{ weight: 1, item: '应收账款', required: true }],
    tolerance: 0,
  }],
  sections: [],
}

describe('a set of rules', () => {
  it('that ships can be read, and is what a review uses', () => {
    expect(readRules(JSON.parse(JSON.stringify(SHIPPED_RULES)))).toMatchObject({ ok: true })
    const document = reportDocument(reportParts({ year: 2021 }))
    expect(reviewDocument(0, document).verified.length)
      .toBeGreaterThan(
        reviewDocument(0, document, { statements: [], sections: [] }).verified.length,
      )
  })

  it.each([
    [null, ''],
    [{ statements: [] }, ''],
    [{ statements: {}, sections: [] }, '/statements'],
    [{ statements: [{ ...OWN.statements[0], name: '' }], sections: [] }, '/statements/0/name'],
    [{ statements: [OWN.statements[0], OWN.statements[0]], sections: [] }, '/statements/1/name'],
    [{ statements: [{ ...OWN.statements[0], scope: 'x' }], sections: [] }, '/statements/0/scope'],
    [
      { statements: [{ ...OWN.statements[0], tolerance: 0.5 }], sections: [] },
      '/statements/0/tolerance',
    ],
    [{ statements: [{ ...OWN.statements[0], parts: [] }], sections: [] }, '/statements/0/parts'],
    [
      { statements: [{ ...OWN.statements[0], parts: [{ weight: 2, item: 'a' }] }], sections: [] },
      '/statements/0/parts/0',
    ],
    [
      { statements: [], sections: [{ name: 'a', scope: 'cash', total: 'b', tolerance: 0 }] },
      '/sections/0/heading',
    ],
    ...([
      [[], ''],
      [{ wordz: [] }, '/wordz'],
      [{ severities: { RATE_DIFFERS: 'fatal' } }, '/severities/RATE_DIFFERS'],
      [{ severities: { 'rate differs': 'error' } }, '/severities/rate differs'],
      [{ words: [{ wrong: '其它', right: '其他' }] }, '/words/0'],
      [{ words: [{ wrong: '其他', right: '其他', severity: 'error' }] }, '/words/0'],
      [{ laws: [{ name: '公司法', versions: [] }] }, '/laws/0/versions'],
      [
        {
          laws: [{
            name: '公司法',
            versions: [{ from: '2024-07-01', articles: 266 }, {
              from: '2018-10-26',
              articles: 218,
            }],
          }],
        },
        '/laws/0/versions',
      ],
      [
        { laws: [{ name: 'a', versions: [{ from: '2024-13-01', articles: 1 }] }] },
        '/laws/0/versions',
      ],
      [{ rates: { shares: { with: [], without: [] } } }, '/rates/shares'],
      [
        {
          rates: {
            shares: { with: [['占']], without: [] },
            growth: { with: [['增减']], without: [] },
            provedBy: 0,
            provedTimes: 4,
          },
        },
        '/rates/provedBy',
      ],
      [{ mentions: { items: [], notOurs: [] } }, '/mentions'],
      [{ typoEvidence: 1.5 }, '/typoEvidence'],
    ] as const).map(([checks, place]): [unknown, string] => [
      { ...OWN, checks },
      `/checks${place}`,
    ]),
  ])('%j is none', (value, place) => {
    expect(readRules(value)).toMatchObject({
      code: 'RULES_MALFORMED',
      place: `/input/body${place}`,
    })
  })

  it('of any JSON is read or refused, never thrown about', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(readRules(value).ok).toBe(false)
      expect(typeof readRules({ statements: [value], sections: [value] }).ok).toBe('boolean')
      const checks = {
        severities: value,
        words: [value],
        laws: [value],
        rates: value,
        mentions: value,
        typoEvidence: value,
      }
      for (const [part, of] of Object.entries(checks)) {
        const { ok } = readRules({ ...SHIPPED_RULES, checks: { [part]: of } })
        expect(typeof ok).toBe('boolean')
      }
    }))
  })
})

describe('rules of the checks are data:', () => {
  const withChecks = (checks: Partial<CheckRules>): RuleSet => ({ ...SHIPPED_RULES, checks })
  const parts = (changed: (text: string) => string) =>
    reportParts({ year: 2021 }).map((part) => typeof part === 'string' ? changed(part) : part)
  /** Findings of a report of which every sentence was put through a change. */
  const findingsOf = (checks: Partial<CheckRules>, changed = (text: string) => text) => {
    const document = reportDocument(parts(changed))
    const rules = withChecks(checks)
    const reviewed = reviewDocument(0, document, rules)
    return [
      ...new BlockReview(0, rules).take(document.blocks).findings,
      ...reviewed.findings,
      ...reviewProject([reviewed], { rules }).findings,
    ]
  }
  const wrongCapital = (text: string) => text.replace('壹佰贰拾叁万', '贰佰贰拾叁万')

  it('how grave a finding is, and whether there is one', () => {
    const severities = (checks: Partial<CheckRules>) =>
      findingsOf(checks, wrongCapital).map(({ code, severity }) => [code, severity])
    expect(severities({})).toEqual([['CAPITAL_DIFFERS', 'error']])
    expect(severities({ severities: { CAPITAL_DIFFERS: 'notice' } }))
      .toEqual([['CAPITAL_DIFFERS', 'notice']])
    expect(severities({ severities: { CAPITAL_DIFFERS: 'off' } })).toEqual([])
  })

  it('which words are wrong', () => {
    const words = [{ wrong: '复核', right: '核对', severity: 'notice' as const }]
    const found = findingsOf({ words })
    expect(found.length).toBeGreaterThan(0)
    expect(new Set(found.map(({ code, severity }) => `${code} ${severity}`)))
      .toEqual(new Set(['WORD_LISTED notice']))
    expect(found[0]!.message).toContain('“复核”应为“核对”')
  })

  it('which version of a law is in force', () => {
    const cited = [
      ...reportParts({ year: 2021 }),
      '根据《公司法》第二百三十条的规定，公司不存在违规情形。',
    ]
    const codes = (laws: CheckRules['laws']) =>
      reviewDocument(0, reportDocument(cited), withChecks({ laws })).findings
        .filter(({ check }) => check === 'law').map(({ code }) => code)
    expect(codes(SHIPPED_CHECKS.laws)).toEqual(['ARTICLE_NOWHERE'])
    const versions = [{ from: '2020-01-01', articles: 266 }]
    expect(codes([{ name: '公司法', versions }])).toEqual([])
    expect(codes([{ name: '公司法', versions, repealed: '2021-01-01', replacedBy: '新法' }]))
      // The report itself cites it, too.
      .toEqual(['LAW_REPEALED', 'LAW_REPEALED'])
  })

  it('by which headers a share is one, and how many rows prove it', () => {
    const verified = (rates: CheckRules['rates']) =>
      new BlockReview(0, withChecks({ rates })).take(
        reportDocument(reportParts({ year: 2021 })).blocks,
      ).verified.length
    const { rates } = SHIPPED_CHECKS
    const nothing = { with: [['没有这样的表头']], without: [] }
    expect(verified(rates)).toBeGreaterThan(verified({ ...rates, shares: nothing }))
    expect(verified({ ...rates, provedBy: 100 })).toBe(verified({ ...rates, shares: nothing }))
  })

  it('which items texts mention, and what makes a sentence speak of somebody else', () => {
    const { mentions } = SHIPPED_CHECKS
    const resolved = (of: CheckRules['mentions']) =>
      reviewDocument(
        0,
        reportDocument(reportParts({ year: 2021 })),
        withChecks({ mentions: of }),
      ).mentions.resolved
    expect(resolved(mentions)).toBeGreaterThan(0)
    expect(resolved({ ...mentions, items: ['货币(资金'] })).toBe(0)
    expect(resolved({ ...mentions, notOurs: ['公司', '元'] })).toBe(0)
  })
})

eachEngine((engine) => {
  it('is proposed by one, approved by another, and in force from its day', async () => {
    const t = await openTest(engine)
    await t.running.provision({ tenant: t.tenant, institutions: {} })
    const propose = async (effectiveFrom: string) =>
      (await t.ask(
        'other-maker',
        `mutation ($body: JSON!, $from: Date!) { done: proposeReviewRules(input: { body: $body, effectiveFrom: $from }) {
          ... on ReviewRules { version state } ... on ReviewRulesRefusal { code place } } }`,
        { body: OWN, from: effectiveFrom },
      )).done
    const decide = async (
      who: 'other-maker' | 'checker',
      version: number,
      approve = true,
      reason = '',
    ) =>
      (await t.ask(
        who,
        `mutation ($v: Int!, $a: Boolean!, $r: String) { done: decideReviewRules(input: { version: $v, approve: $a, reason: $r }) {
          ... on ReviewRules { state } ... on ReviewRulesRefusal { code } } }`,
        { v: version, a: approve, r: reason },
      )).done
    expect(await propose('2000-01-02')).toEqual({ version: 2, state: 'SUBMITTED' })
    expect(await decide('other-maker', 2)).toEqual({ code: 'SELF_APPROVAL' })
    expect(await decide('checker', 9)).toEqual({ code: 'PROPOSAL_UNKNOWN' })

    const { createFilingProject } = await t.ask(
      'maker',
      `mutation { createFilingProject(input: {
      name: "年报", issuer: "9152000071430580XT" }) { ... on FilingProject { id } } }`,
    )
    // Both years of the parent break the rule, one of the group's holds it.
    const parts = reportParts({ year: 2021 }).map((part) =>
      typeof part === 'string' || part[0]?.[1] !== '附注' ||
        !part.some((row) => row[0] === '少数股东权益')
        ? part
        : part.map((row) =>
          row[0] === '存货' ? row.with(2, part.find((r) => r[0] === '应收账款')![2]!) : row
        )
    )
    await t.ask(
      'maker',
      `mutation ($input: AddFilingDocumentInput!) { addFilingDocument(input: $input) { __typename } }`,
      {
        input: {
          project: createFilingProject.id,
          name: '年报.pdf',
          file: await t.upload(reportPdf(parts)),
        },
      },
    )
    const rulesOf = async () => {
      await t.reviewed(createFilingProject.id)
      const { filingProject } = await t.ask(
        'maker',
        `query ($id: ID!) { filingProject(id: $id) {
        findings(first: 100, check: "statement") { edges { node { message presence } } } } }`,
        {
          id: createFilingProject.id,
        },
      )
      return filingProject.findings.edges
        .filter(({ node }: { node: { presence: string } }) => node.presence !== 'FIXED')
        .map(({ node }: { node: { message: string } }) => /存货等于应收账款/.test(node.message))
    }
    expect(await rulesOf()).not.toContain(true)
    expect(await decide('checker', 2)).toEqual({ state: 'APPROVED' })
    expect(await decide('checker', 2)).toEqual({ code: 'PROPOSAL_STATE' })
    const found = await rulesOf()
    expect(found.length).toBeGreaterThan(0)
    expect(found).not.toContain(false)
    // What is in force from a later day changes nothing yet.
    expect(await propose('2999-01-01')).toMatchObject({ version: 3 })
    expect(await decide('checker', 3, false)).toEqual({ code: 'REASON_MISSING' })
    const { reviewRules } = await t.ask('maker', `{ reviewRules { version state draftedBy } }`)
    expect(reviewRules).toMatchObject([
      { version: 1, state: 'APPROVED' },
      { version: 2, state: 'APPROVED', draftedBy: 'other-maker' },
      { version: 3, state: 'SUBMITTED' },
    ])
  }, 60_000)
})
