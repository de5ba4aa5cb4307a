import { expect, it } from 'vitest'
import { listen } from '../../../gateway/http/listen.ts'

it('a server that is closed answers what is under way, and ends event streams', async () => {
  const arrived = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Response>()
  const endless = () =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([58, 10])) }),
      { headers: { 'content-type': 'text/event-stream' } },
    )
  const listening = await listen(
    (request) => {
      if (new URL(request.url).pathname === '/stream') return endless()
      arrived.resolve()
      return answer.promise
    },
    0,
    '127.0.0.1',
  )
  const stream = (await fetch(`${listening.url}/stream`)).body!.getReader()
  await stream.read()
  const asked = fetch(`${listening.url}/answer`)
  await arrived.promise
  const closed = listening.close()
  answer.resolve(new Response('done'))
  expect(await (await asked).text()).toBe('done')
  await closed
  expect(await stream.read()).toEqual({ done: true, value: undefined })
  await expect(fetch(listening.url)).rejects.toThrow()
})
