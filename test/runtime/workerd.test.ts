import { afterAll, beforeAll, describe, it } from 'vitest'
import { SUITE } from '../gateway/suite.ts'
import { startWorker, type Worker } from './workerd/start.ts'

describe('the gateway on workerd', () => {
  let worker: Worker | undefined
  beforeAll(async () => {
    worker = await startWorker()
  }, 120_000)
  afterAll(() => worker?.stop())

  it.each(SUITE)('$name', async ({ run }) => {
    await run((path, init) => fetch(new URL(path, worker!.url), init))
  })
})
