/**
 * `npm run -s verify`: checks every invariant on the data folder; exits 1 with what is wrong.
 *
 * It reads beside a running server, which then may still have events under way.
 */
import '../environment.ts'
import { formatMoney, isCurrency } from '../../subgraphs/kernel/money.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import type { Finding } from '../../subgraphs/kernel/subgraph.ts'
import { readConfig } from '../config.ts'
import { openProcess, type ProcessOptions } from '../process.ts'
import { openSystem } from '../system.ts'
import { databasesOf, type Tally, verifyPart, verifySystem } from '../verify.ts'

const config = readConfig(process.env)
const tally: Tally = {
  orders: 0,
  approvalVouchers: 0,
  instructions: 0,
  settlementVouchers: 0,
  approvedMinor: new Map(),
}
/** Subgraphs that begin together: an order, its vouchers and its payment are checked as one. */
const MONEY = ['orders', 'ledger', 'payments']

let found = 0
const { there, missing } = databasesOf(config)
// Where there is nothing at all, opening says so.
const partly = there.length > 0 && missing.length > 0
try {
  const options: ProcessOptions = {
    ports: systemPorts(),
    report: (error) => console.error(error),
    readOnly: true,
  }
  const tell = async (findings: AsyncIterable<Finding>) => {
    for await (const finding of findings) {
      found += 1
      console.log(`${finding.subgraph} ${finding.code}: ${finding.message}`)
    }
  }
  if (partly) {
    const names = new Set(there.map(({ name }) => name))
    // One is there before it has data with the others: what is missing beside them was lost.
    for (const { name } of MONEY.some((each) => names.has(each)) ? missing : []) {
      if (!MONEY.includes(name)) continue
      found += 1
      console.log(`${name} DATABASE_MISSING: the other databases of the books are there.`)
    }
    const part = await openProcess(there, config, options)
    await tell(verifyPart(part))
    await part.stop()
  } else {
    const system = await openSystem(config, options)
    await tell(verifySystem(system, await system.tenants(), tally))
    await system.stop()
  }
} catch (error) {
  console.error(`verify: cannot read the data: ${error instanceof Error ? error.message : error}`)
  process.exit(2)
}
if (partly) {
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(', ')
  console.log(`no data yet of ${names(missing)}; checked ${names(there)}`)
  console.log(found === 0 ? 'clean' : `${found} findings`)
  process.exit(found === 0 ? 0 : 1)
}
const { orders, approvalVouchers, instructions, settlementVouchers, approvedMinor } = tally
console.log(
  `${orders} orders, ${approvalVouchers} approval vouchers, ${instructions} instructions, ` +
    `${settlementVouchers} settlement vouchers`,
)
for (const [currency, minor] of approvedMinor) {
  if (isCurrency(currency)) {
    console.log(
      `booked on approval, less credit notes: ${formatMoney({ minor, currency })} ${currency}`,
    )
  }
}
console.log(found === 0 ? 'clean' : `${found} findings`)
process.exit(found === 0 ? 0 : 1)
