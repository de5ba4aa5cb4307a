import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DEFAULT_FRONT_DOOR } from '../../../gateway/door/config.ts'
import { documentCache } from '../../../gateway/door/document/documents.ts'
import { clientOf } from '../../../gateway/door/trusted/client.ts'
import { hashOf, type Manifest } from '../../../gateway/door/trusted/manifest.ts'
import {
  manifestOf,
  printManifest,
  readSavedDocuments,
} from '../../../gateway/door/trusted/register.ts'
import {
  checkHash,
  chooseDocument,
  trustedDocuments,
} from '../../../gateway/door/trusted/registry.ts'
import { clientSchemas } from '../../../gateway/door/trusted/schemas.ts'
import { actor, partnerApp } from '../../support/actors.ts'
import { granted, refusal } from '../../support/rig.ts'

const SCHEMA = buildSchema('type Query { a: Int b: B } type B { c: Int }')
const SAVED = [
  { client: 'desk', name: 'one', text: 'query One { a }\n' },
  { client: 'partner', name: 'two', text: 'query Two { b { c } }' },
  { client: 'shared', name: 'three', text: 'query Three { __typename }' },
]
const OURS = join(import.meta.dirname!, '../../../schema')
const documents = () => documentCache(DEFAULT_FRONT_DOOR.document, DEFAULT_FRONT_DOOR.cache)
const registry = async () =>
  await trustedDocuments(await manifestOf(SAVED, () => SCHEMA), documents())
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('registration', () => {
  it('makes the same manifest whatever the order, by the hash of each text', async () => {
    const manifest = await manifestOf(SAVED, () => SCHEMA)
    expect(printManifest(await manifestOf(SAVED.toReversed(), () => SCHEMA)))
      .toBe(printManifest(manifest))
    expect(Object.keys(manifest.documents)).toEqual(
      SAVED.map(({ text }) => sha256(text)).toSorted(),
    )
    expect(manifest.documents[sha256(SAVED[0]!.text)]).toEqual(
      { clients: ['desk'], name: 'One', operation: 'query', text: 'query One { a }\n' },
    )
  })

  it('lets several clients have one document', async () => {
    const text = SAVED[0]!.text
    const both = [{ client: 'b', name: 'x', text }, { client: 'a', name: 'y', text }]
    const [entry] = Object.values((await manifestOf(both, () => SCHEMA)).documents)
    expect(entry!.clients).toEqual(['a', 'b'])
  })

  it.each([
    ['query One { nothing }', /^c\/n\.graphql: Cannot query field "nothing"/],
    ['{ a }', /has exactly one operation, which has a name/],
    ['query One { a } query Two { a }', /has exactly one operation/],
    ['query One {', /Syntax Error/],
    [`query One { ${'b { '.repeat(20)}c${' }'.repeat(20)} }`, /at most 16 deep/],
  ])('refuses %j and names it', async (text, message) => {
    await expect(manifestOf([{ client: 'c', name: 'n', text }], () => SCHEMA)).rejects
      .toThrow(message)
  })

  it('names every document at fault', async () => {
    const wrong = ['x', 'y'].map((name) => ({ client: 'c', name, text: 'query A { nothing }' }))
    await expect(manifestOf(wrong, () => SCHEMA)).rejects.toThrow(/^c\/x\.graphql.*\nc\/y\.graphql/)
  })

  it('reads a folder per client and writes the manifest beside them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'huitong-test-documents-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (const { client, name, text } of SAVED) {
      mkdirSync(join(folder, client), { recursive: true })
      writeFileSync(join(folder, client, `${name}.graphql`), text)
    }
    writeFileSync(join(folder, 'desk', 'notes.txt'), 'not a document')
    expect(await readSavedDocuments(folder)).toEqual(
      SAVED.toSorted((a, b) => a.client < b.client ? -1 : 1),
    )
    const manifest = await manifestOf(await readSavedDocuments(folder), () => SCHEMA)
    expect(JSON.parse(printManifest(manifest))).toEqual(manifest)
  })

  it('keeps our own manifest fresh: every document is valid for its client', async () => {
    const schemas = await clientSchemas(OURS, DEFAULT_FRONT_DOOR.trusted.people)
    const folder = join(OURS, 'documents')
    const manifest = await manifestOf(await readSavedDocuments(folder), schemas)
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toBe(printManifest(manifest))
    const clients = Object.values(manifest.documents).flatMap((entry) => entry.clients)
    expect(new Set(clients)).toEqual(new Set(['desk', 'partner', 'shared']))
  })

  it('refuses to a partner what only staff may know of', async () => {
    const schemas = await clientSchemas(OURS, 'desk')
    const text = 'query Books { chartOfAccounts { code } }'
    await expect(manifestOf([{ client: 'desk', name: 'x', text }], schemas)).resolves.toBeDefined()
    await expect(manifestOf([{ client: 'partner', name: 'x', text }], schemas)).rejects
      .toThrow('Cannot query field "chartOfAccounts"')
  })
})

