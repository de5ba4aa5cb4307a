import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cosign,
  cosignedAt,
  formatCheckpoint,
  parseCheckpoint,
} from '../../../subgraphs/documents/evidence/checkpoint.ts'
import {
  simulatedFaceCheck,
  tc3Authorization,
  tencentFaceCheck,
} from '../../../subgraphs/documents/evidence/face-check.ts'
import {
  COSIGNATURE,
  ED25519,
  formatKey,
  formatNote,
  isSignedBy,
  parseKey,
  parseNote,
  signNote,
} from '../../../subgraphs/documents/evidence/note.ts'
import {
  newAuthorityKey,
  remoteAuthority,
  simulatedAuthority,
  timestampRequest,
} from '../../../subgraphs/documents/evidence/timestamp.ts'
import { lock, unlock } from '../../../subgraphs/documents/evidence/vault.ts'
import { verifyBundle } from '../../../subgraphs/documents/evidence/verifier.ts'
import { witnessHandler } from '../../../subgraphs/documents/evidence/witness.ts'
import { must } from '../../../subgraphs/kernel/result.ts'
import { append, newLog, newSigner, ORIGIN, packedCase, sessionOf } from '../fixtures/evidence.ts'

const random = (bytes: Uint8Array) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)

/** @see https://c2sp.org/signed-note, the example */
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const EXAMPLE_NOTE = 'This is an example message.\n\n' +
  '\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'

describe('a signed note', () => {
  it('of the specification is verified by the key of the specification', async () => {
    const key = must(await parseKey(EXAMPLE_KEY))
    const note = must(parseNote(EXAMPLE_NOTE))
    expect(await isSignedBy(note, key)).toBe(true)
    expect(formatKey(key)).toBe(EXAMPLE_KEY)
    expect(formatNote(note)).toBe(EXAMPLE_NOTE)
    expect(await isSignedBy({ ...note, text: 'This is another message.\n' }, key)).toBe(false)
  })

  it('that we sign is verified by its key and no other', async () => {
    const signer = await newSigner('a.example', ED25519)
    const other = await newSigner('a.example', ED25519)
    const note = must(parseNote(await signNote('text\n', signer)))
    expect(await isSignedBy(note, signer)).toBe(true)
    expect(await isSignedBy(note, other)).toBe(false)
  })

  it.each([
    '',
    'text',
    'text\n',
    'text\n\n- a b\n',
    'te\txt\n\n\u2014 a AAAAAAAA\n',
    'text\n\n\u2014 a A==\n',
  ])(
    '%j is none',
    (text) => expect(parseNote(text)).toMatchObject({ code: 'NOTE_MALFORMED' }),
  )

  it('is not verified by a key whose id is not its own', async () => {
    expect(await parseKey(EXAMPLE_KEY.replace('530d903a', '530d903b'))).toMatchObject({
      code: 'KEY_MALFORMED',
    })
  })
})

/** @see https://c2sp.org/tlog-checkpoint, the example */
const EXAMPLE_CHECKPOINT =
  'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'

describe('a checkpoint', () => {
  it('of the specification is read and written back', () => {
    const checkpoint = must(parseCheckpoint(EXAMPLE_CHECKPOINT))
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 })
    expect(formatCheckpoint(checkpoint)).toBe(EXAMPLE_CHECKPOINT)
  })

  it.each([
    'a\n01\n' + 'A'.repeat(43) + '=\n',
    'a\n1\nAAAA\n',
    '\n1\n' + 'A'.repeat(43) + '=\n',
    'a\n-1\n',
  ])(
    '%j is none',
    (text) => expect(parseCheckpoint(text)).toMatchObject({ code: 'CHECKPOINT_MALFORMED' }),
  )

  it('is cosigned with the time of the witness', async () => {
    const witness = await newSigner('w.example', COSIGNATURE)
    const signature = await cosign(EXAMPLE_CHECKPOINT, witness, 1679315147n)
    const note = { text: EXAMPLE_CHECKPOINT, signatures: [signature] }
    expect(await cosignedAt(note, witness)).toBe(1679315147n)
    const later = signature.bytes.slice()
    later[7]! += 1
    expect(await cosignedAt({ ...note, signatures: [{ ...signature, bytes: later }] }, witness))
      .toBeUndefined()
  })
})

