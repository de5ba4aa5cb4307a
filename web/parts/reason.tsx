/**
 * Asking for a reason before something is carried out.
 */
import { App, Flex, Input } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../words/words.ts'
import { useTold } from './refusal.ts'

const REASON_MAX = 500

/** @property note what else a person should know first @property label what the reason is called */
export interface ReasonOptions {
  readonly note?: ReactNode
  readonly label?: string
  readonly okText?: string
  readonly danger?: boolean
  /** What is wrong with a reason, so that it is not even asked for; undefined where it will do. */
  readonly check?: (reason: string) => string | undefined
}

/**
 * Shows a question with a field for the reason; carries out once it is confirmed, and tells of failure.
 * Where the server did not answer, the question stays with what was typed.
 */
export function useReason(): (
  title: string,
  carryOut: (reason: string) => Promise<void>,
  options?: ReasonOptions,
) => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { refused, failed } = useTold()
  return (title, carryOut, { note, label, okText, danger = false, check } = {}) => {
    let reason = ''
    let busy = false
    const name = label ?? say('order.reason')
    const question = modal.confirm({
      title,
      content: (
        <Flex vertical gap='small'>
          {note}
          <Input.TextArea
            autoFocus
            aria-label={name}
            placeholder={name}
            maxLength={REASON_MAX}
            onChange={({ target }) => {
              reason = target.value
            }}
          />
        </Flex>
      ),
      okText: okText ?? say('common.confirm'),
      cancelText: say('common.cancel'),
      okButtonProps: { danger },
      // The reason has the focus: Enter decides nothing.
      focusable: { autoFocusButton: null },
      onOk(close: () => void) {
        if (busy) return
        const wrong = check?.(reason.trim())
        if (wrong !== undefined) {
          refused({ code: 'REASON_MISSING', message: wrong })
          return
        }
        const wait = (on: boolean) => {
          busy = on
          question.update({ okButtonProps: { danger, loading: on } })
        }
        wait(true)
        carryOut(reason).then(close, (error) => {
          wait(false)
          failed(error)
        })
      },
    })
  }
}
