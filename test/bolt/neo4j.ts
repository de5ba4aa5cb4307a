/**
 * A real Neo4j, where Java and Maven are on the machine.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FOLDER = import.meta.dirname!
const START_LIMIT_MS = 120_000
const MAVEN_LIMIT_MS = 180_000

/** A server, or why there is none. */
export type Neo4jOrWhy =
  | { readonly url: string; stop(): Promise<void> }
  | { readonly url: undefined; readonly why: string }

/** Starts one. The first time, Maven brings its parts. */
export async function startNeo4j(): Promise<Neo4jOrWhy> {
  for (const program of ['java', 'mvn']) {
    const { error } = spawnSync(program, ['-version'], { stdio: 'ignore' })
    if (error) return { url: undefined, why: `${program} is not on this machine` }
  }
  const folder = mkdtempSync(join(tmpdir(), 'huitong-neo4j-'))
  const listed = join(folder, 'classpath')
  const goal = ['-q', '-B', 'dependency:build-classpath', `-Dmdep.outputFile=${listed}`]
  const parts = [['-o', ...goal], goal].some((args) =>
    spawnSync('mvn', args, { cwd: FOLDER, stdio: 'ignore', timeout: MAVEN_LIMIT_MS }).status === 0
  )
  if (!parts) {
    rmSync(folder, { recursive: true, force: true })
    return { url: undefined, why: 'Maven could not bring Neo4j' }
  }
  const classpath = readFileSync(listed, 'utf8').trim()
  const child = spawn('java', [
    '-Xmx768m',
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    '--add-opens=java.base/java.lang=ALL-UNNAMED',
    '-cp',
    classpath,
    join(FOLDER, 'Neo4jServer.java'),
    join(folder, 'data'),
  ], { stdio: ['pipe', 'pipe', 'pipe'] })
  const url = await addressOf(child)
  if (url === undefined) {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
    return { url: undefined, why: 'Neo4j did not start' }
  }
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.stdin!.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await ended
      clearTimeout(timer)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What it prints once it is there; undefined when it ends or takes too long. */
function addressOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), START_LIMIT_MS)
    let text = ''
    let errors = ''
    child.stderr!.on('data', (chunk) => errors = (errors + chunk).slice(-4000))
    child.stdout!.on('data', (chunk) => {
      text += chunk
      const found = /bolt at (bolt:\S+)/.exec(text)
      if (found === null) return
      clearTimeout(timer)
      resolve(found[1])
    })
    child.once('exit', () => {
      clearTimeout(timer)
      console.error(errors)
      resolve(undefined)
    })
  })
}
