/**
 * A process of its own that opens a store and says how that went: `opened` or the error's code.
 *
 * Usage: `open-and-exit.ts <database url> <subgraph>`
 */
import { openStore } from '../../subgraphs/kernel/store.ts'

const [url = '', name = ''] = process.argv.slice(2)
const said = await openStore(url, name).then(() => 'opened', (error) => String(error.code))
console.log(said)
process.exit(0)
