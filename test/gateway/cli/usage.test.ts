import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openGatewayStore } from '../../../gateway/store.ts'
import { daysBefore } from '../../../gateway/usage/report.ts'
import { addUses } from '../../../gateway/usage/store.ts'
import { dateOf } from '../../../subgraphs/kernel/time.ts'
import { runProcess, testFolder } from '../../support/process.ts'

const today = dateOf(new Date().toISOString())

/** A data folder in which fields were used so many days ago, and the command over it. */
async function used(days: Readonly<Record<string, number>>) {
  const dataDir = testFolder()
  const store = await openGatewayStore(`file:${join(dataDir, 'db')}`)
  await addUses(
    store,
    Object.entries(days).map(([coordinate, ago]) => ({
      client: 'erp',
      coordinate,
      count: 7n,
      usedOn: daysBefore(today, ago),
    })),
  )
  return {
    store,
    run: (...args: string[]) =>
      runProcess('deno', ['gateway/cli/usage.ts', ...args], { DATA_DIR: dataDir }),
  }
}

describe('usage', { timeout: 60_000 }, () => {
  it('lists fields by last use, beside a process that writes', async () => {
    const { store, run } = await used({ 'Money.amount': 100, 'Query.order': 3 })
    const { code, stdout, stderr } = await run()
    await store.close()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n')
    const day = (ago: number) => daysBefore(today, ago)
    expect(lines[0]).toBe(
      `Query.order  ${day(3)}  erp 7 (${
        day(3)
      })  saved in desk/orderEvidence, desk/orderLineage, partner/orderStatus`,
    )
    expect(lines[1]).toMatch(new RegExp(`^Money\\.amount  ${day(100)}  erp 7`))
    expect(lines).toContainEqual(expect.stringMatching(/^Query\.order\(serial:\) {2}never/))
    expect(lines.at(-2)).toMatch(new RegExp(`counted since ${day(100)}$`))
  })

  it('lists what may be retired, and says when that cannot be known yet', async () => {
    const { store, run } = await used({ 'Money.amount': 100, 'Query.order': 3 })
    await store.close()
    const known = JSON.parse((await run('--unused', '90', '--json')).stdout)
    expect(known).toMatchObject({ since: daysBefore(today, 100), knownLongEnough: true })
    const names = known.fields.map(({ coordinate }: { coordinate: string }) => coordinate)
    expect(names).toContain('Money.amount')
    expect(names).not.toContain('Query.order')
    const { stdout } = await run('--unused', '200')
    expect(stdout).toContain('Not yet counted for 200 days: retire nothing')
  })

  it('tells who uses one field, also one that is gone', async () => {
    const { store, run } = await used({ 'Money.amount': 1, 'Money.retired': 2 })
    await store.close()
    for (const field of ['Money.amount', 'Money.retired']) {
      const { fields } = JSON.parse((await run('--field', field, '--json')).stdout)
      expect(fields).toMatchObject([{ coordinate: field, clients: [{ client: 'erp', count: 7 }] }])
    }
    const unknown = await run('--field', 'Money.nothing')
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain('Money.nothing: neither in the schema nor ever used')
  })

  it('refuses what it cannot do', async () => {
    const { store, run } = await used({})
    await store.close()
    for (const days of ['0', '401', 'x', '1.5']) {
      expect(await run('--unused', days)).toMatchObject({ code: 2, stdout: '' })
    }
    const empty = await runProcess('deno', ['gateway/cli/usage.ts'], { DATA_DIR: testFolder() })
    expect(empty).toMatchObject({ code: 2, stdout: '' })
    expect(empty.stderr).toMatch(/^usage: /)
  })
})
