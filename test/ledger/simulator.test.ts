/**
 * `SIMULATOR_SEEDS=50000 SIMULATOR_FIRST=1` runs other seeds by hand; a seed that fails is named, and
 * `SIMULATOR_FIRST=<it> SIMULATOR_SEEDS=1` replays it.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openMigrated } from '../../subgraphs/kernel/migrate.ts'
import { ledgerMigrations, type LedgerTables } from '../../subgraphs/ledger/tables.ts'
import { simulate } from './simulator/simulate.ts'

// The suite runs on both runtimes; what differs between them is not what is simulated.
const SEEDS = Number(process.env.SIMULATOR_SEEDS ?? ('Deno' in globalThis ? 100 : 1000))
const FIRST = Number(process.env.SIMULATOR_FIRST ?? 1)

/** In memory where the system has such a folder: what is simulated is not the disk. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

describe('the ledger beside a plain model', () => {
  it(`agrees with it through ${SEEDS} seeds of commands, crashes and repeats`, async () => {
    const folder = mkdtempSync(join(FOLDER, 'huitong-sim-'))
    const open = () =>
      openMigrated<LedgerTables>({ databaseUrl: `file:${folder}` }, 'ledger', ledgerMigrations)
    const store = await open()
    const sums = { commands: 0, posted: 0, crashes: 0 }
    try {
      for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
        const { commands, posted, crashes } = await simulate(store, seed)
        sums.commands += commands
        sums.posted += posted
        sums.crashes += crashes
      }
    } finally {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    }
    // A simulation that does nothing finds nothing.
    expect(sums.commands).toBeGreaterThan(15 * SEEDS)
    expect(sums.posted).toBeGreaterThan(sums.commands / 4)
    expect(sums.crashes).toBeGreaterThan(SEEDS / 2)
  }, 600_000)
})
