/**
 * `hostile.ts <count>`: hostile requests at the whole server, with ordinary ones between. One JSON line.
 */
import '../../../gateway/environment.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoToken } from '../../../gateway/auth/demo-issuer.ts'
import { readConfig } from '../../../gateway/config.ts'
import { openServer } from '../../../gateway/server.ts'
import { type HostileReport, runHostile } from '../hostile.ts'

/** @property answered ordinary requests between, and of how many */
export interface HostileRun extends HostileReport {
  readonly ordinary: number
  readonly answered: number
}

const BETWEEN = 100

const folder = mkdtempSync(join(tmpdir(), 'huitong-bench-hostile-'))
const FRONT_DOOR = join(import.meta.dirname!, '../../fixtures/front-door-untrusted.ts')
const config = readConfig({ DATA_DIR: folder, FRONT_DOOR })
const server = await openServer(config, { report: () => {} })
try {
  const authorization = `Bearer ${await demoToken(folder, 'checker')}`
  let [ordinary, answered] = [0, 0]
  const report = await runHostile((request) => server.fetch(request), {
    count: Number(process.argv[2]),
    headers: { authorization },
    async between(index) {
      if (index % BETWEEN !== 0) return
      ordinary++
      const response = await server.fetch(
        new Request('http://127.0.0.1/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization },
          body: JSON.stringify({ query: '{ orders(first: 1) { edges { node { serial } } } }' }),
        }),
      )
      const { data } = await response.json() as { data?: unknown }
      if (data !== undefined && data !== null) answered++
    },
  })
  console.log(JSON.stringify({ ...report, ordinary, answered } satisfies HostileRun))
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
