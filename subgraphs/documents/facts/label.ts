/**
 * Item names as one writes them: without numbering, 加: and 减:, remarks in brackets and spaces.
 */
import { halfWidth } from '../amount.ts'

/** A row's label, read. @property sign -1 after 减:; @property ofWhich after 其中: */
export interface Label {
  readonly item: string
  readonly sign: 1 | -1
  readonly ofWhich: boolean
}

const NUMBERING =
  /^(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}[、.．](?!\d)|[①-⑳])\s*/
const LEADING = /^(加|减|其中)[:：]/

/** Reads a label. */
export function readLabel(text: string): Label {
  let item = text.replaceAll(/[\s\u00a0\u3000]/g, '')
  let sign: 1 | -1 = 1
  let ofWhich = false
  for (let before = ''; before !== item;) {
    before = item
    item = item.replace(NUMBERING, '')
    const lead = LEADING.exec(item)?.[1]
    if (lead === undefined) continue
    if (lead === '减') sign = -1
    if (lead === '其中') ofWhich = true
    item = item.slice(lead.length + 1)
  }
  return { item: itemName(item), sign, ofWhich }
}

/** Names that mean the same, by the one that we use. */
const SAME: Readonly<Record<string, string>> = {
  股东权益合计: '所有者权益合计',
  股东权益: '所有者权益合计',
  负债和股东权益总计: '负债和所有者权益总计',
  负债及股东权益总计: '负债和所有者权益总计',
  负债及所有者权益总计: '负债和所有者权益总计',
  负债和所有者权益合计: '负债和所有者权益总计',
  归属于母公司股东权益合计: '归属于母公司所有者权益合计',
  归属于上市公司股东的净资产: '归属于母公司所有者权益合计',
  归属于上市公司股东的所有者权益: '归属于母公司所有者权益合计',
  归属于母公司所有者的净利润: '归属于母公司股东的净利润',
  归属于上市公司股东的净利润: '归属于母公司股东的净利润',
  归属于母公司的净利润: '归属于母公司股东的净利润',
  归母净利润: '归属于母公司股东的净利润',
  经营活动产生的现金流量净额: '经营活动现金流量净额',
  投资活动产生的现金流量净额: '投资活动现金流量净额',
  筹资活动产生的现金流量净额: '筹资活动现金流量净额',
  总资产: '资产总计',
  资产总额: '资产总计',
  负债总额: '负债合计',
  营业税金及附加: '税金及附加',
  实收资本: '股本',
}

/** An item by its one name. */
export function itemName(text: string): string {
  const bare = halfWidth(text).replaceAll(/[\s\u00a0\u3000]/g, '').replaceAll(/\([^()]*\)/g, '')
    .replaceAll(/["“”‘’:：]/g, '').replace(/\([^()]*$/, '')
  return Object.hasOwn(SAME, bare) ? SAME[bare]! : bare
}

/** Whether a label names a sum of what stands above it. */
export function isTotalLabel(label: string): boolean {
  return /^(?:合计|小计|总计|共计|总额|合计数|本期合计|.{0,24}(?:合计|小计|总计))$/.test(label)
}
