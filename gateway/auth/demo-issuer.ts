/**
 * An issuer of tokens for trying the system out. It exists only in demo mode.
 *
 * Its key is made at the first start and kept in the data folder under a name that says what it is.
 */
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { DEMO_PEOPLE, DEMO_TENANT, type DemoPerson } from '../demo.ts'
import { createJsonFile, readJsonFile } from './key-file.ts'

export const DEMO_ISSUER = 'huitong-demo'
export const DEMO_AUDIENCE = 'huitong'
const ALGORITHM = 'ES256'

interface KeyFile {
  readonly warning: string
  readonly key: JWK
}

/** The private key of the demo issuer, made on first use. */
export async function demoKey(dataDir: string): Promise<JWK> {
  const path = join(dataDir, 'demo-issuer-key.json')
  const known = await readJsonFile<KeyFile>(path)
  if (known !== undefined) return known.key
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const key = { ...await exportJWK(privateKey), kid: 'demo', alg: ALGORITHM }
  const made = await createJsonFile<KeyFile>(path, {
    warning: 'A DEMO key of this folder: whoever has it can sign in as anybody. Not for real data.',
    key,
  })
  return made.key
}

/** A bearer token for one of the demo people. @param validFor as jose takes it, such as `12h` */
export async function demoToken(
  dataDir: string,
  role: keyof typeof DEMO_PEOPLE,
  validFor = '12h',
): Promise<string> {
  const person: DemoPerson = DEMO_PEOPLE[role]
  return await new SignJWT({
    name: person.name,
    tenant: DEMO_TENANT.tenant,
    roles: [role],
    institution: person.institution,
    kind: person.kind,
  })
    .setProtectedHeader({ alg: ALGORITHM, kid: 'demo', typ: 'JWT' })
    .setIssuer(DEMO_ISSUER).setAudience(DEMO_AUDIENCE).setSubject(person.subject)
    .setIssuedAt().setExpirationTime(validFor)
    .sign(await importJWK(await demoKey(dataDir), ALGORITHM))
}
