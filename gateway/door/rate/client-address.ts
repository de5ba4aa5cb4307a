/**
 * Whose address a request comes from.
 */

/** As the runtime's server has it: the other end of the connection. */
export type PeerAddress = (request: Request) => string | undefined

/**
 * The client's address: the peer's, or what the first of our own proxies saw.
 *
 * Each proxy appends the address that it saw to `X-Forwarded-For`. Only as many entries from its end as
 * there are proxies of ours are true; whatever stands before them was written by the client.
 *
 * @see RFC 7239, section 8.1, on forged entries
 */
export function clientAddress(
  headers: Headers,
  peer: string | undefined,
  trustedProxies: number,
): string | undefined {
  if (trustedProxies === 0) return peer === undefined ? undefined : grouped(peer)
  const seen = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim())
  const entry = seen.at(-trustedProxies)
  return entry === undefined || entry === '' ? undefined : grouped(entry)
}

/** An IPv6 customer has at least a /64: its addresses are one caller. */
function grouped(address: string): string {
  const bare = /^\[(.*)\](:\d+)?$/.exec(address)?.[1] ?? address.replace(/^([\d.]+):\d+$/, '$1')
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1]
  if (mapped !== undefined) return mapped
  if (!bare.includes(':')) return bare.slice(0, 64)
  const [head = '', tail] = bare.toLowerCase().split('%')[0]!.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after]
  const short = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '').slice(0, 4))
  return `${short.join(':')}::/64`
}
