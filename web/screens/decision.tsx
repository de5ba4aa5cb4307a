/**
 * Deciding about tasks, one or many: what is decided is shown first, and what came of each is told.
 */
import { App, Flex, Typography } from 'antd'
import { DecideAll, type Verdict } from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { groupDigits, sumsOf } from '../parts/amount.tsx'
import { useRejection } from '../parts/reason.tsx'
import { type Refused, useTold } from '../parts/refusal.ts'
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
  const reject = useRejection()
  const decideAll = useDo(DecideAll)
  return (tasks, verdict) => {
    const count = tasks.length
    const sum = sumsOf(tasks.flatMap(({ order }) => order?.amount ?? []))
      .map(({ amount, currency }) => `${groupDigits(amount)} ${currency}`).join(', ')
    /** Answers the first refusal where all were refused; the others are told. */
    const carryOut = async (reason?: string): Promise<Refused | undefined> => {
      const { decideTasks, trace } = await decideAll({
        input: {
          tasks: tasks.map(({ id }) => id),
          verdict,
          ...(reason === undefined ? {} : { reason }),
        },
      })
      const refusals = decideTasks.flatMap(({ refusal }) => refusal ?? [])
      const [first] = refusals
      const nothing = first !== undefined && refusals.length === decideTasks.length
      for (const refusal of refusals.slice(nothing ? 1 : 0, REFUSALS_TOLD)) refused(refusal, trace)
      const [one] = decideTasks
      if (count === 1 && one?.order) {
        done(say('inbox.done', { serial: one.order.serial }), trace)
      }
      if (count > 1) {
        done(
          say('inbox.done.chosen', { done: count - refusals.length, refused: refusals.length }),
          trace,
        )
      }
      decided()
      return nothing ? { ...first, trace } : undefined
    }
    const shown = tasks.slice(0, 10).map(({ id, order }) =>
      order && (
        <Typography.Text key={id}>
          {order.serial} · {order.summary} · {groupDigits(order.amount.amount)}{' '}
          {order.amount.currency}
        </Typography.Text>
      )
    )
    if (verdict === 'REJECT') {
      reject(say('inbox.confirm.reject', { count }), carryOut, shown)
      return
    }
    modal.confirm({
      title: say('inbox.confirm.approve', { count, sum }),
      content: <Flex vertical gap='small'>{shown}</Flex>,
      okText: say('inbox.approve'),
      cancelText: say('common.cancel'),
      // At once: for a moment antd has the focus on the way back.
      okButtonProps: { autoFocus: true },
      onOk(close: () => void) {
        close()
        carryOut().then((why) => why && refused(why, why.trace), failed)
      },
    })
  }
}