describe('the registry', () => {
  it('has every document parsed, once', async () => {
    const cache = documents()
    const trusted = await trustedDocuments(await manifestOf(SAVED, () => SCHEMA), cache)
    expect(trusted.size).toBe(3)
    const { text } = SAVED[1]!
    const known = trusted.byHash(sha256(text))!.known
    expect(trusted.byText(text)!.known).toBe(known)
    expect(granted(cache.get(text))).toBe(known)
  })

  it('does not start with a text that was changed under its hash, or that is over a limit', async () => {
    const manifest = await manifestOf(SAVED, () => SCHEMA)
    const [[hash, entry]] = Object.entries(manifest.documents) as [[string, never]]
    const forged: Manifest = {
      version: 1,
      documents: { [hash]: { ...entry as object, text: 'query One { other }' } as never },
    }
    await expect(trustedDocuments(forged, documents())).rejects.toThrow(/is not its sha256/)
    const small = { ...DEFAULT_FRONT_DOOR.document, depth: 1 }
    await expect(trustedDocuments(manifest, documentCache(small, DEFAULT_FRONT_DOOR.cache)))
      .rejects.toThrow('trusted document partner/Two: DOCUMENT_TOO_DEEP')
  })
})

describe('what a request means', () => {
  const choose = async (
    parameters: Parameters<typeof chooseDocument>[0],
    client: string | undefined = 'desk',
    unknown: 'refuse' | 'allow' = 'refuse',
  ) => {
    const chosen = chooseDocument(parameters, await registry(), client, unknown)
    if (!chosen.ok) return refusal(chosen)
    return chosen.value.kind === 'trusted' ? chosen.value.document.name : chosen.value.text
  }
  const [one, two, three] = SAVED.map(({ text }) => sha256(text)) as [string, string, string]
  const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
    extensions: { persistedQuery: { version, sha256Hash } },
  })

  it('is told by hash, by id or by its text', async () => {
    expect(await choose(persisted(one))).toBe('One')
    expect(await choose(persisted(one.toUpperCase()))).toBe('One')
    expect(await choose({ documentId: `sha256:${one}` })).toBe('One')
    expect(await choose({ query: 'query One { a }\n' })).toBe('One')
    expect(await choose({ query: 'query One { a }\n', ...persisted(one) })).toBe('One')
  })

  it('is a document of one’s own or of everybody', async () => {
    expect(await choose({ documentId: `sha256:${three}` })).toBe('Three')
    expect(await choose({ documentId: `sha256:${two}` }, 'partner')).toBe('Two')
  })

  it('tells nobody of another client’s documents', async () => {
    expect(await choose({ documentId: `sha256:${two}` })).toBe('DOCUMENT_UNKNOWN')
    expect(await choose(persisted('0'.repeat(64)))).toBe('DOCUMENT_UNKNOWN')
    expect(await choose({ query: SAVED[1]!.text })).toBe('DOCUMENT_NOT_TRUSTED')
    const trusted = await registry()
    const nobody = chooseDocument({ documentId: `sha256:${one}` }, trusted, undefined, 'refuse')
    expect(refusal(nobody)).toBe('DOCUMENT_UNKNOWN')
    expect(chooseDocument({ documentId: `sha256:${three}` }, trusted, undefined, 'refuse').ok)
      .toBe(true)
  })

  it('may be free text only where that is allowed', async () => {
    expect(await choose({ query: '{ a }' })).toBe('DOCUMENT_NOT_TRUSTED')
    // A blank makes another text.
    expect(await choose({ query: 'query One { a }' })).toBe('DOCUMENT_NOT_TRUSTED')
    expect(await choose({ query: '{ a }' }, 'desk', 'allow')).toBe('{ a }')
    expect(await choose({ documentId: `sha256:${two}` }, 'desk', 'allow')).toBe('DOCUMENT_UNKNOWN')
  })

  it.each([
    [{}, 'BODY_MALFORMED'],
    [{ documentId: 'md5:00' }, 'DOCUMENT_UNKNOWN /documentId'],
    [{ documentId: 'sha256:00' }, 'BODY_MALFORMED /documentId'],
    [{ documentId: 'sha256:constructor' }, 'BODY_MALFORMED /documentId'],
    [persisted(1), 'BODY_MALFORMED /extensions/persistedQuery'],
    [persisted('0'.repeat(64), 2), 'BODY_MALFORMED /extensions/persistedQuery'],
    [persisted('zz'), 'BODY_MALFORMED /extensions/persistedQuery/sha256Hash'],
    [{ extensions: { persistedQuery: 1 } }, 'BODY_MALFORMED /extensions/persistedQuery'],
    [{ query: 'query One { a }\n', ...persisted('0'.repeat(64)) }, 'DOCUMENT_HASH_WRONG'],
  ])('%j: %s', async (parameters, code) => {
    expect(await choose(parameters)).toBe(code)
  })

  it('is checked against its hash', async () => {
    expect(refusal(await checkHash('{ a }', '0'.repeat(64)))).toBe('DOCUMENT_HASH_WRONG')
    expect((await checkHash('{ 汇通 }', await hashOf('{ 汇通 }'))).ok).toBe(true)
    expect(await hashOf('{ 汇通 }')).toBe(sha256('{ 汇通 }'))
  })
})

describe('a client', () => {
  const settings = { clients: { 'acme-erp': 'partner' }, people: 'desk' }

  it('is a program’s own id, what it stands for, or what people use', () => {
    expect(clientOf(partnerApp('bank', 'acme-erp'), settings)).toBe('partner')
    expect(clientOf(partnerApp('bank', 'other'), settings)).toBe('other')
    expect(clientOf(partnerApp('bank', 'constructor'), settings)).toBe('constructor')
    expect(clientOf(actor('bank', 'maker'), settings)).toBe('desk')
    expect(clientOf(undefined, settings)).toBeUndefined()
  })
})
