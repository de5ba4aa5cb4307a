/**
 * Identities of the statements (报表勾稽), as data: `total = Σ weight × item`.
 *
 * Items by the one name that `facts/label.ts` gives them. General enterprises' formats; a statement
 * that has none of a rule's items is not held to it.
 *
 * @see 财政部《关于修订印发一般企业财务报表格式的通知》(财会〔2019〕6号) for items and signs
 */
import type { StatementKind } from '../facts/statement.ts'

export type RuleScope = StatementKind

/**
 * @property parts items with weights; absent items count as nothing unless `required`
 * @property tolerance units of the last printed digit that a sum may miss by
 */
export interface StatementRule {
  readonly name: string
  readonly scope: RuleScope
  readonly total: string
  readonly parts: readonly {
    readonly weight: 1 | -1
    readonly item: string
    readonly required?: true
  }[]
  readonly tolerance: number
}

/** A section of a statement: what stands between its heading and its total adds up to the total. */
export interface SectionRule {
  readonly name: string
  readonly scope: RuleScope
  readonly heading: string
  readonly total: string
  /** Items that are part of the one above them, whether they say 其中 or not. */
  readonly ofWhich: readonly string[]
  readonly tolerance: number
}

const plus = (...items: string[]) => items.map((item) => ({ weight: 1 as const, item }))
const minus = (...items: string[]) => items.map((item) => ({ weight: -1 as const, item }))
const need = (weight: 1 | -1, item: string) => ({ weight, item, required: true as const })

/** Costs of an income statement in the order of the format. */
const COSTS = [
  '营业成本',
  '利息支出',
  '手续费及佣金支出',
  '退保金',
  '赔付支出净额',
  '提取保险责任准备金净额',
  '保单红利支出',
  '分保费用',
  '税金及附加',
  '销售费用',
  '管理费用',
  '研发费用',
  '财务费用',
]

/** Gains above the operating profit; losses carry their own sign. */
const GAINS = [
  '其他收益',
  '投资收益',
  '汇兑收益',
  '净敞口套期收益',
  '公允价值变动收益',
  '信用减值损失',
  '资产减值损失',
  '资产处置收益',
]

