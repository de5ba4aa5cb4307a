/**
 * `npm run -s verify`: checks every invariant on the data folder; exits 1 with what is wrong.
 *
 * It reads beside a running server, which then may still have events under way.
 */
import '../environment.ts'
import { formatMoney, isCurrency } from '../../subgraphs/kernel/money.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { readConfig } from '../config.ts'
import { openSystem } from '../system.ts'
import { type Tally, verifySystem } from '../verify.ts'

const config = readConfig(process.env)
const tally: Tally = {
  orders: 0,
  approvalVouchers: 0,
  instructions: 0,
  settlementVouchers: 0,
  approvedMinor: new Map(),
}
let found = 0
try {
  const system = await openSystem(config, {
    ports: systemPorts(),
    report: (error) => console.error(error),
    readOnly: true,
  })
  for await (const finding of verifySystem(system, await system.tenants(), tally)) {
    found += 1
    console.log(`${finding.subgraph} ${finding.code}: ${finding.message}`)
  }
  await system.stop()
} catch (error) {
  console.error(`verify: cannot read the data: ${error instanceof Error ? error.message : error}`)
  process.exit(2)
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
