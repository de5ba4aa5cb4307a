/**
 * A server that speaks Bolt 4.4 and says what a script tells it to: for failures that a real server
 * does not show when it is asked to.
 *
 * @see https://neo4j.com/docs/bolt/current/ for handshake, chunks, messages and PackStream
 */
import { createServer, type Socket } from 'node:net'

/** What a script answers to a query. */
export type StubAnswer =
  | { readonly fields: readonly string[]; readonly rows: readonly (readonly unknown[])[] }
  | { readonly code: string; readonly message?: string }
  /** Closes the connection. */
  | 'drop'
  /** Says nothing, ever. */
  | 'stall'

/** @param statement as sent; `BEGIN`, `COMMIT`, `ROLLBACK` and `HELLO` come too */
export type StubScript = (
  statement: string,
  parameters: Readonly<Record<string, unknown>>,
) => StubAnswer

export interface BoltStub {
  readonly url: string
  /** Everything that was asked, in order. */
  readonly asked: { statement: string; parameters: Readonly<Record<string, unknown>> }[]
  close(): Promise<void>
}

const MAGIC = 0x6060b017
const VERSION = [0, 0, 4, 4]

const HELLO = 0x01
const GOODBYE = 0x02
const RESET = 0x0f
const RUN = 0x10
const BEGIN = 0x11
const COMMIT = 0x12
const ROLLBACK = 0x13
const PULL = 0x3f
const SUCCESS = 0x70
const RECORD = 0x71
const IGNORED = 0x7e
const FAILURE = 0x7f

/** Starts one on a free port. */
export function boltStub(script: StubScript): Promise<BoltStub> {
  const asked: BoltStub['asked'] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, (statement, parameters) => {
      asked.push({ statement, parameters })
      return script(statement, parameters)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      resolve({
        url: `bolt://127.0.0.1:${port}`,
        asked,
        close: () =>
          new Promise((done) => {
            for (const socket of sockets) socket.destroy()
            server.close(() => done())
          }),
      })
    })
  })
}

function serve(socket: Socket, script: StubScript): void {
  let buffer = Buffer.alloc(0)
  let greeted = false
  let message = Buffer.alloc(0)
  let failed = false
  let rows: readonly (readonly unknown[])[] = []
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data as Uint8Array])
    if (!greeted) {
      if (buffer.length < 20) return
      if (buffer.readUInt32BE(0) !== MAGIC) return socket.destroy()
      greeted = true
      buffer = buffer.subarray(20)
      socket.write(Uint8Array.from(VERSION))
    }
    while (buffer.length >= 2) {
      const size = buffer.readUInt16BE(0)
      if (buffer.length < size + 2) return
      const chunk = buffer.subarray(2, size + 2)
      buffer = buffer.subarray(size + 2)
      if (size > 0) {
        message = Buffer.concat([message, chunk])
        continue
      }
      if (message.length === 0) continue
      const whole = message
      message = Buffer.alloc(0)
      handle(whole)
    }
  })

  function handle(bytes: Buffer): void {
    const [tag, fields] = unpackMessage(bytes)
    if (tag === GOODBYE) return void socket.end()
    if (tag === RESET) {
      failed = false
      return send(SUCCESS, {})
    }
    if (failed) return send(IGNORED)
    if (tag === PULL) {
      for (const row of rows) send(RECORD, row)
      rows = []
      return send(SUCCESS, { has_more: false })
    }
    const [statement, parameters] = asText(tag, fields)
    const answer = script(statement, parameters)
    if (answer === 'drop') return void socket.destroy()
    if (answer === 'stall') return
    if ('code' in answer) {
      failed = true
      return send(FAILURE, { code: answer.code, message: answer.message ?? answer.code })
    }
    rows = answer.rows
    if (tag === HELLO) return send(SUCCESS, { server: 'Neo4j/4.4.0', connection_id: 'stub' })
    send(SUCCESS, tag === RUN ? { fields: answer.fields } : {})
  }

  function send(tag: number, ...fields: unknown[]): void {
    const body = pack(fields, tag)
    const head = Buffer.alloc(2)
    head.writeUInt16BE(body.length)
    socket.write(Buffer.concat([head, body, Buffer.alloc(2)]))
  }
}

