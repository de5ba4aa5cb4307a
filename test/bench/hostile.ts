/**
 * Hostile requests by seed, over our own schema: everything that a stranger can send to make a server
 * work, wait or fall over.
 *
 * They are made for a door at `DEFAULT_FRONT_DOOR`'s limits that lets unknown documents in: where only
 * registered documents are run, most of them would be refused at first sight.
 */

/** Sends a request to a server. */
type Fetch = (request: Request) => Promise<Response> | Response

/** @property family what kind it is @property request makes it anew, for one use */
export interface HostileRequest {
  readonly family: string
  request(): Request
}

/** What became of a run. @property passed families of requests that were not refused: none, it is hoped */
export interface HostileReport {
  readonly count: number
  readonly maxMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly slowest: string
  readonly passed: readonly string[]
  /** Code → how often. */
  readonly codes: Readonly<Record<string, number>>
}

const URL_ = 'http://127.0.0.1/graphql'
const MEGABYTE = 1024 * 1024

type Random = (min: number, max: number) => number
type Body = BodyInit

/** The same requests for the same seed. */
export function* hostileRequests(count: number, seed: number): Generator<HostileRequest> {
  const families = Object.entries(FAMILIES)
  for (let index = 0; index < count; index++) {
    const [family, make] = families[index % families.length]!
    const request = make(randomOf(seed + index))
    yield { family, request }
  }
}

/**
 * Sends them one after the other and times each, from the request to the last byte of its answer.
 *
 * @param headers of every request, such as a token
 * @param between called now and then, to see whether others are still served
 */
export async function runHostile(
  fetch: Fetch,
  { count = 10_000, seed = 1, headers = {}, between }: {
    count?: number
    seed?: number
    headers?: Readonly<Record<string, string>>
    between?: (index: number) => Promise<void>
  } = {},
): Promise<HostileReport> {
  const times: number[] = []
  const passed = new Set<string>()
  const codes: Record<string, number> = {}
  let slowest = { family: '', ms: -1 }
  let index = 0
  for (const { family, request } of hostileRequests(count, seed)) {
    const sent = request()
    for (const [name, value] of Object.entries(headers)) sent.headers.set(name, value)
    const start = performance.now()
    const response = await fetch(sent)
    const text = await response.text()
    const ms = performance.now() - start
    times.push(ms)
    if (ms > slowest.ms) slowest = { family, ms }
    const code = codeOf(response.status, text)
    if (code === undefined) passed.add(family)
    else codes[code] = (codes[code] ?? 0) + 1
    await between?.(index++)
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!
  return {
    count,
    maxMs: at(1),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    slowest: slowest.family,
    passed: [...passed],
    codes,
  }
}

/** The code of a refusal; undefined when there is data, or an error of ours. */
function codeOf(status: number, text: string): string | undefined {
  if (status >= 500) return undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return status >= 400 ? `HTTP_${status}` : undefined
  }
  const [answer] = Array.isArray(body) ? body : [body]
  if (answer?.data !== undefined && answer.data !== null) return undefined
  const code = answer?.errors?.[0]?.extensions?.code ?? answer?.code
  if (typeof code === 'string') return code
  return status >= 400 ? `HTTP_${status}` : undefined
}

/** A small generator of numbers (mulberry32): the same everywhere. */
function randomOf(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  return (min, max) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return min + ((mixed ^ (mixed >>> 14)) >>> 0) % (max - min + 1)
  }
}

function post(body: Body, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request(URL_, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  } as RequestInit)
}

const query = (text: string, variables?: unknown) => () =>
  post(JSON.stringify({ query: text, ...(variables === undefined ? {} : { variables }) }))
const raw = (body: Body, headers?: Readonly<Record<string, string>>) => () => post(body, headers)
const many = (count: number, make: (index: number) => string, by = ' ') =>
  Array.from({ length: count }, (_, index) => make(index)).join(by)
/** Mostly just over a limit, sometimes far. */
const over = (random: Random, limit: number, far: number) =>
  random(0, 3) === 0 ? random(limit + 1, far) : limit + random(1, 20)

const LEAF = 'id'
const bytes = new Uint8Array(64 * 1024).fill(0x20)

