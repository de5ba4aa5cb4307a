/**
 * What a person is told of a command: done, refused by a rule, or not answered; with its trace, by which
 * somebody can find out later what the server did.
 */
import { App } from 'antd'
import { useCallback } from 'react'
import type { Failure } from '../ask/ask.ts'
import { useWords } from '../words/words.ts'

export interface Refusal {
  readonly code: string
  readonly message: string
}

/** @property trace the number under which the server refused it; none where it was not asked */
export interface Refused extends Refusal {
  readonly trace?: string
}

/** Long enough to be read; a refusal stays until it is closed. */
const DONE_SECONDS = 6

/** Ways to tell what came of a command. */
export interface Told {
  readonly done: (text: string, trace: string) => void
  readonly refused: (refusal: Refusal, trace?: string) => void
  readonly failed: (error: unknown) => void
}

export function useTold(): Told {
  const { notification } = App.useApp()
  const { say } = useWords()
  const traced = (trace: string | undefined) =>
    trace === undefined ? undefined : say('state.trace', { trace })
  return {
    done: useCallback((text, trace) => {
      notification.success({ title: text, description: traced(trace), duration: DONE_SECONDS })
    }, [notification, say]),
    refused: useCallback(({ code, message }, trace) => {
      notification.warning({
        title: say('state.refused', { reason: message, code }),
        description: traced(trace),
        duration: 0,
      })
    }, [notification, say]),
    failed: useCallback((error) => {
      const { offline, message, trace } = error as Failure
      notification.error({
        title: offline ? say('state.offline') : say('state.failed', { reason: message }),
        description: traced(trace),
        duration: 0,
      })
    }, [notification, say]),
  }
}
