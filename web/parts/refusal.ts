/**
 * What a person is told of a command: done, refused by a rule, or not answered.
 */
import { App } from 'antd'
import { useCallback } from 'react'
import type { Failure } from '../ask/ask.ts'
import { useWords } from '../words/words.ts'

export interface Refusal {
  readonly code: string
  readonly message: string
}

/** Long enough to be read; a refusal stays until it is closed. */
const DONE_SECONDS = 6

/** Runs a command and tells what came of it. Answers whether it was carried out. */
export function useTold(): {
  done: (text: string) => void
  refused: (refusal: Refusal) => void
  failed: (error: unknown) => void
} {
  const { notification } = App.useApp()
  const { say } = useWords()
  return {
    done: useCallback((text) => {
      notification.success({ title: text, duration: DONE_SECONDS })
    }, [notification]),
    refused: useCallback(({ code, message }) => {
      notification.warning({ title: say('state.refused', { reason: message, code }), duration: 0 })
    }, [notification, say]),
    failed: useCallback((error) => {
      const { offline, message, trace } = error as Failure
      notification.error({
        title: offline ? say('state.offline') : say('state.failed', { reason: message }),
        description: trace && say('state.trace', { trace }),
        duration: 0,
      })
    }, [notification, say]),
  }
}
