/**
 * A made-up file of supplier payments in the shape that the shipped mapping reads.
 */

const ACCOUNTS = [
  'AGENCY STAFF',
  'Catering Charges',
  'Legal Fees',
  'Unheard-of Account',
  'PRINTING',
]

/**
 * CSV text of some rows and the sum of their amounts in pence. The same seed gives the same file.
 *
 * One row in 16 is a credit note, one in 9 is above the rule's limit, one in 5 has no known account.
 */
export function paymentsFile(rows: number, seed = 1): { text: string; sumPence: bigint } {
  let state = seed
  const next = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const lines = ['ID,VendorID,Vendor,AccountCode,AccountDescription,DocNo,Amount,Date,Source']
  let sumPence = 0n
  for (let id = 0; id < rows; id++) {
    const large = next(9) === 0
    const pence = BigInt(1 + next(large ? 90_000_000 : 900_000))
    const negative = next(16) === 0
    sumPence += negative ? -pence : pence
    const amount = `${negative ? '-' : ''}${pence / 100n}.${
      (pence % 100n).toString().padStart(2, '0')
    }`
    const account = ACCOUNTS[next(ACCOUNTS.length)]
    lines.push(
      `${id},,"Vendor, No. ${next(400)}",,${account},D${next(9000)},${amount},2010-0${
        1 + next(9)
      }-1${next(9)},${id}-file`,
    )
  }
  return { text: `${lines.join('\n')}\n`, sumPence }
}
