/**
 * Words and signs that filings get wrong, as data. Names of laws and companies that contain such a
 * word as it was written then are left alone by what stands around it.
 */
import type { Severity } from '../checks/finding.ts'

/** @property pattern global; matches what is wrong alone */
export interface WordingRule {
  readonly code: string
  readonly pattern: RegExp
  readonly severity: Severity
  readonly message: string
}

export const WORDING_RULES: readonly WordingRule[] = [
  {
    code: 'WORD_CONFUSED',
    pattern: /帐(?=[户面目龄务款簿册号单])|(?<=[坏呆挂入记对转销])帐/g,
    severity: 'warning',
    message: '“帐”应为“账”',
  },
  {
    code: 'WORD_CONFUSED',
    pattern:
      /截止(?=(?:20\d\d年|本?报告期末|本报告|目前|期末|披露日|[\u4e00-\u9fff]{0,4}\d{1,2}月))/g,
    severity: 'notice',
    message: '“截止”后接时点应为“截至”',
  },
  {
    code: 'WORD_CONFUSED',
    pattern: /其它/g,
    severity: 'notice',
    message: '“其它”应为“其他”',
  },
  {
    code: 'WORD_CONFUSED',
    pattern: /登陆(?=[\u4e00-\u9fff]{0,6}(?:网站|系统|平台|账户|网址|官网|交易系统))/g,
    severity: 'warning',
    message: '“登陆”应为“登录”',
  },
  {
    code: 'WORD_CONFUSED',
    pattern:
      /帐号|做为(?!了)|既使|迄今为止至今|必需(?=[遵按符])|暨(?=将)|布署|松驰|渡假|针贬|气慨|园满|凑和|急燥/g,
    severity: 'warning',
    message: '用词有误',
  },
  {
    code: 'ABOUT_TWICE',
    pattern: /(?:约|大约|近|将近)[\d,.]+[%％万亿千百元个人次家年月天]{1,3}左右/g,
    severity: 'warning',
    message: '“约”与“左右”重复',
  },
  {
    code: 'CHARACTER_DOUBLED',
    pattern:
      /(?<!目)的的|了了(?!解)|和和(?![谐睦平气])|在在|是是|与与|为为|及及|有有(?![效限关])|对对(?![方应])|本本(?!期)|公公司|公司司|，，|。。(?!。)|、、|；；/g,
    severity: 'warning',
    message: '字或标点重复',
  },
  {
    code: 'SLOT_EMPTY',
    pattern: /【\s*[●★\s]*】|●{2,}|(?<=[为计共约])_{2,}(?=[元%万亿股])|[×X]{2,}(?=[年月日元])/g,
    severity: 'error',
    message: '留空未填',
  },
  {
    code: 'SLOT_EMPTY',
    pattern: /(?<=[为计共约])★+(?=[元%万亿股])/g,
    severity: 'warning',
    message: '留空未填',
  },
]
