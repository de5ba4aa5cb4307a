import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reviewDocument } from '../../subgraphs/documents/review.ts'
import { readRules, SHIPPED_RULES } from '../../subgraphs/documents/rules/rule-set.ts'
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
    }))
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
