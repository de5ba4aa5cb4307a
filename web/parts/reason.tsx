/**
 * Asking for a reason before something is carried out.
 */
import { Alert, App, Flex, Input } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../words/words.ts'
import { type Refused, useTold } from './refusal.ts'

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
 * Where the server did not answer or refused, the question stays with what was typed.
 *
 * `carryOut` answers why nothing was done; undefined where it was.
 */
export function useReason(): (
  title: string,
  carryOut: (reason: string) => Promise<Refused | undefined>,
  options?: ReasonOptions,
) => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { failed } = useTold()
  return (title, carryOut, { note, label, okText, danger = false, check } = {}) => {
    let reason = ''
    let busy = false
    const name = label ?? say('order.reason')
    const contentWith = (refused?: Refused) => (
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
        {refused && (
          <Alert
            type='warning'
            role='alert'
            title={say('state.refused', { reason: refused.message, code: refused.code })}
            description={refused.trace && say('state.trace', { trace: refused.trace })}
          />
        )}
      </Flex>
    )
    const question = modal.confirm({
      title,
      content: contentWith(),
      okText: okText ?? say('common.confirm'),
      cancelText: say('common.cancel'),
      okButtonProps: { danger },
      // The reason has the focus: Enter decides nothing.
      focusable: { autoFocusButton: null },
      onOk(close: () => void) {
        if (busy) return
        const wrong = check?.(reason.trim())
        if (wrong !== undefined) {
          question.update({ content: contentWith({ code: 'REASON_MISSING', message: wrong }) })
          return
        }
        const wait = (on: boolean) => {
          busy = on
          question.update({ okButtonProps: { danger, loading: on } })
        }
        wait(true)
        // What was refused before is no longer true of what is sent now.
        question.update({ content: contentWith() })
        carryOut(reason).then((refused) => {
          if (refused === undefined) return close()
          wait(false)
          question.update({ content: contentWith(refused) })
        }, (error) => {
          wait(false)
          failed(error)
        })
      },
    })
  }
}

/** As {@link useReason}, for a rejection: it has a reason. @param note what is rejected */
export function useRejection(): (
  title: string,
  carryOut: (reason: string) => Promise<Refused | undefined>,
  note: ReactNode,
) => void {
  const withReason = useReason()
  const { say } = useWords()
  return (title, carryOut, note) =>
    withReason(title, carryOut, {
      note,
      label: say('inbox.reason'),
      okText: say('inbox.reject'),
      danger: true,
      check: (reason) => reason === '' ? say('inbox.reason.missing') : undefined,
    })
}
