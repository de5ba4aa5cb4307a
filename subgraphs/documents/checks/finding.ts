/**
 * What a check finds: both places of a mismatch, with the equation.
 */
import { type Decimal, printDecimal } from '../amount.ts'
import type { Place } from '../read/model.ts'
import type { CheckName } from './catalogue.ts'

/**
 * - `error`: cannot be right as it is printed
 * - `warning`: likely wrong; a person decides
 * - `notice`: worth a look
 */
export type Severity = 'error' | 'warning' | 'notice'

/** One place of a finding and what stands there. @property document its number in the review */
export interface FoundAt {
  readonly document: number
  readonly place: Place
  readonly text: string
}

/** What should hold. @property terms as they are added up, where it is a sum */
export interface Equation {
  readonly printed: string
  readonly computed: string
  readonly difference: string
  readonly terms?: readonly string[]
}

/**
 * One finding.
 *
 * @property code what is wrong, within the check
 * @property at where; the first place is the one to correct or to explain
 * @property key the same for the same fact in another version of the document: never a page
 */
export interface Finding {
  readonly check: CheckName
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly at: readonly FoundAt[]
  readonly equation?: Equation
  readonly key: string
}

/** An equation between a printed figure and what it should be. */
export function equationOf(
  printed: Decimal,
  computed: Decimal,
  terms: readonly string[] = [],
): Equation {
  const decimals = Math.max(printed.decimals, computed.decimals)
  const scale = (value: Decimal) => value.digits * 10n ** BigInt(decimals - value.decimals)
  return {
    printed: printDecimal(printed),
    computed: printDecimal(computed),
    difference: printDecimal({ digits: scale(printed) - scale(computed), decimals }),
    ...(terms.length === 0 ? {} : { terms }),
  }
}

/** What was checked and held: places of figures, by which coverage is counted. */
export interface Verified {
  readonly document: number
  readonly place: Place
}

/** What a check answers. */
export interface Checked {
  readonly findings: readonly Finding[]
  readonly verified: readonly Verified[]
}

/** Collects what a check finds in one document. */
export class Collector {
  readonly findings: Finding[] = []
  readonly verified: Verified[] = []
  readonly document: number
  readonly check: CheckName

  constructor(check: CheckName, document: number) {
    this.check = check
    this.document = document
  }

  find(found: Omit<Finding, 'check'>): void {
    this.findings.push({ check: this.check, ...found })
  }

  verify(...places: readonly Place[]): void {
    for (const place of places) this.verified.push({ document: this.document, place })
  }

  at(place: Place, text: string): FoundAt {
    return { document: this.document, place, text }
  }
}
