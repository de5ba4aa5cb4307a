/**
 * Sums that the names of rows and columns tell, as data: `{total, [(weight, item)]}`.
 *
 * They hold in tables of any kind, and like every sum there count only where a sibling proves them.
 */

/** @property optional a part that may be absent */
export interface SumRule {
  readonly total: RegExp
  readonly parts: readonly {
    readonly weight: 1 | -1
    readonly item: RegExp
    readonly optional?: boolean
  }[]
}

/** Balances that go on, and carrying amounts. */
export const ROLL_FORWARDS: readonly SumRule[] = [
  {
    total: /^(?:期末(?:余额|数|账面余额)|年末(?:余额|数)|本期期末余额)$/,
    parts: [
      {
        weight: 1,
        item: /^(?:期初(?:余额|数|账面余额)|年初(?:余额|数)|上年(?:年末|期末)余额|本期期初余额)$/,
      },
      { weight: 1, item: /^(?:本[期年]增加(?:金?额|数)?(?:合计|小计)?|本期计提|增加额)$/ },
      { weight: -1, item: /^(?:本[期年]减少(?:金?额|数)?(?:合计|小计)?|减少额)$/ },
    ],
  },
  {
    total: /账面价值$/,
    parts: [
      { weight: 1, item: /账面余额(?:金额)?$/ },
      { weight: -1, item: /(?:坏账准备|减值准备|跌价准备|合同履约成本减值准备)(?:金额)?$/ },
    ],
  },
]
