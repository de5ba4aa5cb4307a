import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  DEFAULT_FRONT_DOOR,
  defineFrontDoor,
  DEVELOPMENT_FRONT_DOOR,
} from '../../../gateway/door/config.ts'
import { loadFrontDoor } from '../../../gateway/door/load-config.ts'

const EXAMPLE = join(import.meta.dirname!, '../../../gateway/door/front-door.example.ts')

function file(text: string, name = 'front-door.ts'): string {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-door-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('the configuration of the front door', () => {
  it('takes what differs and keeps the rest', () => {
    const config = defineFrontDoor({ document: { depth: 5 }, cors: { origins: ['https://a.b'] } })
    expect(config.document).toEqual({ ...DEFAULT_FRONT_DOOR.document, depth: 5 })
    expect(config.cors.origins).toEqual(['https://a.b'])
    expect(config.rate).toEqual(DEFAULT_FRONT_DOOR.rate)
  })

  it('has defaults that its own checks let pass', () => {
    expect(defineFrontDoor(DEFAULT_FRONT_DOOR)).toEqual(DEFAULT_FRONT_DOOR)
    expect(defineFrontDoor(DEVELOPMENT_FRONT_DOOR)).toEqual(DEVELOPMENT_FRONT_DOOR)
  })

  it('protects in production and opens what people need for trying out', () => {
    const pick = ({ trusted, introspection, validation, rate }: typeof DEFAULT_FRONT_DOOR) => [
      trusted.unknown,
      introspection.on,
      validation.suggestions,
      rate.on,
    ]
    expect(pick(DEFAULT_FRONT_DOOR)).toEqual(['refuse', false, false, true])
    expect(pick(DEVELOPMENT_FRONT_DOOR)).toEqual(['allow', true, true, false])
    expect(DEVELOPMENT_FRONT_DOOR.document).toEqual(DEFAULT_FRONT_DOOR.document)
  })

  it.each([
    [{ document: { depth: 0 } }, /^document\.depth: 0 is not a whole number from 1/],
    [{ document: { depth: 2.5 } }, /^document\.depth: 2.5/],
    [{ document: { dept: 3 } }, /^document\.dept: there is no such setting/],
    [{ documents: {} }, /^documents: there is no such section/],
    [{ document: 3 }, /^document: is an object/],
    [{ cors: { origins: ['*'] } }, /^cors\.origins: "\*" is not an origin/],
    [{ cors: { origins: ['https://a.b/path'] } }, /^cors\.origins/],
    [{ csrf: { headers: ['X-Upper'] } }, /^csrf\.headers/],
    [{ trusted: { unknown: 'perhaps' } }, /^trusted\.unknown: .* refuse, allow/],
    [{ rate: { policies: [{ name: 'a' }] } }, /^rate\.policies: .* lacks callers/],
    [{ rate: { policies: 'many' } }, /^rate\.policies: "many" is not a list/],
    [{ introspection: { on: 'yes' } }, /^introspection\.on: "yes" is not true or false/],
    [[], /^the settings are an object/],
    ['document', /^the settings are an object/],
  ])('refuses %j and says where', (settings, message) => {
    expect(() => defineFrontDoor(settings as never)).toThrow(message)
    expect(() => defineFrontDoor(settings as never)).toThrow(RangeError)
  })

  it('names every setting at fault at once, and two policies with one name', () => {
    const policy = { name: 'a', callers: 'all', units: 1, windowSeconds: 1 } as const
    expect(() =>
      defineFrontDoor({ document: { depth: 0, fields: -1 }, rate: { policies: [policy, policy] } })
    ).toThrow(/document\.depth: .*; document\.fields: .*; rate\.policies: two policies/)
  })

  it('comes from a file, and the example is one', async () => {
    const config = await loadFrontDoor(EXAMPLE, DEFAULT_FRONT_DOOR)
    expect(config.rate).toMatchObject({ store: 'shared', trustedProxies: 1, on: true })
    expect(config.rate.policies.map(({ name }) => name)).toEqual(
      ['bulk', 'anonymous', 'person', 'app', 'operate'],
    )
    expect(config.idempotency.required).toBe(true)
    expect(config.document).toEqual(DEFAULT_FRONT_DOOR.document)
  })

  it.each([
    ['export default { document: { depth: 0 } }', /^FRONT_DOOR: .*document\.depth: 0/],
    ['export const door = {}', /^FRONT_DOOR: .* has no default export/],
    ['export default {', /^FRONT_DOOR: .* cannot be loaded/],
    ['throw new Error("broken")', /^FRONT_DOOR: .* cannot be loaded: broken/],
  ])('says which setting names a file that says %j', async (text, message) => {
    await expect(loadFrontDoor(file(text), DEFAULT_FRONT_DOOR)).rejects.toThrow(message)
  })

  it('says that a file is not there', async () => {
    await expect(loadFrontDoor('/nowhere/door.ts', DEFAULT_FRONT_DOOR)).rejects.toThrow(
      /^FRONT_DOOR: \/nowhere\/door\.ts cannot be loaded/,
    )
  })

  it('takes policies that are functions, and nothing else for one', () => {
    const policies = { 'office-hours': () => true }
    expect(defineFrontDoor({ access: { policies } }).access.policies).toBe(policies)
    expect(() => defineFrontDoor({ access: { policies: { late: true as never } } }))
      .toThrow('access.policies: true is not a function')
    expect(() => defineFrontDoor({ answers: { referenceSeconds: { 'Query.orders': -1 } } }))
      .toThrow('answers.referenceSeconds: -1 is not a whole number')
  })
})
