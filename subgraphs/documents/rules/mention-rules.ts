/**
 * Which items are looked for in the text, and what makes a sentence speak of somebody else.
 */

/** Items as the text names them; `facts/label.ts` knows the one name of each. */
export const MENTIONED_ITEMS: readonly string[] = [
  '营业总收入',
  '营业收入',
  '营业总成本',
  '营业成本',
  '营业利润',
  '利润总额',
  '净利润',
  '归属于母公司所有者的净利润',
  '归属于母公司股东的净利润',
  '归属于上市公司股东的净利润',
  '归属于母公司的净利润',
  '归母净利润',
  '资产总额',
  '总资产',
  '负债总额',
  '负债合计',
  '归属于上市公司股东的净资产',
  '归属于上市公司股东的所有者权益',
  '经营活动产生的现金流量净额',
  '投资活动产生的现金流量净额',
  '筹资活动产生的现金流量净额',
  '销售费用',
  '管理费用',
  '财务费用',
  '研发费用',
  '所得税费用',
  '货币资金',
  '存货',
  '应收账款',
]

/** The industry, other companies, parts of the group, plans and other periods. */
export const NOT_OURS =
  /行业|全国|全省|全市|规模以上|统计局|协会|预计|预测|计划|预算|目标|力争|争取|拟|承诺|若|假设|子公司|控股|参股|联营|合营|被投资|标的|分公司|事业部|其中|母公司(?!股东|所有者|的净)|季度|上半年|下半年|累计|上年|去年|上期|以前年度|平均|合同|担保|借款人|银行|产品|业务收入|募集|税前|万吨|项目/