export const STATEMENT_RULES: readonly StatementRule[] = [
  {
    name: '资产总计 = 流动资产合计 + 非流动资产合计',
    scope: 'balance',
    total: '资产总计',
    parts: [need(1, '流动资产合计'), need(1, '非流动资产合计')],
    tolerance: 0,
  },
  {
    name: '负债合计 = 流动负债合计 + 非流动负债合计',
    scope: 'balance',
    total: '负债合计',
    parts: [need(1, '流动负债合计'), ...plus('非流动负债合计')],
    tolerance: 0,
  },
  {
    name: '负债和所有者权益总计 = 负债合计 + 所有者权益合计',
    scope: 'balance',
    total: '负债和所有者权益总计',
    parts: [need(1, '负债合计'), need(1, '所有者权益合计')],
    tolerance: 0,
  },
  {
    name: '资产总计 = 负债和所有者权益总计',
    scope: 'balance',
    total: '资产总计',
    parts: [need(1, '负债和所有者权益总计')],
    tolerance: 0,
  },
  {
    name: '所有者权益合计 = 归属于母公司所有者权益合计 + 少数股东权益',
    scope: 'balance',
    total: '所有者权益合计',
    parts: [need(1, '归属于母公司所有者权益合计'), ...plus('少数股东权益')],
    tolerance: 0,
  },
  {
    name: '营业总收入 = 营业收入 + 利息收入 + 已赚保费 + 手续费及佣金收入',
    scope: 'income',
    total: '营业总收入',
    parts: [need(1, '营业收入'), ...plus('利息收入', '已赚保费', '手续费及佣金收入')],
    tolerance: 0,
  },
  {
    name: '营业总成本 = 各项成本费用',
    scope: 'income',
    total: '营业总成本',
    parts: [need(1, '营业成本'), ...plus(...COSTS.slice(1))],
    tolerance: 0,
  },
  {
    name: '营业利润 = 营业总收入 - 营业总成本 + 各项收益',
    scope: 'income',
    total: '营业利润',
    parts: [need(1, '营业总收入'), need(-1, '营业总成本'), ...plus(...GAINS)],
    tolerance: 0,
  },
  {
    name: '营业利润 = 营业收入 - 各项成本费用 + 各项收益',
    scope: 'income',
    total: '营业利润',
    parts: [
      need(1, '营业收入'),
      need(-1, '营业成本'),
      ...minus(...COSTS.slice(1)),
      ...plus(...GAINS),
    ],
    tolerance: 0,
  },
  {
    name: '利润总额 = 营业利润 + 营业外收入 - 营业外支出',
    scope: 'income',
    total: '利润总额',
    parts: [need(1, '营业利润'), ...plus('营业外收入'), ...minus('营业外支出')],
    tolerance: 0,
  },
  {
    name: '净利润 = 利润总额 - 所得税费用',
    scope: 'income',
    total: '净利润',
    parts: [need(1, '利润总额'), ...minus('所得税费用')],
    tolerance: 0,
  },
  {
    name: '净利润 = 持续经营净利润 + 终止经营净利润',
    scope: 'income',
    total: '净利润',
    parts: [need(1, '持续经营净利润'), ...plus('终止经营净利润')],
    tolerance: 0,
  },
  {
    name: '净利润 = 归属于母公司股东的净利润 + 少数股东损益',
    scope: 'income',
    total: '净利润',
    parts: [need(1, '归属于母公司股东的净利润'), ...plus('少数股东损益')],
    tolerance: 0,
  },
  {
    name: '综合收益总额 = 净利润 + 其他综合收益的税后净额',
    scope: 'income',
    total: '综合收益总额',
    parts: [need(1, '净利润'), ...plus('其他综合收益的税后净额')],
    tolerance: 0,
  },
  ...['经营', '投资', '筹资'].map((activity): StatementRule => ({
    name: `${activity}活动现金流量净额 = 流入小计 - 流出小计`,
    scope: 'cash',
    total: `${activity}活动现金流量净额`,
    parts: [need(1, `${activity}活动现金流入小计`), need(-1, `${activity}活动现金流出小计`)],
    tolerance: 0,
  })),
  {
    name: '现金及现金等价物净增加额 = 三项活动净额 + 汇率变动影响',
    scope: 'cash',
    total: '现金及现金等价物净增加额',
    parts: [
      need(1, '经营活动现金流量净额'),
      ...plus('投资活动现金流量净额', '筹资活动现金流量净额', '汇率变动对现金及现金等价物的影响'),
    ],
    tolerance: 0,
  },
  {
    name: '期末现金及现金等价物余额 = 期初余额 + 净增加额',
    scope: 'cash',
    total: '期末现金及现金等价物余额',
    parts: [need(1, '现金及现金等价物净增加额'), need(1, '期初现金及现金等价物余额')],
    tolerance: 0,
  },
]

const RECEIVABLE_PARTS = ['应收利息', '应收股利']
const PAYABLE_PARTS = ['应付利息', '应付股利']
const EQUITY_PARTS = ['优先股', '永续债']

export const SECTION_RULES: readonly SectionRule[] = [
  {
    name: '流动资产各项之和',
    scope: 'balance',
    heading: '流动资产',
    total: '流动资产合计',
    ofWhich: RECEIVABLE_PARTS,
    tolerance: 0,
  },
  {
    name: '非流动资产各项之和',
    scope: 'balance',
    heading: '非流动资产',
    total: '非流动资产合计',
    ofWhich: [],
    tolerance: 0,
  },
  {
    name: '流动负债各项之和',
    scope: 'balance',
    heading: '流动负债',
    total: '流动负债合计',
    ofWhich: PAYABLE_PARTS,
    tolerance: 0,
  },
  {
    name: '非流动负债各项之和',
    scope: 'balance',
    heading: '非流动负债',
    total: '非流动负债合计',
    ofWhich: EQUITY_PARTS,
    tolerance: 0,
  },
  {
    name: '归属于母公司所有者权益各项之和',
    scope: 'balance',
    heading: '所有者权益',
    total: '归属于母公司所有者权益合计',
    ofWhich: EQUITY_PARTS,
    tolerance: 0,
  },
  {
    name: '所有者权益各项之和',
    scope: 'balance',
    heading: '所有者权益',
    total: '所有者权益合计',
    ofWhich: EQUITY_PARTS,
    tolerance: 0,
  },
  ...['经营', '投资', '筹资'].flatMap((activity) =>
    (['流入', '流出'] as const).map((way): SectionRule => ({
      name: `${activity}活动现金${way}各项之和`,
      scope: 'cash',
      heading: way === '流入' ? `${activity}活动产生的现金流量` : `${activity}活动现金流入小计`,
      total: `${activity}活动现金${way}小计`,
      ofWhich: ['子公司吸收少数股东投资收到的现金', '子公司支付给少数股东的股利、利润'],
      tolerance: 0,
    }))
  ),
]
