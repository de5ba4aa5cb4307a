/**
 * `npm run -s client-secret -- <client id>`: a new secret for a partner's program, told once.
 */
import { newSecret } from '../auth/clients.ts'
import { readConfig } from '../config.ts'

const { clientsFile } = readConfig(process.env)
const [id] = process.argv.slice(2)
if (clientsFile === undefined || id === undefined) {
  console.error('usage: CLIENTS_FILE=<clients.json> client-secret <client id>')
  process.exitCode = 2
} else {
  try {
    console.log(await newSecret(clientsFile, id))
  } catch (error) {
    console.error(`client-secret: ${(error as Error).message}`)
    process.exitCode = 1
  }
}
