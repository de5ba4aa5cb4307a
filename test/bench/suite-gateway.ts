/**
 * The gateway: its price against one plain schema on each runtime, against its peers, its start and
 * its memory.
 *
 * Every ratio is of rounds that took turns in this run. `best` is the best round of each side,
 * `median` the median of both.
 */
import { load } from './gateway/client.ts'
import { type Child, runFile, type Runtime, startForm } from './gateway/children.ts'
import type { DoorRound } from './gateway/door.ts'
import type { HostileRun } from './gateway/hostile.ts'
import type { Memory } from './gateway/memory.ts'
import type { Round } from './gateway/measure.ts'
import { median, type Parts, type Report } from './report.ts'
import { threeQuery, worstQuery } from './three-subgraphs.ts'
import { inTurns } from './turns.ts'

/** Pairs of figures from rounds that took turns. */
interface Rounds {
  readonly ours: number[]
  readonly peer: number[]
}

const RUNTIMES: readonly Runtime[] = ['deno', 'node']
const CUSTOMERS = [1, 10, 50]
const REQUEST_BAR = 1.10
const EXECUTOR_BAR = 1.20
const WORST_BAR = 1.35
const SOCKET_ROUNDS = 21
const PEER_ROUNDS = 5
const PEER_REQUESTS = 300
const PEER_CUSTOMERS = 10
const APOLLO_BAR = 5
const HIVE_BAR = 1.5
const DOOR_BAR = 1.25
const HOSTILE_REQUESTS = 10_000
const HOSTILE_BAR_MS = 50
const START_BAR_SECONDS = 1
const MEMORY_REQUESTS = 200_000
const MEMORY_BAR = 1.05

/** In the order in which they run. */
export const PARTS: Parts = {
  inside: onEachRuntime(benchInside),
  socket: onEachRuntime(benchOverSocket),
  peers: benchPeers,
  door: onEachRuntime(benchDoor),
  hostile: onEachRuntime(benchHostile),
  start: benchStart,
  memory: benchMemory,
}

function onEachRuntime(bench: (report: Report, runtime: Runtime) => Promise<void>) {
  return async (report: Report) => {
    for (const runtime of RUNTIMES) await bench(report, runtime)
  }
}

/** CPU of a request through everything that protects, and through a bare handler. */
async function benchDoor(report: Report, runtime: Runtime): Promise<void> {
  const rounds = new Map<number, DoorRound[]>()
  for await (const round of runFile<DoorRound>(runtime, 'door.ts')) {
    rounds.set(round.customers, [...rounds.get(round.customers) ?? [], round])
  }
  for (const [customers, all] of rounds) {
    const [on, off] = [all.map((round) => round.on), all.map((round) => round.off)]
    for (
      const [name, of] of [['best', (ms: number[]) => Math.min(...ms)], ['median', median]] as const
    ) {
      const ratio = of(on) / of(off)
      report({
        suite: 'gateway',
        case: `CPU, front door on, ${customers} customers, ${runtime}, ${name} of ${all.length}`,
        value: of(on),
        unit: 'ms',
        peer: 'off',
        ratio,
        ...(name === 'best' ? { bar: `<= ${DOOR_BAR}x`, ok: ratio <= DOOR_BAR } : {}),
      })
    }
  }
}

/** Hostile requests at the whole server, ordinary ones between. */
async function benchHostile(report: Report, runtime: Runtime): Promise<void> {
  const args = [String(HOSTILE_REQUESTS)]
  for await (const run of runFile<HostileRun>(runtime, 'hostile.ts', args)) {
    const refused = run.passed.length === 0 && run.answered === run.ordinary
    report({
      suite: 'gateway',
      case: `slowest of ${run.count} hostile requests (${run.slowest}), ${runtime}`,
      value: run.maxMs,
      unit: 'ms',
      bar: `all refused within ${HOSTILE_BAR_MS} ms`,
      ok: refused && run.maxMs <= HOSTILE_BAR_MS,
    })
    report({
      suite: 'gateway',
      case: `99 of 100 hostile requests within, ${runtime}`,
      value: run.p99Ms,
      unit: 'ms',
    })
    report({
      suite: 'gateway',
      case: `ordinary requests answered between, of ${run.ordinary}, ${runtime}`,
      value: run.answered,
      unit: 'requests',
    })
  }
}

