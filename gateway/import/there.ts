/**
 * An import into a running server, through its API alone.
 */
import { createReadStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { demoToken } from '../auth/demo-issuer.ts'
import type { ImportProgress } from '../subgraphs.ts'
import type { ImportRequest } from './request.ts'

const POLL_MS = 300

const IMPORT = `mutation Import($input: ImportOrdersInput!) {
  importOrders(input: $input) {
    __typename
    ... on ImportJob { id }
    ... on OrderRefusal { code message place }
  }
}`
const JOB = `query Import($id: ID!) {
  importJob(id: $id) {
    state error phase bytes bytesTotal rows posted waiting refused report
  }
}`
const APPROVE = `mutation Approve($input: ApproveImportInput!) {
  approveImport(input: $input) {
    __typename
    ... on ImportJob { id }
    ... on OrderRefusal { code message place }
  }
}`

interface JobAnswer extends ImportProgress {
  readonly state: string
  readonly error: string | null
}

/** Imports and answers the final progress. @throws Error when the server refuses */
export async function importThere(
  request: ImportRequest,
  url: string,
  show: (progress: ImportProgress) => void,
): Promise<ImportProgress> {
  const { dataDir } = request.config
  const maker = new Client(url, await demoToken(dataDir, request.maker))
  const file = await maker.upload(request.file)
  const input = { file, type: request.type, mapping: request.mapping }
  const id = await maker.start(IMPORT, input)
  let done = await maker.follow(id, show)
  if (request.approver !== undefined) {
    const approver = new Client(url, await demoToken(dataDir, request.approver))
    done = await approver.follow(await approver.start(APPROVE, { job: id }), show)
  }
  if (done.report !== null) await writeFile(request.report, await maker.download(done.report))
  return done
}

/** One person at the server's API. */
class Client {
  readonly #url: string
  readonly #authorization: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#authorization = `Bearer ${token}`
  }

  /** Answers the file's hash. */
  async upload(path: string): Promise<string> {
    const response = await this.#fetch('/files', {
      method: 'POST',
      headers: { 'content-length': String((await stat(path)).size) },
      body: Readable.toWeb(createReadStream(path)) as ReadableStream,
      duplex: 'half',
    })
    return (await response.json() as { hash: string }).hash
  }

  async download(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#fetch(path)).arrayBuffer())
  }

  /** Starts a job and answers its id. */
  async start(mutation: string, input: object): Promise<string> {
    const [answer] = Object.values(await this.#ask(mutation, { input })) as {
      id?: string
      code?: string
      message?: string
    }[]
    if (answer?.id === undefined) throw new Error(`${answer?.code}: ${answer?.message}`)
    return answer.id
  }

  /** Shows a job's progress until it has ended. */
  async follow(id: string, show: (progress: ImportProgress) => void): Promise<ImportProgress> {
    while (true) {
      const { importJob } = await this.#ask(JOB, { id }) as { importJob: JobAnswer }
      show(importJob)
      if (importJob.state === 'DONE') return importJob
      if (importJob.state !== 'QUEUED' && importJob.state !== 'RUNNING') {
        throw new Error(importJob.error ?? `the import was ${importJob.state.toLowerCase()}`)
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  async #ask(query: string, variables: object): Promise<Record<string, unknown>> {
    const response = await this.#fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await response.json() as {
      data?: Record<string, unknown>
      errors?: { message: string }[]
    }
    if (errors !== undefined) throw new Error(errors.map((error) => error.message).join('; '))
    return data!
  }

  async #fetch(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: this.#authorization }
    const response = await fetch(new URL(path, this.#url), { ...init, headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
}
