import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEMO_PEOPLE, DEMO_QUERY, type DemoRole } from '../../gateway/demo.ts'
import { ROLE_SCOPES } from '../../subgraphs/kernel/actor.ts'
import { expenseClaim, supplierPayment } from '../support/forms.ts'
import { LINEAGE } from '../support/journey.ts'
import {
  ROOT,
  runProcess,
  type Runtime,
  type ServerProcess,
  startByNpm,
  startServer,
  testFolder,
} from '../support/process.ts'
import { until } from '../support/server.ts'
import { importArgs } from '../support/import-args.ts'

// deno-lint-ignore no-explicit-any
type Anything = any

/** Asks a server over HTTP. */
async function ask(url: string, token: string, query: string, variables: object = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await response.json() as { data: Anything; errors?: unknown }
  expect(errors).toBeUndefined()
  return data
}

/** What whoever has a scope can list. */
const FIRST_LIST: Readonly<Record<string, string>> = {
  'orders:read': 'orders',
  'ledger:read': 'vouchers',
  'risk:read': 'riskAlerts',
}

/** The tokens that a server's banner offers, by role. */
function bannerTokens({ output }: ServerProcess): Record<string, string> {
  const roles = Object.keys(DEMO_PEOPLE) as DemoRole[]
  return Object.fromEntries(roles.map((role) => {
    const printed = new RegExp(`^  ${role} \\(.+\\)\\n  (\\{.+\\})$`, 'm').exec(output())
    expect(printed, role).not.toBeNull()
    return [role, (JSON.parse(printed![1]!) as { Authorization: string }).Authorization.slice(7)]
  }))
}

it('the scripts of package.json start what is tested here', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  expect(scripts).toMatchObject({
    start: 'node web/build.ts && exec deno run --quiet -P=server gateway/main.ts',
    token: 'deno run --quiet -P=server gateway/cli/token.ts',
    verify: 'deno run --quiet -P=server gateway/cli/verify.ts',
  })
})

it('npm start stops when npm is told to', { timeout: 90_000 }, async () => {
  const server = await startByNpm(join(testFolder(), 'data'))
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  server.child.kill('SIGTERM')
  await server.ended
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
})

