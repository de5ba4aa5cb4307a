/**
 * The catalogue of checks: their names, and the version of the engine that runs them.
 */

/** Changes with everything that could change a finding. */
export const ENGINE_VERSION = '2'

/** The checks by name, with the Chinese term. */
export const CHECKS = {
  statement: '报表勾稽',
  subtotal: '合计',
  note: '附注与报表',
  percentage: '占比',
  growth: '增减幅',
  mention: '文表一致',
  unit: '单位',
  capital: '大写金额',
  date: '日期',
  name: '名称',
  cross: '跨文件',
  numbering: '编号',
  law: '法规引用',
  typo: '错别字',
  wording: '用语',
} as const

export type CheckName = keyof typeof CHECKS
