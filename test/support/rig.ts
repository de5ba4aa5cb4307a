/**
 * Subgraphs at work on a database of their own, for the tests of one contract.
 *
 * One database serves all tests of a contract; each test brings a tenant that no other has, which
 * also tests that tenants do not meet.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { fixedPorts } from '../../subgraphs/kernel/ports.ts'
import type { RunningSubgraph, Subgraph, SubgraphEnv } from '../../subgraphs/kernel/subgraph.ts'
import type { TestEngine } from '../rig/engines.ts'
import { newTenant } from './actors.ts'

/** When tests begin: noon in the bank's zone. */
export const START = '2026-11-23T04:00:00.000Z'
export const TODAY = '2026-11-23'

export type TestPorts = ReturnType<typeof fixedPorts>

/** A running subgraph and what it was opened with. */
export interface Rig<R extends RunningSubgraph> {
  readonly running: R
  readonly ports: TestPorts
  readonly env: SubgraphEnv
  /** Errors that no caller was waiting for. */
  readonly reported: unknown[]
  /** A tenant of its own, set up. */
  tenant(): Promise<string>
}

/** Opens a subgraph in a database; the caller stops it. */
export async function openRig<R extends RunningSubgraph>(
  subgraph: Subgraph<R>,
  databaseUrl: string,
  seed = 1,
): Promise<Rig<R> & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-files-'))
  const ports = fixedPorts(START, seed)
  const reported: unknown[] = []
  const report = (error: unknown) => void reported.push(error)
  const env: SubgraphEnv = { databaseUrl, ports, blobs: folderBlobs(folder), report }
  const running = await subgraph.open(env)
  return {
    running,
    ports,
    env,
    reported,
    async tenant() {
      const setup = newTenant()
      await running.provision(setup)
      return setup.tenant
    },
    async close() {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A subgraph that the tests of one contract share. */
export function sharedRig<R extends RunningSubgraph>(
  engine: TestEngine,
  subgraph: Subgraph<R>,
): () => Rig<R> {
  let rig: Awaited<ReturnType<typeof openRig<R>>> | undefined
  beforeAll(async () => {
    rig = await openRig(subgraph, await engine.freshUrl())
  })
  afterAll(() => rig?.close())
  return () => rig!
}

/** Everything that a subgraph finds wrong with itself, as `CODE message`. */
export async function findings(running: RunningSubgraph): Promise<string[]> {
  const found: string[] = []
  for await (const { code, message } of running.verify()) found.push(`${code} ${message}`)
  return found
}

/** The value of an answer; fails the test when it is a refusal. */
export function granted<T>(
  result: { ok: true; value: T } | { ok: false; code: string; message: string },
): T {
  if (!result.ok) expect.fail(`refused with ${result.code}: ${result.message}`)
  return result.value
}

/** The code of a refusal, with its place when there is one; fails the test when it went through. */
export function refusal(
  result: { ok: true } | { ok: false; code: string; place?: string },
): string {
  if (result.ok) expect.fail('went through')
  return result.place === undefined ? result.code : `${result.code} ${result.place}`
}