describe.each<Runtime>(['deno', 'node'])('on %s', { timeout: 90_000 }, (runtime) => {
  it('the banner tells where everything is, and its query and tokens work', async () => {
    const server = await startServer(runtime, join(testFolder(), 'data'))
    const banner = server.output()
    for (const path of ['/graphql', '/healthz', '/readyz']) {
      expect(banner).toContain(`${server.url}${path}`)
    }
    expect(banner).toContain('DEMO mode')
    expect(banner).toContain(DEMO_QUERY)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    const explorer = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } })
    expect(await explorer.text()).toContain('汇通 Huitong')
    for (const [role, token] of Object.entries(bannerTokens(server))) {
      const reads = ['orders:read', 'ledger:read', 'risk:read'].find((scope) =>
        ROLE_SCOPES[role]!.includes(scope)
      )
      const own = `{ ${FIRST_LIST[reads!]} { edges { cursor } } }`
      const [answer] = Object.values(await ask(server.url, token, own))
      expect(answer, role).toMatchObject({ edges: expect.any(Array) })
    }
    const { orders } = await ask(server.url, bannerTokens(server).maker!, DEMO_QUERY)
    expect(orders.edges.map(({ node }: Anything) => node.summary).toSorted()).toHaveLength(3)
    expect(orders.edges.every(({ node }: Anything) => /^OA\d{8}-\d{6}-\d$/.test(node.serial)))
      .toBe(true)
  })

  it('an order goes its whole way over HTTP, and the data is in order beside the server', async () => {
    const env = { DATA_DIR: join(testFolder(), 'data') }
    const server = await startServer(runtime, env.DATA_DIR)
    const { url } = server
    const tokenOf = async (role: string) => {
      const { code, stdout } = await runProcess(runtime, ['gateway/cli/token.ts', role], env)
      expect(code).toBe(0)
      expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
      return stdout.trim()
    }
    const [maker, checker] = [await tokenOf('maker'), await tokenOf('checker')]
    const enter = async (type: string, form: object) => {
      const { submitOrder } = await ask(
        url,
        maker,
        `mutation ($input: SubmitOrderInput!) {
          submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
        }`,
        { input: { type, form, idempotencyKey: `runtime-${type}` } },
      )
      return submitOrder.order.serial as string
    }
    const completed = async (serial: string) =>
      await until(`${serial} is booked and paid`, async () => {
        const { order } = await ask(url, checker, LINEAGE, { serial })
        return order.status === 'COMPLETED' && order.vouchers.length === 2 && order
      })

    const byRule = await completed(await enter('supplier-payment', supplierPayment()))
    expect(byRule).toMatchObject({ approvals: [], payments: [{ state: 'SETTLED' }] })

    const serial = await enter('expense-claim', expenseClaim({ amount: '1234.56' }))
    const waiting = (await ask(url, checker, LINEAGE, { serial })).order
    await ask(
      url,
      checker,
      `mutation ($input: DecideTaskInput!) {
        decideTask(input: $input) { ... on BusinessOrder { status } }
      }`,
      { input: { task: waiting.approvals[0].id, verdict: 'APPROVE' } },
    )
    const byPerson = await completed(serial)
    expect(byPerson.vouchers.map((voucher: Anything) => voucher.entries.length)).toEqual([2, 2])

    const file = await fetch(`${url}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${maker}` },
      body: 'ID\n1\n',
    })
    expect(file.status).toBe(201)
    const { hash } = await file.json() as { hash: string }
    const back = await fetch(`${url}/files/${hash}`, {
      headers: { authorization: `Bearer ${maker}` },
    })
    expect(await back.text()).toBe('ID\n1\n')

    const verified = await runProcess(runtime, ['gateway/cli/verify.ts'], env)
    expect(verified).toMatchObject({ code: 0, stderr: '' })
    expect(verified.stdout).toMatch(/^5 orders, /)
    expect(verified.stdout).toMatch(/\nclean\n$/)
    server.child.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  })

  it('an import into the running server does what the command in process does', async () => {
    const folder = testFolder()
    const env = { DATA_DIR: join(folder, 'data') }
    const { url } = await startServer(runtime, env.DATA_DIR)
    const report = join(folder, 'report.csv')
    const args = [...importArgs(join(ROOT, 'test/runtime/payments.csv'), report), '--url', url]
    for (let run = 0; run < 2; run++) {
      const { code, stdout } = await runProcess(runtime, args, env)
      expect([code, stdout.split('\n')[0]]).toEqual([
        0,
        '4 rows: 3 posted, 0 waiting, 1 refused',
      ])
      const lines = readFileSync(report, 'utf8').trimEnd().split('\r\n')
      expect(lines.map((line) => line.split(',').toSpliced(3, 1).slice(0, 4).join())).toEqual([
        '\uFEFFrow,key,outcome,status',
        '2,1,posted,COMPLETED',
        '3,2,posted,COMPLETED',
        '4,3,refused,',
        '5,4,posted,COMPLETED',
      ])
    }
  })

  it('commands say what is wrong and how they are used', async () => {
    const env = { DATA_DIR: join(testFolder(), 'data') }
    const token = await runProcess(runtime, ['gateway/cli/token.ts', 'director'], env)
    expect(token).toMatchObject({ code: 2, stdout: '' })
    expect(token.stderr).toContain(Object.keys(DEMO_PEOPLE).join(', '))
    const oidc = { ...env, OIDC_ISSUER: 'https://id.example', OIDC_AUDIENCE: 'huitong' }
    expect(await runProcess(runtime, ['gateway/cli/token.ts', 'maker'], oidc)).toMatchObject({
      code: 1,
      stdout: '',
    })
    const verify = await runProcess(runtime, ['gateway/cli/verify.ts'], env)
    expect(verify).toMatchObject({ code: 2 })
    expect(verify.stderr).toContain('cannot read the data')
    const usage = await runProcess(runtime, ['gateway/cli/import-orders.ts', '--nonsense'], env)
    expect(usage).toMatchObject({ code: 2 })
    expect(usage.stderr).toContain('usage: import-orders')
    const missing = await runProcess(runtime, [
      'gateway/cli/import-orders.ts',
      'no-such-file.csv',
      '--type',
      'supplier-payment',
      '--mapping',
      join(ROOT, 'test/fixtures/spending-mapping.json'),
    ], env)
    expect(missing).toMatchObject({ code: 1 })
    expect(missing.stderr).toContain('no-such-file.csv')
    const port = await runProcess(runtime, ['gateway/main.ts'], { ...env, PORT: 'http' })
    expect(port.code).toBe(1)
    expect(port.stderr).toContain('PORT: http is not a whole number')
  })
})
