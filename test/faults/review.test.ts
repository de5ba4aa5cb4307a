import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { dice } from '../documents/fixtures/inject.ts'
import { runProcess, startProcess, testFolder } from '../support/process.ts'

const KILLS = 5
const WITHIN_MS = 1500

/** What the process says in the end. */
function resultOf(stdout: string) {
  const line = stdout.split('\n').find((text) => text.startsWith('RESULT '))
  return JSON.parse(line!.slice('RESULT '.length)) as {
    keys: string[]
    events: number
    faults: string[]
  }
}

describe('a review that is killed at random moments', () => {
  it(
    'goes on in the next process, finds everything once, and leaves the evidence whole',
    async () => {
      const folder = testFolder()
      const file = join(folder, '年报.pdf')
      writeFileSync(
        file,
        reportPdf(
          reportParts({ year: 2021, repeat: 40 }).map((part) =>
            typeof part === 'string' ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part
          ),
        ),
      )
      const args = ['test/faults/review-process.ts', file]
      const dataOf = (name: string) => {
        const data = join(folder, name)
        mkdirSync(data)
        return { DATA_DIR: data }
      }
      const whole = await runProcess('deno', args, dataOf('whole'))
      expect(whole.code, whole.stderr).toBe(0)

      const env = dataOf('killed')
      const roll = dice(Date.now() % 100_000)
      let killed = 0
      for (let i = 0; i < KILLS; i++) {
        const running = startProcess('deno', args, env)
        await running.printed('RUNNING READING')
        await new Promise((resolve) => setTimeout(resolve, roll(WITHIN_MS)))
        running.child.kill('SIGKILL')
        if ((await running.ended).signal === 'SIGKILL') killed += 1
      }
      expect(killed).toBeGreaterThan(0)
      const last = await runProcess('deno', args, env)
      expect(last.code, last.stderr).toBe(0)
      const [expected, found] = [resultOf(whole.stdout), resultOf(last.stdout)]
      expect(expected.keys).toEqual(['capital|一、经营情况讨论与分析|2,234,500.00 NEW'])
      expect(found.keys.map((key) => key.replace(/ (?:NEW|OPEN)$/, ''))).toEqual(
        expected.keys.map((key) => key.replace(/ NEW$/, '')),
      )
      expect(found.faults).toEqual([])
      // A kill after the end makes the next process review anew, which is another run.
      expect(found.events).toBeGreaterThanOrEqual(expected.events)
      expect(found.events).toBeLessThanOrEqual(expected.events + KILLS)
    },
    120_000,
  )
})
