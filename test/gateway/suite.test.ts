import '../../gateway/environment.ts'
import { describe, it } from 'vitest'
import { SUITE } from './suite.ts'
import { suiteGateway } from './suite-gateway.ts'

describe('the gateway in this process', () => {
  const gateway = suiteGateway()
  it.each(SUITE)('$name', async ({ run }) => {
    await run((path, init) => gateway(new Request(new URL(path, 'http://gateway.example'), init)))
  })
})
