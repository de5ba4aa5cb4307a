/**
 * Leaving a form that is half filled in: only once the person has said so.
 */
import { useBlocker } from '@tanstack/react-router'
import { App } from 'antd'
import { type RefObject, useRef } from 'react'
import { useWords } from '../words/words.ts'

/** Whether there is something to lose, to be set by the form; another screen is then asked about. */
export function useLeaving(): RefObject<boolean> {
  const { modal } = App.useApp()
  const { say } = useWords()
  const filling = useRef(false)
  useBlocker({
    shouldBlockFn: async () => {
      if (!filling.current) return false
      const leaves = await modal.confirm({
        title: say('entry.leave'),
        okText: say('entry.leave.yes'),
        cancelText: say('entry.leave.no'),
        okButtonProps: { danger: true },
        focusable: { autoFocusButton: 'cancel' },
      })
      return !leaves
    },
    enableBeforeUnload: () => filling.current,
  })
  return filling
}
