/**
 * An issuer of tokens for trying the system out. It exists only in demo mode.
 *
 * Its key is made at the first start and kept in the data folder under a name that says what it is.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { DEMO_PEOPLE, DEMO_TENANT, type DemoPerson } from '../demo.ts'

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
  try {
    return (JSON.parse(await readFile(path, 'utf8')) as KeyFile).key
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
  }
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const key = { ...await exportJWK(privateKey), kid: 'demo' }
  const file: KeyFile = {
    warning: 'A DEMO key of this folder: whoever has it can sign in as anybody. Not for real data.',
    key,
  }
  await mkdir(dataDir, { recursive: true })
  const draft = `${path}.${randomUUID()}`
  const text = `${JSON.stringify(file, null, 2)}\n`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
  try {
    // A link appears at once and whole, so that nobody ever reads half a key.
    await link(draft, path)
    return key
  } catch (error) {
    // Another process was faster: its key is the key.
    if ((error as { code?: string }).code === 'EEXIST') return await demoKey(dataDir)
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** The public part of a key. */
export function publicKey({ kty, crv, x, y, kid }: JWK): JWK {
  return {
    ...(kty === undefined ? {} : { kty }),
    ...(crv === undefined ? {} : { crv }),
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
    ...(kid === undefined ? {} : { kid }),
    alg: ALGORITHM,
  }
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