describe('a witness over HTTP', () => {
  it('answers as the protocol has it', async () => {
    const log = await newLog()
    append(log, sessionOf('case-1', 'customer-1').events)
    const handle = witnessHandler(log.witness)
    const post = async (old: number, proof: readonly Uint8Array[], note: string) => {
      const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
      return await handle(
        new Request('http://w.example/add-checkpoint', {
          method: 'POST',
          body: `old ${old}\n${lines}\n${note}`,
        }),
      )
    }
    const sign = (size: number) =>
      signNote(formatCheckpoint({ origin: ORIGIN, size, root: log.tree.root(size) }), log.signer)
    const first = await post(0, [], await sign(4))
    expect(first.status).toBe(200)
    expect(await first.text()).toMatch(/^\u2014 other-bank\.example\/witness /)
    const stale = await post(0, [], await sign(10))
    expect([stale.status, await stale.text(), stale.headers.get('content-type')]).toEqual([
      409,
      '4\n',
      'text/x.tlog.size',
    ])
    expect((await post(4, [], await sign(10))).status).toBe(422)
    expect((await post(4, log.tree.consistency(4, 10), await sign(10))).status).toBe(200)
    expect((await post(10, [], (await sign(10)).replace(ORIGIN, 'x'))).status).toBe(404)
    const unsigned = (await sign(10)).replace(/\n10\n/, '\n11\n')
    expect((await post(10, [], unsigned)).status).toBe(403)
    expect(
      (await handle(new Request('http://w.example/add-checkpoint', { method: 'POST', body: 'x' })))
        .status,
    )
      .toBe(400)
  })
})

const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0
const WITHOUT_OPENSSL = HAS_OPENSSL ? '' : ' (skipped: openssl is not installed)'

