import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_FRONT_DOOR } from '../../../gateway/door/config.ts'
import { checkDeclared, readBody } from '../../../gateway/door/request/body.ts'
import { measureJson, readJson } from '../../../gateway/door/request/json.ts'
import { isJson, readParameters } from '../../../gateway/door/request/parameters.ts'
import { ENDPOINT } from '../../support/door.ts'
import { refusal } from '../../support/rig.ts'

const LIMITS = { bodyBytes: 1_000, bodyTimeoutMs: 10_000 }

function streamed(chunks: readonly Uint8Array[]) {
  const seen = { pulled: 0, cancelled: false }
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[seen.pulled++]
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
    cancel() {
      seen.cancelled = true
    },
  }, { highWaterMark: 0 })
  return { seen, body }
}

function request(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request(ENDPOINT, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}

describe('a body', () => {
  it('is text in UTF-8, however it is cut into pieces', async () => {
    const bytes = new TextEncoder().encode('汇通 𝄞 ok')
    for (let size = 1; size <= bytes.length; size++) {
      const pieces: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size))
      const read = await readBody(request(streamed(pieces).body), LIMITS)
      expect(read).toEqual({ ok: true, value: '汇通 𝄞 ok' })
    }
    expect(await readBody(request(null), LIMITS)).toEqual({ ok: true, value: '' })
  })

  it('is not read past its limit, whatever length it declared', async () => {
    for (const headers of [undefined, { 'content-length': '10' }]) {
      const chunks = Array.from({ length: 100 }, () => new Uint8Array(300))
      const { body, seen } = streamed(chunks)
      expect(refusal(await readBody(request(body, headers), LIMITS))).toBe('BODY_TOO_LARGE')
      expect(seen.pulled).toBeLessThan(10)
      expect(seen.cancelled).toBe(true)
    }
  })

  it('may be as long as the limit', async () => {
    expect((await readBody(request('x'.repeat(1_000)), LIMITS)).ok).toBe(true)
    expect(refusal(await readBody(request('x'.repeat(1_001)), LIMITS))).toBe('BODY_TOO_LARGE')
  })

  it('is refused by what it declares before a byte of it is read', () => {
    const check = (headers: Record<string, string>) => {
      const checked = checkDeclared(new Headers(headers), 1_000)
      return checked.ok ? 'ok' : checked.code
    }
    expect(check({ 'content-length': '1001' })).toBe('BODY_TOO_LARGE')
    expect(check({ 'content-length': '99999999999999999999' })).toBe('BODY_MALFORMED')
    for (const odd of ['-1', '1e3', '0x10', '10, 10', ' ', '1.5']) {
      expect(check({ 'content-length': odd })).toBe('BODY_MALFORMED')
    }
    expect(check({ 'content-encoding': 'gzip' })).toBe('BODY_COMPRESSED')
    expect(check({ 'content-encoding': 'identity', 'content-length': '1000' })).toBe('ok')
  })

  it.each([
    ['a lone continuation', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half a character', [0xe6, 0xb1]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf5, 0x80, 0x80, 0x80]],
  ])('is refused when it holds %s', async (_, bytes) => {
    const body = request(new Uint8Array([0x22, ...bytes]))
    expect(refusal(await readBody(body, LIMITS))).toBe('BODY_NOT_UTF8')
  })

  it('is given up when it does not arrive', async () => {
    const never = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) })
    const read = await readBody(request(never), { ...LIMITS, bodyTimeoutMs: 10 })
    expect(refusal(read)).toBe('BODY_TOO_SLOW')
  })

  it('is refused when it breaks off', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('gone'))
      },
    })
    expect(refusal(await readBody(request(broken), LIMITS))).toBe('BODY_MALFORMED')
  })
})