/** CPU in one process: whole requests without a socket, and the executor alone. */
async function benchInside(report: Report, runtime: Runtime): Promise<void> {
  const cases = new Map<string, Rounds & { bar: number }>()
  for await (const round of runFile<Round>(runtime, 'measure.ts')) {
    const name = `${round.case}, ${round.customers} customers, ${runtime}`
    const rounds = cases.get(name) ?? { ours: [], peer: [], bar: barOf(round.case) }
    rounds.ours.push(round.ours)
    rounds.peer.push(round.peer)
    cases.set(name, rounds)
  }
  for (const [name, rounds] of cases) reportRounds(report, name, rounds, rounds.bar)
}

function barOf(name: string): number {
  if (name.endsWith('worst')) return WORST_BAR
  return name.startsWith('executor') ? EXECUTOR_BAR : REQUEST_BAR
}

/** CPU of the server's process over a real socket. */
async function benchOverSocket(report: Report, runtime: Runtime): Promise<void> {
  const ours = await startForm(runtime, 'collapsed')
  const monolith = await startForm(runtime, 'monolith')
  try {
    for (const customers of CUSTOMERS) {
      for (
        const [shape, query, bar] of [
          ['usual', threeQuery(customers), REQUEST_BAR],
          ['worst', worstQuery(customers), WORST_BAR],
        ] as const
      ) {
        const times = Math.round(8_000 / (customers + 10))
        const rounds: Rounds = { ours: [], peer: [] }
        for (let round = 0; round < SOCKET_ROUNDS; round++) {
          const cpu = await inTurns(
            round,
            () => cpuPerRequest([ours], query, times),
            () => cpuPerRequest([monolith], query, times),
          )
          rounds.ours.push(cpu.ours)
          rounds.peer.push(cpu.peer)
        }
        const name = `whole request over a socket, ${shape}, ${customers} customers, ${runtime}`
        reportRounds(report, name, rounds, bar)
      }
    }
  } finally {
    ours.stop()
    monolith.stop()
  }
}

function reportRounds(report: Report, name: string, { ours, peer }: Rounds, bar: number): void {
  const best = Math.min(...ours) / Math.min(...peer)
  report({
    suite: 'gateway',
    case: `CPU, ${name}, best of ${ours.length}`,
    value: Math.min(...ours),
    unit: 'ms',
    peer: 'one Yoga schema',
    ratio: best,
    bar: `<= ${bar.toFixed(2)}x`,
    ok: best <= bar,
  })
  report({
    suite: 'gateway',
    case: `CPU, ${name}, median of ${ours.length}`,
    value: median(ours),
    unit: 'ms',
    peer: 'one Yoga schema',
    ratio: median(ours) / median(peer),
  })
}

/**
 * CPU of all processes that it takes to serve the same requests, ours and the peers', on Node.
 *
 * Over HTTP a peer is its gateway and three processes with a subgraph each; in process it is one, as
 * ours is. The client's CPU counts for nobody.
 */
async function benchPeers(report: Report): Promise<void> {
  const children: Child[] = []
  const form = async (name: string, places?: Record<string, string>) => {
    const child = await startForm('node', name, places)
    children.push(child)
    return child
  }
  try {
    const places: Record<string, string> = {}
    const subgraphs: Child[] = []
    for (const name of ['customers', 'accounts', 'transfers']) {
      const child = await form(`subgraph-${name}`)
      subgraphs.push(child)
      places[name] = child.url
    }
    const local = ['collapsed', 'apollo-local', 'hive-js-local', 'hive-rust-local']
    const remote = ['apollo-http', 'hive-js-http', 'hive-rust-http']
    const forms = new Map<string, readonly [Child, ...Child[]]>()
    for (const name of local) forms.set(name, [await form(name)])
    for (const name of remote) forms.set(name, [await form(name, places), ...subgraphs])

    const query = threeQuery(PEER_CUSTOMERS)
    await expectSameAnswers(forms, query)
    const total = new Map<string, number[]>()
    const front = new Map<string, number[]>()
    for (let round = 0; round < PEER_ROUNDS; round++) {
      for (const [name, processes] of forms) {
        const [all, own] = await cpuOfEach(processes, query, PEER_REQUESTS)
        total.set(name, [...total.get(name) ?? [], all])
        front.set(name, [...front.get(name) ?? [], own])
      }
    }
    const best = (name: string) => Math.min(...total.get(name)!)
    const ours = best('collapsed')
    const cheapestHive = (names: string[]) => names.reduce((a, b) => best(a) <= best(b) ? a : b)
    const hive = cheapestHive(['hive-js-http', 'hive-rust-http'])
    report({ suite: 'gateway', case: 'CPU, ours, all processes, best', value: ours, unit: 'ms' })
    const bars: Record<string, number> = { 'apollo-http': APOLLO_BAR, [hive]: HIVE_BAR }
    for (const name of [...remote, ...local.slice(1)]) {
      const ratio = best(name) / ours
      const bar = bars[name]
      report({
        suite: 'gateway',
        case: `CPU, ${name}, all processes, best of ${PEER_ROUNDS}`,
        value: best(name),
        unit: 'ms',
        peer: 'ours',
        ratio,
        ...(bar === undefined ? {} : { bar: `>= ${bar}x`, ok: ratio >= bar }),
      })
      report({
        suite: 'gateway',
        case: `CPU, ${name}, all processes, median of ${PEER_ROUNDS}`,
        value: median(total.get(name)!),
        unit: 'ms',
        peer: 'ours',
        ratio: median(total.get(name)!) / median(total.get('collapsed')!),
      })
      if (!remote.includes(name)) continue
      report({
        suite: 'gateway',
        case: `CPU, ${name}, the gateway's process alone, best`,
        value: Math.min(...front.get(name)!),
        unit: 'ms',
        peer: 'ours',
        ratio: Math.min(...front.get(name)!) / ours,
      })
    }
  } finally {
    for (const child of children) child.stop()
  }
}

