/**
 * How reference data is told apart, for purging.
 */

/** Type → the field that tells which one an object is. */
export const REFERENCE_KEYS: Readonly<Record<string, string>> = {
  Subject: 'code',
  OrderType: 'code',
}
