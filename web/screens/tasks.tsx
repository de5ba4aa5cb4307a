/**
 * The inbox: decide one by one or many at once. Every decision is confirmed with what it is about.
 */
import { App, Button, Flex, Input, Typography } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { DecideAll, MyTasks, type Verdict } from '../../schema/desk.ts'
import { useActivity } from '../ask/activity.ts'
import { useDo } from '../ask/ask.ts'
import { usePages } from '../ask/pages.ts'
import { groupDigits, sumsOf } from '../parts/amount.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { useKeys } from '../shell/keyboard.ts'
import { useWords } from '../words/words.ts'
import { useOpenOrder } from './order-table.tsx'
import { taskKey, type TaskRow, useTaskColumns } from './task-table.tsx'

/** More would cover the screen; the others stay in the list. */
const REFUSALS_TOLD = 5
const NONE: ReadonlySet<string> = new Set()

export function Tasks() {
  const { say } = useWords()
  const [keys, setKeys] = useState(NONE)
  const pages = usePages({
    document: MyTasks,
    variables: {},
    connection: ({ tasks }) => tasks,
    keyOf: taskKey,
  })
  useActivity(pages.touch)
  const open = useOpenOrder()
  const decide = useDecision(() => setKeys(NONE))
  const chosen = pages.rows.filter(({ id }) => keys.has(id))
  useKeys({
    a: () => chosen.length > 0 && decide(chosen, 'APPROVE'),
    r: () => chosen.length > 0 && decide(chosen, 'REJECT'),
  })
  const columns = useColumns(decide)
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('inbox.title')}</Typography.Title>
      <List
        id='tasks'
        name={say('inbox.title')}
        pages={pages}
        columns={columns}
        keyOf={taskKey}
        empty={say('home.tasks.none')}
        open={({ order }) => order && open(order.serial)}
        selection={{
          chosen: keys,
          change: setKeys,
          nameOf: ({ order }) => `${say('inbox.choose')} ${order?.serial ?? ''}`,
        }}
        filters={
          <>
            <Button
              type='primary'
              disabled={chosen.length === 0}
              onClick={() => decide(chosen, 'APPROVE')}
            >
              {say('inbox.approve.chosen', { count: chosen.length })}
            </Button>
            <Button danger disabled={chosen.length === 0} onClick={() => decide(chosen, 'REJECT')}>
              {say('inbox.reject.chosen', { count: chosen.length })}
            </Button>
          </>
        }
      />
    </Flex>
  )
}

/** What a task shows, and what can be done with each. */
function useColumns(
  decide: (tasks: readonly TaskRow[], verdict: Verdict) => void,
): readonly ListColumn<TaskRow>[] {
  const { say } = useWords()
  const columns = useTaskColumns()
  const latest = useRef(decide)
  latest.current = decide
  return useMemo(() => [
    ...columns,
    {
      key: 'decide',
      title: '',
      render: (task) => (
        <Flex gap='small'>
          <button
            type='button'
            className='decide'
            onClick={() => latest.current([task], 'APPROVE')}
          >
            {say('inbox.approve')}
          </button>
          <button
            type='button'
            className='decide refuse'
            onClick={() => latest.current([task], 'REJECT')}
          >
            {say('inbox.reject')}
          </button>
        </Flex>
      ),
    },
  ], [columns, say])
}

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
