/**
 * Laws that filings cite: versions, the day each came into force, how many articles it has.
 *
 * Figures from the published texts of the National People's Congress. A law that is not here is not
 * checked.
 */

/** @property from the day it came into force @property articles how many it has */
export interface LawVersion {
  readonly from: string
  readonly articles: number
}

/** @property versions oldest first @property repealed the day from which it is no longer in force */
export interface Law {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly versions: readonly LawVersion[]
  readonly repealed?: string
  readonly replacedBy?: string
}

const CODE = { repealed: '2021-01-01', replacedBy: '民法典' } as const

export const LAWS: readonly Law[] = [
  {
    name: '公司法',
    versions: [
      { from: '2014-03-01', articles: 218 },
      { from: '2018-10-26', articles: 218 },
      { from: '2024-07-01', articles: 266 },
    ],
  },
  {
    name: '证券法',
    versions: [{ from: '2014-08-31', articles: 240 }, { from: '2020-03-01', articles: 226 }],
  },
  {
    name: '会计法',
    versions: [{ from: '2017-11-05', articles: 52 }, { from: '2024-07-01', articles: 51 }],
  },
  { name: '票据法', versions: [{ from: '2004-08-28', articles: 110 }] },
  { name: '商业银行法', versions: [{ from: '2015-10-01', articles: 95 }] },
  { name: '保险法', versions: [{ from: '2015-04-24', articles: 185 }] },
  { name: '电子签名法', versions: [{ from: '2019-04-23', articles: 36 }] },
  { name: '民法典', versions: [{ from: '2021-01-01', articles: 1260 }] },
  { name: '物权法', versions: [{ from: '2007-10-01', articles: 247 }], ...CODE },
  { name: '合同法', versions: [{ from: '1999-10-01', articles: 428 }], ...CODE },
  { name: '担保法', versions: [{ from: '1995-10-01', articles: 96 }], ...CODE },
  { name: '侵权责任法', versions: [{ from: '2010-07-01', articles: 92 }], ...CODE },
  {
    name: '民法总则',
    versions: [{ from: '2017-10-01', articles: 206 }],
    ...CODE,
  },
  { name: '民法通则', versions: [{ from: '1987-01-01', articles: 156 }], ...CODE },
  { name: '婚姻法', versions: [{ from: '2001-04-28', articles: 51 }], ...CODE },
  { name: '继承法', versions: [{ from: '1985-10-01', articles: 37 }], ...CODE },
  { name: '收养法', versions: [{ from: '1999-04-01', articles: 34 }], ...CODE },
]

/** The version in force on a day; undefined when there was none, or none any more. */
export function lawVersionOn(law: Law, day: string): LawVersion | undefined {
  if (law.repealed !== undefined && day >= law.repealed) return undefined
  return law.versions.findLast(({ from }) => from <= day)
}
