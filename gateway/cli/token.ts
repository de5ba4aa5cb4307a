/**
 * `npm run -s token -- <role>`: a bearer token for one of the demo people.
 */
import { demoToken } from '../auth/demo-issuer.ts'
import { readConfig } from '../config.ts'
import { DEMO_PEOPLE, isDemoRole } from '../demo.ts'

const config = readConfig(process.env)
const role = process.argv[2]
if (config.issuer.kind !== 'demo') {
  console.error('token: there are demo tokens only in demo mode; OIDC_ISSUER is set')
  process.exitCode = 1
} else if (!isDemoRole(role)) {
  console.error(`token: name one of ${Object.keys(DEMO_PEOPLE).join(', ')}`)
  process.exitCode = 2
} else {
  console.log(await demoToken(config.dataDir, role))
}