describe('JSON', () => {
  const limits = { jsonDepth: 4, jsonValues: 20 }

  it.each([
    ['[[[[1]]]]', 'ok'],
    ['[[[[[1]]]]]', 'BODY_TOO_DEEP'],
    ['{"a":{"b":{"c":{"d":{}}}}}', 'BODY_TOO_DEEP'],
    ['["[[[[[[", "{{{{{{"]', 'ok'],
    ['["\\"[[[[[[", "\\\\"]', 'ok'],
    ['["\\\\", [[[[[1]]]]]]', 'BODY_TOO_DEEP'],
    [`[${'1,'.repeat(17)}1]`, 'ok'],
    [`[${'1,'.repeat(19)}1]`, 'BODY_TOO_WIDE'],
    [`["${','.repeat(99)}"]`, 'ok'],
    ['[[],[],[],[],[],[]]', 'ok'],
    ['{"a"', 'BODY_MALFORMED'],
    ['', 'BODY_MALFORMED'],
    ['"unfinished', 'BODY_MALFORMED'],
  ])('%s: %s', (text, expected) => {
    const read = readJson(text, limits)
    expect(read.ok ? 'ok' : read.code).toBe(expected)
  })

  it('measures every JSON value as a walk through it does', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
        : 0
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const depth = depthOf(value)
      const fits = (jsonDepth: number) =>
        measureJson(JSON.stringify(value), { jsonDepth, jsonValues: 1e9 }).ok
      expect(fits(depth)).toBe(true)
      if (depth > 0) expect(fits(depth - 1)).toBe(false)
    }))
  })
})

describe('parameters', () => {
  const limits = { ...DEFAULT_FRONT_DOOR.request, batchOperations: 3 }
  const post = async (body: string, type = 'application/json') => {
    const read = await readParameters(request(body, { 'content-type': type }), limits)
    return read.ok ? read.value : refusal(read)
  }
  const get = async (search: string) => {
    const read = await readParameters(new Request(`${ENDPOINT}${search}`), limits)
    return read.ok ? read.value : refusal(read)
  }

  it('come as JSON, alone or several, and null is absent', async () => {
    expect(await post('{"query":"{a}","variables":null}')).toEqual({ query: '{a}' })
    expect(await post('[{"query":"{a}"},{"documentId":"x"}]')).toEqual(
      [{ query: '{a}' }, { documentId: 'x' }],
    )
  })

  it('come in a URL, where variables and extensions are JSON', async () => {
    expect(await get('?query=%7Ba%7D&operationName=A&variables=%7B%22v%22%3A1%7D')).toEqual(
      { query: '{a}', operationName: 'A', variables: { v: 1 } },
    )
    expect(await get('')).toEqual({})
    expect(await get('?query=%7Ba%7D&variables=[')).toBe('BODY_MALFORMED')
    expect(await get(`?extensions=${'['.repeat(99)}`)).toBe('BODY_TOO_DEEP')
    expect(await get(`?query=${'a'.repeat(9_000)}`)).toBe('URL_TOO_LONG')
  })

  it.each([
    ['{"query":1}', 'BODY_MALFORMED /query'],
    ['{"query":"{a}","variables":[1]}', 'BODY_MALFORMED /variables'],
    ['{"query":"{a}","extensions":"x"}', 'BODY_MALFORMED /extensions'],
    ['{"query":"{a}","operationName":{}}', 'BODY_MALFORMED /operationName'],
    ['[{"query":"{a}"},{"query":2}]', 'BODY_MALFORMED /1/query'],
    ['[]', 'BODY_MALFORMED'],
    ['[1]', 'BODY_MALFORMED /0'],
    ['[[]]', 'BODY_MALFORMED /0'],
    ['{"other":1}', 'BODY_MALFORMED '],
    ['{"__proto__":{"query":"{a}"}}', 'BODY_MALFORMED '],
    ['[{},{},{},{}]', 'BATCH_TOO_LARGE'],
  ])('%s: %s', async (body, code) => {
    expect(await post(body)).toBe(code)
  })

  it('are JSON in UTF-8 and nothing else', async () => {
    for (const type of ['text/plain', 'multipart/form-data', 'application/graphql', 'a/b']) {
      expect(await post('{}', type)).toBe('CONTENT_TYPE_UNSUPPORTED')
    }
    expect(isJson('Application/JSON; charset="UTF-8"')).toBe(true)
    expect(isJson('application/graphql+json;charset=utf8')).toBe(true)
    expect(isJson('application/json; charset=utf-16')).toBe(false)
    expect(isJson('application/jsonp')).toBe(false)
    expect(isJson(null)).toBe(false)
  })

  it('come one by one where batches are off', async () => {
    const off = { ...limits, batchOperations: 1 }
    const read = await readParameters(
      request('[{"query":"{a}"}]', { 'content-type': 'application/json' }),
      off,
    )
    expect(refusal(read)).toBe('BATCH_TOO_LARGE')
  })
})
