/**
 * The chart of accounts (会计科目表) that a tenant begins with.
 *
 * Four-digit codes and names follow the Ministry of Finance's list for banks; six-digit ones are
 * this system's own detail below them.
 *
 * @see 财政部《企业会计准则——应用指南》附录:会计科目和主要账务处理
 */

/** Class of a subject: 资产, 负债, 资产负债共同, 所有者权益, 损益, 表外. */
export type SubjectClass =
  | 'ASSET'
  | 'LIABILITY'
  | 'COMMON'
  | 'EQUITY'
  | 'PROFIT_LOSS'
  | 'OFF_BALANCE'

export type Side = 'DEBIT' | 'CREDIT'

/**
 * @property normal the side on which a balance is usual
 * @property postable whether entries are made here rather than in details below
 */
export interface Subject {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly class: SubjectClass
  readonly normal: Side
  readonly postable: boolean
}

/** Where an amount waits when no rule knows its account (挂账). */
export const SUSPENSE_SUBJECT = '122199'

function subject(
  code: string,
  zh: string,
  en: string,
  cls: SubjectClass,
  normal: Side,
  postable = true,
): Subject {
  return { code, zh, en, class: cls, normal, postable }
}

/** Sorted by code. */
export const CHART: readonly Subject[] = [
  subject('1001', '库存现金', 'Cash on hand', 'ASSET', 'DEBIT'),
  subject('1002', '银行存款', 'Bank deposits', 'ASSET', 'DEBIT'),
  subject('1003', '存放中央银行款项', 'Deposits with the central bank', 'ASSET', 'DEBIT'),
  subject('1011', '存放同业', 'Due from banks', 'ASSET', 'DEBIT'),
  subject('1132', '应收利息', 'Interest receivable', 'ASSET', 'DEBIT'),
  subject('1221', '其他应收款', 'Other receivables', 'ASSET', 'DEBIT', false),
  subject('122101', '其他应收款—员工', 'Other receivables: staff', 'ASSET', 'DEBIT'),
  subject('122199', '其他应收款—待查挂账', 'Suspense, to be cleared', 'ASSET', 'DEBIT'),
  subject('1303', '贷款', 'Loans', 'ASSET', 'DEBIT'),
  subject('1304', '贷款损失准备', 'Loan loss provisions', 'ASSET', 'CREDIT'),
  subject('1601', '固定资产', 'Fixed assets', 'ASSET', 'DEBIT'),
  subject('1604', '在建工程', 'Construction in progress', 'ASSET', 'DEBIT'),
  subject('1701', '无形资产', 'Intangible assets', 'ASSET', 'DEBIT'),
  subject('2011', '吸收存款', 'Customer deposits', 'LIABILITY', 'CREDIT'),
  subject('2211', '应付职工薪酬', 'Employee benefits payable', 'LIABILITY', 'CREDIT'),
  subject('2221', '应交税费', 'Taxes payable', 'LIABILITY', 'CREDIT'),
  subject('2231', '应付利息', 'Interest payable', 'LIABILITY', 'CREDIT'),
  subject('2241', '其他应付款', 'Other payables', 'LIABILITY', 'CREDIT', false),
  subject('224101', '其他应付款—供应商', 'Other payables: suppliers', 'LIABILITY', 'CREDIT'),
  subject('224102', '其他应付款—员工', 'Other payables: staff', 'LIABILITY', 'CREDIT'),
  subject('3001', '清算资金往来', 'Clearing', 'COMMON', 'DEBIT'),
  subject('3002', '货币兑换', 'Currency exchange', 'COMMON', 'DEBIT'),
  subject('4001', '实收资本', 'Paid-in capital', 'EQUITY', 'CREDIT'),
  subject('4103', '本年利润', 'Profit for the year', 'EQUITY', 'CREDIT'),
  subject('6011', '利息收入', 'Interest income', 'PROFIT_LOSS', 'CREDIT'),
  subject('6021', '手续费及佣金收入', 'Fee and commission income', 'PROFIT_LOSS', 'CREDIT'),
  subject('6061', '汇兑损益', 'Foreign exchange gains', 'PROFIT_LOSS', 'CREDIT'),
  subject('6411', '利息支出', 'Interest expense', 'PROFIT_LOSS', 'DEBIT'),
  subject('6421', '手续费及佣金支出', 'Fee and commission expense', 'PROFIT_LOSS', 'DEBIT'),
  subject('6602', '管理费用', 'Administrative expense', 'PROFIT_LOSS', 'DEBIT', false),
  subject('660201', '管理费用—人员', 'Administrative: staff', 'PROFIT_LOSS', 'DEBIT'),
  subject('660202', '管理费用—差旅', 'Administrative: travel', 'PROFIT_LOSS', 'DEBIT'),
  subject('660203', '管理费用—业务招待', 'Administrative: hospitality', 'PROFIT_LOSS', 'DEBIT'),
  subject('660204', '管理费用—办公', 'Administrative: office', 'PROFIT_LOSS', 'DEBIT'),
  subject('660205', '管理费用—咨询', 'Administrative: consulting', 'PROFIT_LOSS', 'DEBIT'),
  subject('660206', '管理费用—信息技术', 'Administrative: IT', 'PROFIT_LOSS', 'DEBIT'),
  subject('660207', '管理费用—房屋及物业', 'Administrative: premises', 'PROFIT_LOSS', 'DEBIT'),
  subject('660208', '管理费用—宣传', 'Administrative: marketing', 'PROFIT_LOSS', 'DEBIT'),
  subject('660209', '管理费用—培训', 'Administrative: training', 'PROFIT_LOSS', 'DEBIT'),
  subject(
    '660210',
    '管理费用—专业服务',
    'Administrative: professional fees',
    'PROFIT_LOSS',
    'DEBIT',
  ),
  subject('660211', '管理费用—捐赠及补助', 'Administrative: grants', 'PROFIT_LOSS', 'DEBIT'),
  subject('660299', '管理费用—其他', 'Administrative: other', 'PROFIT_LOSS', 'DEBIT'),
  subject('6702', '信用减值损失', 'Credit impairment losses', 'PROFIT_LOSS', 'DEBIT'),
  subject('6711', '营业外支出', 'Non-operating expense', 'PROFIT_LOSS', 'DEBIT'),
  subject('9001', '应收未收利息', 'Interest not accrued, off balance', 'OFF_BALANCE', 'DEBIT'),
  subject('9099', '表外对转', 'Off-balance contra', 'OFF_BALANCE', 'CREDIT'),
]
