import { describe, expect, it } from 'vitest'
import { inTrace } from '../../subgraphs/kernel/trace.ts'
import type { Channel, ChannelAnswer, Notice } from '../../subgraphs/payments/channel.ts'
import { openBankSimulator } from '../../subgraphs/payments/bank-simulator.ts'
import { eachEngine, onEngine } from '../rig/engines.ts'
import { type Bench, benches, HUNG, openBench } from '../support/payments.ts'

eachEngine((engine) => {
  const newBench = benches(engine)
  const kinds = async (bench: Bench, id: string) =>
    (await bench.attempts(id)).map((a) => a.outcome === null ? a.kind : `${a.kind} ${a.outcome}`)

  describe('an instruction', () => {
    it('is sent once and settles with the bank’s reference', async () => {
      const bench = await newBench()
      const id = await bench.create('62220001234567')
      await bench.runner.start()
      await bench.reaches(id, 'SETTLED')
      const [line] = await bench.statement(id)
      expect((await bench.instruction(id)).bank_reference).toBe(line!.bankReference)
      expect(line).toMatchObject({ direction: 'PAY', amount: '100.00', currency: 'CNY' })
      expect(await kinds(bench, id)).toEqual(['SEND', 'ANSWER SETTLED'])
      expect(await bench.told()).toMatchObject([{
        topic: 'payment.settled',
        payload: {
          instruction: id,
          round: '1',
          bankReference: line!.bankReference,
          accounting: { type: 'supplier-payment.settled', valueOn: '2026-11-23' },
        },
      }])
    })

    it('goes on in the trace that it came with, whoever woke the runner', async () => {
      const bench = await newBench()
      const traces = ['a', 'b'].map((digit) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`)
      await inTrace(undefined, () => bench.runner.start())
      const ids = [
        await inTrace(traces[0], () => bench.create('1')),
        await inTrace(traces[1], () => bench.create('0004')),
      ]
      for (const id of ids) await bench.reaches(id, 'SETTLED')
      const told = await bench.told()
      expect(
        Object.groupBy(told, ({ payload }) => payload.instruction === ids[0] ? 'first' : 'second'),
      ).toMatchObject({
        first: [{ topic: 'payment.settled', traceparent: traces[0] }],
        second: [
          { topic: 'payment.unknown', traceparent: traces[1] },
          { topic: 'payment.settled', traceparent: traces[1] },
        ],
      })
    })

    it('to a closed account (0001) fails with the bank’s reason, and nothing is booked', async () => {
      const bench = await newBench()
      const id = await bench.create('622200001230001')
      await bench.runner.start()
      await bench.reaches(id, 'FAILED')
      expect(await bench.instruction(id)).toMatchObject({ failure_code: 'ACCOUNT_CLOSED' })
      expect(await bench.statement(id)).toEqual([])
      const [told] = await bench.told()
      expect(told).toMatchObject({ topic: 'payment.failed', payload: { code: 'ACCOUNT_CLOSED' } })
      expect(told!.payload).not.toHaveProperty('accounting')
    })

    it('whose answer was lost (0002) is unknown, and asked about until it is known', async () => {
      const bench = await newBench()
      const id = await bench.create('0002')
      await bench.runner.start()
      await bench.reaches(id, 'UNKNOWN')
      expect((await bench.told()).map((event) => event.topic)).toEqual(['payment.unknown'])
      bench.ports.advance(60_000)
      await bench.reaches(id, 'SETTLED')
      expect(await bench.statement(id)).toHaveLength(1)
      expect(await kinds(bench, id)).toEqual(['SEND', 'SILENCE', 'QUERY', 'ANSWER SETTLED'])
      expect((await bench.told()).map((event) => event.topic))
        .toEqual(['payment.unknown', 'payment.settled'])
    })

    it('that is answered and then told of twice (0003) ends once', async () => {
      const bench = await newBench()
      const id = await bench.create('0003')
      await bench.runner.start()
      await bench.untilAttempts(id, 4)
      expect((await kinds(bench, id)).toSorted())
        .toEqual(['ANSWER SETTLED', 'NOTICE SETTLED', 'NOTICE SETTLED', 'SEND'])
      expect(await bench.told()).toHaveLength(1)
      expect(await bench.statement(id)).toHaveLength(1)
    })

    it('that is told of late (0004) is unknown until then', async () => {
      const bench = await newBench()
      const id = await bench.create('0004')
      await bench.runner.start()
      await bench.reaches(id, 'SETTLED')
      expect(await kinds(bench, id)).toEqual(['SEND', 'ANSWER PROCESSING', 'NOTICE SETTLED'])
      expect((await bench.told()).map((event) => event.topic))
        .toEqual(['payment.unknown', 'payment.settled'])
    })

    it('that the bank never tells of (0005) stays unknown: silence is not failure', async () => {
      const bench = await newBench()
      const id = await bench.create('0005')
      await bench.runner.start()
      await bench.reaches(id, 'UNKNOWN')
      for (let asked = 1; asked <= 3; asked++) {
        bench.ports.advance(3_600_000)
        await bench.untilAttempts(id, 2 + 2 * asked)
      }
      expect((await bench.instruction(id)).state).toBe('UNKNOWN')
      expect((await bench.told()).map((event) => event.topic)).toEqual(['payment.unknown'])
      expect(await bench.statement(id)).toHaveLength(1)
    })

    it('that the bank never received (0006) is sent again, once that is sure', async () => {
      const bench = await newBench()
      const id = await bench.create('0006')
      await bench.runner.start()
      await bench.reaches(id, 'UNKNOWN')
      // Not found so soon may mean that it is still on its way.
      bench.ports.advance(10_000)
      await bench.untilAttempts(id, 4)
      expect((await bench.instruction(id)).state).toBe('UNKNOWN')
      bench.ports.advance(60_000)
      await bench.reaches(id, 'SETTLED')
      expect(await bench.statement(id)).toHaveLength(1)
      const said = await kinds(bench, id)
      expect(said.filter((kind) => kind === 'SEND')).toHaveLength(2)
      expect(said.slice(-4)).toEqual(['QUERY', 'ANSWER NOT_FOUND', 'SEND', 'ANSWER SETTLED'])
    })

    it('stays as it ended, whatever the bank says later', async () => {
      const bench = await newBench()
      const failed = await bench.create('0001')
      const settled = await bench.create('62220001234567')
      await bench.runner.start()
      await bench.reaches(failed, 'FAILED')
      await bench.reaches(settled, 'SETTLED')
      const before = [await bench.instruction(failed), await bench.instruction(settled)]
      const told = await bench.told()
      const late: ChannelAnswer[] = [
        { outcome: 'SETTLED', bankReference: 'other' },
        { outcome: 'FAILED', code: 'LATE', message: 'late' },
        { outcome: 'NOT_FOUND' },
        { outcome: 'PROCESSING' },
      ]
      for (const answer of late) {
        for (const reference of [failed, settled]) await bench.notice({ reference, answer })
      }
      const what = ['state', 'bank_reference', 'failure_code', 'failure_message'] as const
      for (const row of before) {
        const after = await bench.instruction(row.id)
        expect(what.map((name) => after[name])).toEqual(what.map((name) => row[name]))
        const last = (await bench.attempts(row.id)).at(-1)!
        expect(last).toMatchObject({ kind: 'NOTICE', outcome: 'PROCESSING' })
        expect(JSON.parse(last.detail).note).toContain('changed nothing')
      }
      expect(await bench.told()).toEqual(told)
    })

    it('is not made by a notice of something that is not ours', async () => {
      const bench = await newBench()
      await bench.notice({
        reference: 'pay_unheard_of',
        answer: { outcome: 'SETTLED', bankReference: 'b' },
      })
      expect(await bench.told()).toEqual([])
    })

    it('is created once for each round of its order, however often that is told', async () => {
      const bench = await newBench()
      const first = await bench.create('62220001234567')
      expect(await bench.create('62220001234567', { again: true })).toBe(first)
      const second = await bench.create('62220001234567', { again: true, round: '2' })
      expect(second).not.toBe(first)
    })
  })

  describe('a runner that dies', () => {
    it('after the bank made the transfer leaves it to be asked about, not sent again', async () => {
      const bench = await newBench()
      const id = await bench.create('62220001234567')
      bench.fault.send = async (request, pass) => {
        await pass(request)
        return HUNG
      }
      await bench.runner.start()
      await bench.untilStatement(id, 1)
      await bench.runner.stop()
      expect((await bench.instruction(id)).state).toBe('SENDING')
      expect(await kinds(bench, id)).toEqual(['SEND'])
      bench.fault.send = () => Promise.reject(new Error('must not be sent'))
      const next = bench.newRunner()
      bench.ports.advance(60_000)
      await next.start()
      await bench.reaches(id, 'SETTLED')
      expect(await kinds(bench, id)).toEqual(['SEND', 'QUERY', 'ANSWER SETTLED'])
      expect(await bench.statement(id)).toHaveLength(1)
    })

    it('before the bank had it leaves it to be asked about, and then sent once', async () => {
      const bench = await newBench()
      const id = await bench.create('62220001234567')
      const hangs = new Promise<void>((resolve) => {
        bench.fault.send = () => {
          resolve()
          return HUNG
        }
      })
      await bench.runner.start()
      await hangs
      await bench.runner.stop()
      expect((await bench.instruction(id)).state).toBe('SENDING')
      delete bench.fault.send
      const next = bench.newRunner()
      bench.ports.advance(25_000)
      await next.start()
      await bench.reaches(id, 'UNKNOWN')
      expect(await bench.statement(id), 'it may still be on its way').toEqual([])
      bench.ports.advance(60_000)
      await bench.reaches(id, 'SETTLED')
      expect(await bench.statement(id)).toHaveLength(1)
      expect((await kinds(bench, id)).filter((kind) => kind === 'SEND')).toHaveLength(2)
    })

    it('is replaced at once where no other can be at work, else when its claim has run out', async () => {
      const bench = await newBench()
      const id = await bench.create('62220001234567')
      const hangs = new Promise<void>((resolve) => {
        bench.fault.send = () => {
          resolve()
          return HUNG
        }
      })
      await bench.runner.start()
      await hangs
      await bench.runner.stop()
      delete bench.fault.send
      await bench.newRunner().start()
      const other = await bench.create('62220001234567')
      await bench.reaches(other, 'SETTLED')
      // Elsewhere the first might still be waiting for its answer.
      expect((await kinds(bench, id)).slice(0, 2)).toEqual(
        bench.exclusive ? ['SEND', 'QUERY'] : ['SEND'],
      )
    })
  })
})

onEngine('postgres', (engine) => {
  it('two runners that race over one database make one transfer each', async () => {
    const url = await engine.freshUrl()
    const one = await openBench(url, 1)
    const two = await openBench(url, 2)
    const ids = await Promise.all(Array.from({ length: 20 }, () => one.create('62220001234567')))
    await one.runner.start()
    await two.runner.start()
    for (const id of ids) await one.reaches(id, 'SETTLED')
    for (const id of ids) {
      expect(await one.statement(id)).toHaveLength(1)
      expect((await one.attempts(id)).map((attempt) => attempt.kind)).toEqual(['SEND', 'ANSWER'])
    }
    const sends = one.sent() + two.sent()
    expect(sends).toBe(20)
    expect(await one.told()).toHaveLength(20)
    expect([...one.reported, ...two.reported]).toEqual([])
  })
})

onEngine('sqlite', (engine) => {
  it('a simulator that was closed sends no notice and keeps no timer', async () => {
    const { ports } = await openBench(await engine.freshUrl(), 3)
    const bank: Channel = await openBankSimulator({ databaseUrl: await engine.freshUrl(), ports })
    const heard: Notice[] = []
    let closed = false
    const refused = new Promise<void>((resolve) => {
      bank.listen(async (notice) => {
        heard.push(notice)
        await bank.close()
        closed = true
        resolve()
        throw new Error('our store is closed')
      })
    })
    const request = {
      reference: 'pay_1',
      direction: 'PAY' as const,
      amount: '1.00',
      currency: 'CNY',
      counterparty: { name: 'x', account: '0003' },
      purpose: 'p',
    }
    await bank.send(request, new AbortController().signal)
    await refused
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    await new Promise((resolve) => setImmediate(resolve))
    const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    expect(closed).toBe(true)
    expect(after).toBeLessThanOrEqual(before)
    expect(heard).toHaveLength(1)
  })
})
