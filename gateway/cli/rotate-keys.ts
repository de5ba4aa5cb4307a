/**
 * `npm run -s rotate-keys`: a new key for the tokens of programs. Servers notice it by themselves; the
 * key before is believed until the last of its tokens has ended.
 */
import { CLIENT_TOKEN_SECONDS } from '../auth/client-credentials.ts'
import { keyRingPath } from '../auth/identity.ts'
import { rotateKeys } from '../auth/key-ring.ts'
import { readConfig } from '../config.ts'

const { dataDir } = readConfig(process.env)
console.log(await rotateKeys(keyRingPath(dataDir), CLIENT_TOKEN_SECONDS * 1000))