function asText(tag: number, fields: readonly unknown[]): [string, Record<string, unknown>] {
  switch (tag) {
    case HELLO:
      return ['HELLO', fields[0] as Record<string, unknown>]
    case RUN:
      return [fields[0] as string, fields[1] as Record<string, unknown>]
    case BEGIN:
      return ['BEGIN', {}]
    case COMMIT:
      return ['COMMIT', {}]
    case ROLLBACK:
      return ['ROLLBACK', {}]
    default:
      return [`MESSAGE ${tag.toString(16)}`, {}]
  }
}

/** A structure of some fields. */
function pack(fields: readonly unknown[], tag: number): Buffer {
  return Buffer.concat([Uint8Array.from([0xb0 | fields.length, tag]), ...fields.map(packValue)])
}

function packValue(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xc0])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2])
  if (typeof value === 'number' && Number.isInteger(value)) {
    const bytes = Buffer.alloc(9)
    bytes[0] = 0xcb
    bytes.writeBigInt64BE(BigInt(value), 1)
    return bytes
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes[0] = 0xc1
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  if (typeof value === 'string') {
    const text = Buffer.from(value)
    return Buffer.concat([sized(0xd2, text.length), text])
  }
  if (Array.isArray(value)) {
    return Buffer.concat([sized(0xd6, value.length), ...value.map(packValue)])
  }
  const entries = Object.entries(value as object)
  return Buffer.concat([
    sized(0xda, entries.length),
    ...entries.flatMap(([name, inside]) => [packValue(name), packValue(inside)]),
  ])
}

function sized(marker: number, size: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes[0] = marker
  bytes.writeUInt32BE(size, 1)
  return bytes
}

function unpackMessage(bytes: Buffer): [number, unknown[]] {
  const count = bytes[0]! & 0x0f
  const reader = { bytes, at: 2 }
  return [bytes[1]!, Array.from({ length: count }, () => unpack(reader))]
}

function unpack(reader: { readonly bytes: Buffer; at: number }): unknown {
  const { bytes } = reader
  const marker = bytes[reader.at++]!
  const take = (size: number) => bytes.subarray(reader.at, reader.at += size)
  const text = (size: number) => take(size).toString('utf8')
  const list = (size: number) => Array.from({ length: size }, () => unpack(reader))
  const map = (size: number) =>
    Object.fromEntries(Array.from({ length: size }, () => [unpack(reader), unpack(reader)]))
  if (marker < 0x80) return marker
  if (marker >= 0xf0) return marker - 0x100
  const low = marker & 0x0f
  switch (marker & 0xf0) {
    case 0x80:
      return text(low)
    case 0x90:
      return list(low)
    case 0xa0:
      return map(low)
  }
  switch (marker) {
    case 0xc0:
      return null
    case 0xc1:
      return take(8).readDoubleBE()
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xc8:
      return take(1).readInt8()
    case 0xc9:
      return take(2).readInt16BE()
    case 0xca:
      return take(4).readInt32BE()
    case 0xcb:
      return Number(take(8).readBigInt64BE())
    case 0xd0:
      return text(take(1)[0]!)
    case 0xd1:
      return text(take(2).readUInt16BE())
    case 0xd2:
      return text(take(4).readUInt32BE())
    case 0xd4:
      return list(take(1)[0]!)
    case 0xd5:
      return list(take(2).readUInt16BE())
    case 0xd6:
      return list(take(4).readUInt32BE())
    case 0xd8:
      return map(take(1)[0]!)
    case 0xd9:
      return map(take(2).readUInt16BE())
    default:
      return map(take(4).readUInt32BE())
  }
}
