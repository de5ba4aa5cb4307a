/**
 * A load that is killed in the middle: the next run goes on, and nothing is there twice or missing.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { riskGraph } from '../../subgraphs/risk-graph/mod.ts'
import { startProcess } from '../support/process.ts'
import { findings } from '../support/rig.ts'
import { entitiesCsv, linksCsv } from '../support/risk.ts'

const PEOPLE = 20_000
const CLAIMS = 20_000

function writeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const people = Array.from({ length: PEOPLE }, (_, i) => [`P${i}`, 'person'] as const)
  const claims = Array.from({ length: CLAIMS }, (_, i) => [`C${i}`, 'claim'] as const)
  writeFileSync(join(folder, 'entities.csv'), entitiesCsv([...people, ...claims]))
  writeFileSync(
    join(folder, 'links.csv'),
    linksCsv(
      claims.map(([id], i) => [`P${(i * 7) % PEOPLE}`, id, 'claimant', '2026-01-02'] as const),
    ),
  )
}

/** Waits until a database has written so much, or the process has ended. */
async function grown(path: string, bytes: number, ended: Promise<unknown>): Promise<void> {
  let over = false
  void ended.then(() => over = true)
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  while (!over && size(path) + size(`${path}-wal`) < bytes) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

it('killed twice in the middle, a load ends with every row once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFolder(join(folder, 'in'))
  const env = { DATA_DIR: join(folder, 'data') }
  const args = ['gateway/cli/risk.ts', 'load', join(folder, 'in')]
  for (const bytes of [1_500_000, 6_000_000]) {
    const running = startProcess('deno', args, env)
    await grown(join(folder, 'data/db/risk-graph.db'), bytes, running.ended)
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
  }
  const last = await startProcess('deno', args, env).ended
  expect([last.code, last.stderr.includes('refused')]).toEqual([0, true])

  // Nothing else has data: what there is is checked all the same.
  const verified = await startProcess('deno', ['gateway/cli/verify.ts'], env).ended
  expect(verified.stdout).toBe(
    'no data yet of orders, ledger, payments, documents; checked risk-graph\nclean\n',
  )
  expect(verified.code).toBe(0)

  const running = await riskGraph.open({
    databaseUrl: `file:${join(folder, 'data/db')}`,
    ports: systemPorts(),
    blobs: folderBlobs(join(folder, 'data/files')),
    report: (error) => console.error(error),
  })
  onTestFinished(() => running.stop())
  const mirror = running.mirror('demo-bank')
  expect(await mirror.ask((graph) => graph.cursor()))
    .toEqual({ entities: PEOPLE + CLAIMS, links: CLAIMS, ends: 0 })
  expect(await findings(running)).toEqual([])
}, 120_000)
