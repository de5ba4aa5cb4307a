/**
 * `serve.ts <form> <places as JSON>`: a form in a process of its own.
 *
 * Prints `{"url", "control"}` once it listens. The control port tells what the process used up.
 */
import { createServer } from 'node:http'
import { FORMS } from './forms.ts'
import { cpuMs } from '../report.ts'

const [form, places = '{}'] = process.argv.slice(2)
const { url } = await FORMS[form!]!(JSON.parse(places))
const control = createServer((_, response) => response.end(String(cpuMs())))
control.listen(0, '127.0.0.1', () => {
  const { port } = control.address() as { port: number }
  console.log(JSON.stringify({ url, control: `http://127.0.0.1:${port}/` }))
})
