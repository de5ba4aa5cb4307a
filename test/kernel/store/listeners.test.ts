import { expect, it, onTestFinished, vi } from 'vitest'
import { Listeners } from '../../../subgraphs/kernel/store/listeners.ts'

it('a listener that throws keeps nobody from hearing, and its error is not swallowed', () => {
  const thrownLater: (() => void)[] = []
  const spy = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    thrownLater.push(task)
  })
  onTestFinished(() => spy.mockRestore())
  const listeners = new Listeners()
  const heard: string[] = []
  listeners.add(() => heard.push('first'))
  listeners.add(() => {
    throw new Error('broken listener')
  })
  const stop = listeners.add(() => heard.push('last'))
  listeners.call()
  stop()
  listeners.call()
  expect(heard).toEqual(['first', 'last', 'first'])
  expect(thrownLater).toHaveLength(2)
  expect(thrownLater[0]).toThrow('broken listener')
})
