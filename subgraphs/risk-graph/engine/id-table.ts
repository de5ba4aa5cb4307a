/**
 * Names of nodes: text to number and back, without an object per name.
 *
 * Names lie one after another as UTF-8; an open hash table finds them. Nine million take about
 * 200 MB, where a `Map` of strings takes over a gigabyte.
 */
const EMPTY = 0

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Numbers names from 0 in the order in which they come. */
export class IdTable {
  #count = 0
  #bytes = new Uint8Array(1024)
  #ends = new Uint32Array(65)
  /** Number + 1 by hash. */
  #slots = new Uint32Array(128)
  #buffer = new Uint8Array(256)

  get size(): number {
    return this.#count
  }

  /** The number of a name; undefined when it has none. */
  find(name: string): number | undefined {
    const number = this.#slots[this.#slotOf(this.#encode(name))]!
    return number === EMPTY ? undefined : number - 1
  }

  /** The number of a name, which is given one when it has none. */
  add(name: string): number {
    const length = this.#encode(name)
    const slot = this.#slotOf(length)
    const known = this.#slots[slot]!
    if (known !== EMPTY) return known - 1
    const start = this.#ends[this.#count]!
    if (start + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(start + length, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(this.#buffer.subarray(0, length), start)
    this.#count += 1
    if (this.#count + 1 > this.#ends.length) {
      const larger = new Uint32Array(this.#ends.length * 2)
      larger.set(this.#ends)
      this.#ends = larger
    }
    this.#ends[this.#count] = start + length
    this.#slots[slot] = this.#count
    if (this.#count * 2 > this.#slots.length) this.#rehash()
    return this.#count - 1
  }

  /** The name with a number. @throws RangeError when there is none */
  name(number: number): string {
    if (!(number < this.#count)) throw new RangeError(`there is no name ${number}`)
    return decoder.decode(this.#bytes.subarray(this.#ends[number], this.#ends[number + 1]))
  }

  #encode(name: string): number {
    if (name.length * 3 > this.#buffer.length) this.#buffer = new Uint8Array(name.length * 3)
    return encoder.encodeInto(name, this.#buffer).written
  }

  /** The slot of the name in the buffer: its own, or the free one where it belongs. */
  #slotOf(length: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(this.#buffer, 0, length) & mask
    while (true) {
      const number = this.#slots[slot]!
      if (number === EMPTY || this.#equals(number - 1, length)) return slot
      slot = (slot + 1) & mask
    }
  }

  #equals(number: number, length: number): boolean {
    const start = this.#ends[number]!
    if (this.#ends[number + 1]! - start !== length) return false
    for (let i = 0; i < length; i++) {
      if (this.#bytes[start + i] !== this.#buffer[i]) return false
    }
    return true
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let number = 0; number < this.#count; number++) {
      let slot = hashOf(this.#bytes, this.#ends[number]!, this.#ends[number + 1]!) & mask
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask
      this.#slots[slot] = number + 1
    }
  }
}

/** FNV-1a over bytes, its high bits folded in. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
