/**
 * A subscription as its caller sees it: server-sent events over one connection.
 */
import type { Answer, Bank, Who } from './server.ts'

/** The events of a subscription as they come. Leaving the loop ends the connection. */
export async function* follow(
  bank: Bank,
  who: Who,
  query: string,
  variables: object,
): AsyncGenerator<Answer> {
  const response = await bank.send(who, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
  })
  let rest = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n')
    rest = events.pop()!
    for (const event of events) {
      if (event.startsWith('event: next')) {
        yield JSON.parse(event.slice(event.indexOf('data: ') + 'data: '.length))
      }
    }
  }
}