/** @throws Error when any form answers other bytes; a line break at the end does not count */
async function expectSameAnswers(
  forms: ReadonlyMap<string, readonly [Child, ...Child[]]>,
  query: string,
): Promise<void> {
  const answers = new Map<string, string>()
  for (const [name, [child]] of forms) {
    answers.set(name, (await load(child.url, query, 1)).trimEnd())
  }
  const ours = answers.get('collapsed')!
  for (const [name, answer] of answers) {
    if (answer !== ours) throw new Error(`${name} answers differently:\n${answer}\n${ours}`)
  }
}

async function cpuPerRequest(
  processes: readonly [Child, ...Child[]],
  query: string,
  times: number,
): Promise<number> {
  return (await cpuOfEach(processes, query, times))[0]
}

/** CPU milliseconds a request, of all processes and of the first, after a warm-up. */
async function cpuOfEach(
  processes: readonly [Child, ...Child[]],
  query: string,
  times: number,
): Promise<[all: number, first: number]> {
  const [{ url }] = processes
  await load(url, query, Math.ceil(times / 4))
  const before = await Promise.all(processes.map((child) => child.cpuMs()))
  await load(url, query, times)
  const after = await Promise.all(processes.map((child) => child.cpuMs()))
  const spent = after.map((ms, i) => (ms - before[i]!) / times)
  return [spent.reduce((sum, ms) => sum + ms, 0), spent[0]!]
}

/** From the start of the process to its first answer, once its files have been read before. */
async function benchStart(report: Report): Promise<void> {
  const seconds: number[] = []
  for (let start = 0; start < 4; start++) {
    const began = performance.now()
    const child = await startForm('deno', 'collapsed')
    await load(child.url, threeQuery(1), 1)
    seconds.push((performance.now() - began) / 1000)
    child.stop()
  }
  const warm = seconds.slice(1)
  report({
    suite: 'gateway',
    case: 'warm start of the process to its first answer, deno, median of 3',
    value: median(warm),
    unit: 's',
    bar: `<= ${START_BAR_SECONDS} s`,
    ok: median(warm) <= START_BAR_SECONDS,
  })
}

/** Memory while requests come in of which one in a hundred meets an error. */
async function benchMemory(report: Report): Promise<void> {
  for (const runtime of RUNTIMES) {
    let warm: Memory | undefined
    for await (const memory of runFile<Memory>(runtime, 'memory.ts', [String(MEMORY_REQUESTS)])) {
      if (memory.errors !== memory.requests / 100) {
        throw new Error(`${memory.errors} of ${memory.requests} answers told of an error`)
      }
      warm ??= memory
      const ratio = memory.heapMb / warm.heapMb
      const last = memory.requests === MEMORY_REQUESTS
      report({
        suite: 'gateway',
        case: `heap after ${memory.requests} requests, 1 % errors, ${runtime}`,
        value: memory.heapMb,
        unit: 'MB',
        peer: `after ${warm.requests}`,
        ratio,
        ...(last ? { bar: `<= ${MEMORY_BAR}x`, ok: ratio <= MEMORY_BAR } : {}),
      })
      report({
        suite: 'gateway',
        case: `resident memory after ${memory.requests} requests, ${runtime}`,
        value: memory.residentMb,
        unit: 'MB',
      })
    }
  }
}
