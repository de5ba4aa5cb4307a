/**
 * One client for all: the same requests over the same number of connections that stay open.
 */
import { Agent, request } from 'node:http'

const CONNECTIONS = 8

/** Sends the same document so many times and answers the last body. @throws Error unless all are 200 */
export async function load(url: string, query: string, times: number): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const body = JSON.stringify({ query })
  let left = times
  let last = ''
  const work = async () => {
    while (left-- > 0) last = await post(url, body, agent)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  agent.destroy()
  return last
}

function post(url: string, body: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
      },
    }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => text += chunk)
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`HTTP ${response.statusCode} from ${url}: ${text.slice(0, 200)}`))
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