const FAMILIES: Readonly<Record<string, (random: Random) => () => Request>> = {
  'deep, every level valid'(random) {
    const depth = over(random, 16, 3_000)
    return query(
      `{ voucher(id: "v") { ${'reverses { '.repeat(depth)}${LEAF}${' }'.repeat(depth)} } }`,
    )
  },
  'deep, thousands of braces': (random) => query('{a'.repeat(random(100, 20_000))),
  'lists in lists'(random) {
    const depth = random(70, 20_000)
    return query(`{ voucher(id: ${'['.repeat(depth)}${']'.repeat(depth)}) { id } }`)
  },
  'objects in objects'(random) {
    const depth = random(70, 8_000)
    return query(`{ voucher(id: ${'{a:'.repeat(depth)}1${'}'.repeat(depth)}) { id } }`)
  },
  'types of types': (random) =>
    query(`query ($a: ${'['.repeat(random(70, 15_000))}Int) { orders { pageInfo { endCursor } } }`),
  'wide, the same field': (random) =>
    query(`{ voucher(id: "v") { ${many(over(random, 150, 9_000), () => 'number')} } }`),
  'wide, unknown fields': (random) =>
    query(`{ ${many(over(random, 20, 9_000), (i) => `vouchr${i}`)} }`),
  'aliases at the root': (random) =>
    query(
      `{ ${
        many(over(random, 20, 3_000), (i) => `a${i}: orders(first: 1) { pageInfo { endCursor } }`)
      } }`,
    ),
  'aliases of a leaf': (random) =>
    query(`{ voucher(id: "v") { ${many(over(random, 50, 6_000), (i) => `a${i}: number`)} } }`),
  'a fragment that spreads itself'(random) {
    const length = random(1, 45)
    const ring = many(length, (i) => `fragment F${i} on Voucher { id ...F${(i + 1) % length} }`)
    return query(`{ voucher(id: "v") { ...F0 } } ${ring}`)
  },
  'a fragment nobody uses that spreads itself': () =>
    query('{ orders { pageInfo { endCursor } } } fragment F on Voucher { reverses { ...F } }'),
  'fragments that double'(random) {
    const length = random(12, 48)
    const chain = many(
      length,
      (i) => `fragment F${i} on Voucher { ...F${i + 1} a${i}: reverses { ...F${i + 1} } }`,
    )
    return query(
      `{ voucher(id: "v") { ...F0 } } ${chain} fragment F${length} on Voucher { id }`,
    )
  },
  'many fragments': (random) =>
    query(
      `{ voucher(id: "v") { id } } ${
        many(over(random, 50, 2_000), (i) => `fragment F${i} on Voucher { id }`)
      }`,
    ),
  'many operations': (random) =>
    query(
      many(over(random, 10, 3_000), (i) => `query Q${i} { orders { pageInfo { endCursor } } }`),
    ),
  'fields that must merge'(random) {
    const levels = random(7, 9)
    let set = 'id'
    for (let level = 0; level < levels; level++) set = `reverses { ${set} } reverses { ${set} }`
    return query(`{ voucher(id: "v") { ${set} } }`)
  },
  'a huge page'(random) {
    const first = random(2_000, 2 ** 31 - 1)
    const nodes = 'edges { node { serial vouchers { entries { subject { code } } } } }'
    return random(0, 1) === 0
      ? query(`{ orders(first: ${first}) { ${nodes} } }`)
      : query(`query ($n: Int) { orders(first: $n) { ${nodes} } }`, { n: first })
  },
  'pages in pages': () =>
    query(`{ accounts { entries(first: 100) { edges { node { voucher { order {
      vouchers { order { vouchers { entries { subject { code } } } } } } } } } } } }`),
  'bad UTF-8'(random) {
    const body = new TextEncoder().encode('{"query":"{ orders { pageInfo { endCursor } } }  "}')
    const bad = [0xff, 0xc0, 0xed, 0xf8][random(0, 3)]!
    body[body.length - 3 - random(0, 1)] = bad
    return raw(body)
  },
  'ten megabytes, and says so': () =>
    raw(stream(10 * MEGABYTE), { 'content-length': String(10 * MEGABYTE) }),
  'ten megabytes, and does not say so': () => () => post(stream(10 * MEGABYTE)),
  'ten megabytes, and says ten bytes': () => raw(stream(10 * MEGABYTE), { 'content-length': '10' }),
  'a length that is no number': () => raw('{}', { 'content-length': '1e9' }),
  'a compressed body': () => raw('{}', { 'content-encoding': 'gzip' }),
  'deep variables'(random) {
    const depth = over(random, 32, 60_000)
    const open = random(0, 1) === 0 ? '[' : '{"a":'
    const value = open.repeat(depth) + (open === '[' ? ']' : '1}').repeat(depth)
    return raw(`{"query":"{ __typename }","variables":{"v":${value}}}`)
  },
  'wide variables': (random) =>
    raw(
      `{"query":"{ __typename }","variables":{"v":[${many(random(20_001, 60_000), String, ',')}]}}`,
    ),
  'a flood of directives': (random) =>
    query(
      `{ voucher(id: "v") ${many(over(random, 4, 5_000), () => '@include(if: true)')} { id } }`,
    ),
  'directives that nobody knows': (random) =>
    query(`{ voucher(id: "v") { id ${many(over(random, 4, 9_000), (i) => `@d${i}`)} } }`),
  'a flood of operations in a batch': (random) =>
    raw(`[${many(over(random, 10, 5_000), () => '{"query":"{ __typename }"}', ',')}]`),
  'a huge number': (random) =>
    query(`{ orders(first: ${'9'.repeat(random(20, 40_000))}) { pageInfo { endCursor } } }`),
  'a huge exponent': () => query('{ orders(first: 1e99999) { pageInfo { endCursor } } }'),
  'a block string that does not end': (random) =>
    query(`{ voucher(id: """${'\\n "" \\'.repeat(random(10, 4_000))}) { id } }`),
  'a long name': (random) => query(`{ ${'a'.repeat(random(100, 200_000))} }`),
  'a long comment': (random) => query(`#${'x'.repeat(random(60_000, 200_000))}`),
  'unicode that looks like letters'(random) {
    const trick = ['ο', '\u200b', '\u202e', 'ａ', '\u0301', '\u0000', '𝐚', '\ufffe'][random(0, 7)]!
    return query(`{ orders${trick} { pageInfo { endCursor } } }`)
  },
  'half a character': () => raw('{"query":"{ voucher\\ud800 { id } }"}'),
  'introspection of types of types'(random) {
    const levels = random(1, 8)
    const type = `${'ofType { '.repeat(levels)}name${' }'.repeat(levels)}`
    return query(`{ __schema { types { fields { type { ${type} } } } } }`)
  },
  'introspection, quietly': () => query('{ t: __type(name: "Query") { fields { name } } }'),
  'no JSON'(random) {
    return raw(['', '{', '[]', 'null', '1', '"a"', '{"query":', '[null]', '[[]]'][random(0, 8)]!)
  },
  'parameters of other types'(random) {
    const odd = [
      '{"query":1}',
      '{"query":{"a":1}}',
      '{"query":"{ __typename }","variables":[]}',
      '{"query":"{ __typename }","extensions":"x"}',
      '{"query":"{ __typename }","operationName":{}}',
      '{"__proto__":{"query":"{ __typename }"}}',
      '{"constructor":1,"query":"{ __typename }"}',
      '{"extensions":{"persistedQuery":1}}',
      '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"__proto__"}}}',
      '{"documentId":"sha256:constructor"}',
    ]
    return raw(odd[random(0, odd.length - 1)]!)
  },
  'a long URL': (random) => () =>
    new Request(`${URL_}?query=${'%7B'.repeat(random(3_000, 30_000))}`, {
      headers: { 'x-huitong-csrf': '1' },
    }),
  'a form of another site'(random) {
    const type = ['text/plain', 'application/x-www-form-urlencoded'][random(0, 1)]!
    return raw('{"query":"{ __typename }"}', { 'content-type': type })
  },
  'an unknown hash': (random) =>
    raw(JSON.stringify({
      extensions: { persistedQuery: { version: 1, sha256Hash: String(random(0, 9)).repeat(64) } },
    })),
}

/** A stream of blanks that nobody should read to its end. */
function stream(length: number): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      if (sent >= length) return controller.close()
      sent += bytes.byteLength
      controller.enqueue(bytes)
    },
  }, { highWaterMark: 0 })
}
