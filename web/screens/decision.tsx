/**
 * Deciding about tasks, one or many: what is decided is shown first, and what came of each is told.
 */
import { App, Flex, Input, Typography } from 'antd'
import { DecideAll, type Verdict } from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { groupDigits, sumsOf } from '../parts/amount.tsx'
import { useTold } from '../parts/refusal.ts'
import { useWords } from '../words/words.ts'
import type { TaskRow } from './task-table.tsx'

/** More would cover the screen; the others stay in the list. */
const REFUSALS_TOLD = 5

/** Shows what is decided about, asks for a reason where one is needed, tells what came of each. */
export function useDecision(
  decided: () => void,
): (tasks: readonly Pick<TaskRow, 'id' | 'order'>[], verdict: Verdict) => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const decideAll = useDo(DecideAll)
  return (tasks, verdict) => {
    let reason = ''
    const count = tasks.length
    const sum = sumsOf(tasks.flatMap(({ order }) => order?.amount ?? []))
      .map(({ amount, currency }) => `${groupDigits(amount)} ${currency}`).join(', ')
    const carryOut = async () => {
      try {
        const { decideTasks, trace } = await decideAll({
          input: {
            tasks: tasks.map(({ id }) => id),
            verdict,
            ...(verdict === 'REJECT' ? { reason } : {}),
          },
        })
        const refusals = decideTasks.flatMap(({ refusal }) => refusal ?? [])
        for (const refusal of refusals.slice(0, REFUSALS_TOLD)) refused(refusal, trace)
        const [first] = decideTasks
        if (count === 1 && first?.order) {
          done(say('inbox.done', { serial: first.order.serial }), trace)
        }
        if (count > 1) {
          done(
            say('inbox.done.chosen', { done: count - refusals.length, refused: refusals.length }),
            trace,
          )
        }
        decided()
      } catch (error) {
        failed(error)
      }
    }
    modal.confirm({
      title: say(verdict === 'APPROVE' ? 'inbox.confirm.approve' : 'inbox.confirm.reject', {
        count,
        sum,
      }),
      content: (
        <Flex vertical gap='small'>
          {tasks.slice(0, 10).map(({ id, order }) =>
            order && (
              <Typography.Text key={id}>
                {order.serial} · {order.summary} · {groupDigits(order.amount.amount)}{' '}
                {order.amount.currency}
              </Typography.Text>
            )
          )}
          {verdict === 'REJECT' && (
            <Input.TextArea
              aria-label={say('inbox.reason')}
              placeholder={say('inbox.reason')}
              maxLength={500}
              onChange={({ target }) => {
                reason = target.value
              }}
            />
          )}
        </Flex>
      ),
      okText: say(verdict === 'APPROVE' ? 'inbox.approve' : 'inbox.reject'),
      cancelText: say('common.cancel'),
      okButtonProps: { danger: verdict === 'REJECT' },
      focusable: { autoFocusButton: verdict === 'APPROVE' ? 'ok' : null },
      onOk(close: () => void) {
        if (verdict === 'REJECT' && reason.trim() === '') {
          refused({ code: 'REASON_MISSING', message: say('inbox.reason.missing') })
          return
        }
        close()
        void carryOut()
      },
    })
  }
}