describe.skipIf(!HAS_OPENSSL)(`a time stamp and openssl${WITHOUT_OPENSSL}`, () => {
  let folder: string
  const path = (name: string) => join(folder, name)
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const data = new TextEncoder().encode(EXAMPLE_CHECKPOINT)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'huitong-tsa-'))
    writeFileSync(path('data'), data)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('of our authority is verified by openssl ts', async () => {
    const key = await newAuthorityKey('Huitong simulated TSA', new Date('2020-01-01T00:00:00Z'))
    const stamp = must(await simulatedAuthority(key, () => new Date()).stamp(data))
    writeFileSync(path('reply.tsr'), stamp)
    const pem = Buffer.from(key.certificate).toString('base64').replaceAll(/.{64}/g, '$&\n')
    writeFileSync(
      path('tsa.pem'),
      `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
    )
    const verified = spawnSync(
      'openssl',
      ['ts', '-verify', '-data', 'data', '-in', 'reply.tsr', '-CAfile', 'tsa.pem'],
      { cwd: folder, encoding: 'utf8' },
    )
    expect(`${verified.stdout}${verified.stderr}`).toContain('Verification: OK')
    writeFileSync(path('other'), 'other data')
    const refused = spawnSync(
      'openssl',
      ['ts', '-verify', '-data', 'other', '-in', 'reply.tsr', '-CAfile', 'tsa.pem'],
      { cwd: folder, encoding: 'utf8' },
    )
    expect(refused.status).not.toBe(0)
  })

  it('of an authority that openssl runs is taken by our client and our verifier', async () => {
    writeFileSync(
      path('tsa.cnf'),
      `[tsa]\ndefault_tsa = own\n[own]\nserial = ${path('serial')}\ncrypto_device = builtin\n` +
        `signer_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\n` +
        `ordering = yes\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n` +
        `[req]\ndistinguished_name = dn\nprompt = no\nx509_extensions = ext\n[dn]\nCN = Outside TSA\n` +
        `[ext]\nextendedKeyUsage = critical,timeStamping\n`,
    )
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
      '-days',
      '30',
      '-config',
      'tsa.cnf',
    )
    const asked: Uint8Array[] = []
    const serve: typeof fetch = async (_url, init) => {
      asked.push(new Uint8Array(init!.body as Uint8Array<ArrayBuffer>))
      writeFileSync(path('request.tsq'), asked.at(-1)!)
      openssl(
        'ts',
        '-reply',
        '-queryfile',
        'request.tsq',
        '-inkey',
        'k.pem',
        '-signer',
        'c.pem',
        '-config',
        'tsa.cnf',
        '-out',
        'outside.tsr',
      )
      return new Response(readFileSync(path('outside.tsr')))
    }
    const { log, bundle } = await packedCase()
    const text = bundle.checkpoint.slice(0, bundle.checkpoint.indexOf('\n\n') + 1)
    const authority = remoteAuthority('https://tsa.example/', serve, random)
    const stamp = must(await authority.stamp(new TextEncoder().encode(text)))
    openssl('x509', '-in', 'c.pem', '-outform', 'DER', '-out', 'c.der')
    const fingerprint = Buffer.from(
      await crypto.subtle.digest('SHA-256', readFileSync(path('c.der'))),
    ).toString('hex')
    const timestamp = Buffer.from(stamp).toString('base64')
    const trust = { ...log.trust, tsa: [fingerprint] }
    const verdict = await verifyBundle({ ...bundle, timestamp }, trust)
    expect(verdict.faults).toEqual([])
    expect(Math.abs(Date.parse(verdict.stampedAt!) - Date.now())).toBeLessThan(600_000)
    // An answer to an older question is none to this one.
    const replay = remoteAuthority(
      'https://tsa.example/',
      async () => new Response(readFileSync(path('outside.tsr'))),
      random,
    )
    expect(await replay.stamp(new TextEncoder().encode(text))).toMatchObject({
      code: 'TIMESTAMP_REFUSED',
    })
  })

  it('is asked for in a request that openssl reads', async () => {
    writeFileSync(
      path('q.tsq'),
      await timestampRequest(data, Uint8Array.of(0x80, 1, 2, 3, 4, 5, 6, 7)),
    )
    const text = execFileSync('openssl', ['ts', '-query', '-in', 'q.tsq', '-text'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(text).toMatch(/Hash Algorithm: sha256/)
    expect(text).toMatch(/Nonce: 0x8001020304050607/)
    expect(text).toMatch(/Certificate required: yes/)
  })
})

/** The worked example of the signature's documentation. */
const TC3_EXAMPLE = {
  service: 'cvm',
  host: 'cvm.tencentcloudapi.com',
  seconds: 1551113065,
  payload:
    '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
}

describe('a face check', () => {
  it.each([
    ['EXAMPLE', '72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168'],
    ['*******', '2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c'],
  ])('is signed as in the published example with the key …%s', (end, signature) => {
    expect(tc3Authorization({
      ...TC3_EXAMPLE,
      secretId: `AKIDz8krbsJ5yKBZQpn74WFkmLPx3${end}`,
      secretKey: `Gu5t9xGARNpq86cd98joQYCN3${end}`,
    })).toBe(
      `TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3${end}/2019-02-25/cvm/tc3_request, ` +
        `SignedHeaders=content-type;host, Signature=${signature}`,
    )
  })

  it('is asked for and its answer read, whatever it is', async () => {
    const answers = [
      '{"Response":{"Result":"Success","Sim":98.5,"RequestId":"r1","Description":"成功"}}',
      '{"Response":{"Result":"FailedOperation.CompareLowSimilarity","Sim":12,"RequestId":"r2"}}',
      '{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure"},"RequestId":"r3"}}',
      'not JSON',
    ]
    const sent: RequestInit[] = []
    const check = tencentFaceCheck({
      secretId: 'id',
      secretKey: 'key',
      region: 'ap-guangzhou',
      now: () => 1_551_113_065_000,
      fetching: (_url, init) => {
        sent.push(init!)
        return Promise.resolve(new Response(answers[sent.length - 1]))
      },
    })
    const input = { name: '张三', idNumber: '110101199001011234', video: 'AAAA', nonce: 'n' }
    expect(await check.check(input)).toMatchObject({
      ok: true,
      value: { alive: true, matched: true, score: '98.50', requestId: 'r1' },
    })
    expect(await check.check(input)).toMatchObject({ value: { matched: false, score: '12.00' } })
    expect(await check.check(input)).toMatchObject({ code: 'FACE_CHECK_REFUSED' })
    expect(await check.check(input)).toMatchObject({ code: 'FACE_CHECK_REFUSED' })
    const headers = sent[0]!.headers as Record<string, string>
    expect(headers['x-tc-action']).toBe('LivenessRecognition')
    expect(headers.authorization).toMatch(/^TC3-HMAC-SHA256 Credential=id\/2019-02-25\/faceid\//)
  })

  it('by the simulator says that it is one', async () => {
    const check = simulatedFaceCheck()
    expect(check.simulated).toBe(true)
    const input = { name: '张三', idNumber: '110101199001011234', video: '', nonce: 'abc' }
    expect(must(await check.check(input))).toMatchObject({ vendor: 'simulator', alive: true })
    expect(await check.check({ ...input, idNumber: '9' })).toMatchObject({
      code: 'FACE_CHECK_UNREACHABLE',
    })
  })
})

describe('what was locked', () => {
  it('opens with its key for what it is about, and with nothing else', async () => {
    const locked = await lock('张三', 'case-1/0/customer', random)
    expect(Buffer.from(locked.box).includes('张三')).toBe(false)
    expect(await unlock(locked, 'case-1/0/customer')).toBe('张三')
    expect(await unlock(locked, 'case-2/0/customer')).toBeUndefined()
    expect(await unlock({ ...locked, key: new Uint8Array(32) }, 'case-1/0/customer'))
      .toBeUndefined()
  })
})
