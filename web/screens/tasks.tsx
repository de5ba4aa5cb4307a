/**
 * The inbox: decide one by one or many at once. Every decision is confirmed with what it is about.
 */
import { App, Button, Flex, Input, Typography } from 'antd'
import { useState } from 'react'
import { DecideAll, MyTasks, type Verdict } from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { groupDigits, sumsOf } from '../parts/amount.tsx'
import { PageButtons, usePaging } from '../parts/pages.tsx'
import { useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { useKeys } from '../shell/keyboard.ts'
import { useWords } from '../words/words.ts'
import { type TaskRow, TaskTable } from './task-table.tsx'

const PAGE = 100
/** More would cover the screen; the others stay in the list. */
const REFUSALS_TOLD = 5
/** Others decide, too. */
const EVERY_MS = 15_000

export function Tasks() {
  const { say } = useWords()
  const paging = usePaging('')
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set())
  const asked = useAsk(MyTasks, { first: PAGE, after: paging.after }, { everyMs: EVERY_MS })
  const decide = useDecision(() => setKeys(new Set()))
  const all = asked.data?.tasks.edges.map(({ node }) => node) ?? []
  const chosen = all.filter(({ id }) => keys.has(id))
  useKeys({
    a: () => chosen.length > 0 && decide(chosen, 'APPROVE'),
    r: () => chosen.length > 0 && decide(chosen, 'REJECT'),
  })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('inbox.title')}</Typography.Title>
      <Flex gap='small'>
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
      </Flex>
      <StateOf asked={asked}>
        {({ tasks }) => (
          <>
            <TaskTable
              tasks={tasks.edges.map(({ node }) => node)}
              name={say('inbox.title')}
              empty={say('home.tasks.none')}
              selection={{
                chosen: keys,
                change: setKeys,
                nameOf: ({ order }) => `${say('inbox.choose')} ${order?.serial ?? ''}`,
              }}
              decide={{
                title: '',
                render: (task) => (
                  <Flex gap='small'>
                    <Button size='small' type='primary' onClick={() => decide([task], 'APPROVE')}>
                      {say('inbox.approve')}
                    </Button>
                    <Button size='small' danger onClick={() => decide([task], 'REJECT')}>
                      {say('inbox.reject')}
                    </Button>
                  </Flex>
                ),
              }}
            />
            <PageButtons paging={paging} info={tasks.pageInfo} />
          </>
        )}
      </StateOf>
    </Flex>
  )
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
        const { decideTasks } = await decideAll({
          input: {
            tasks: tasks.map(({ id }) => id),
            verdict,
            ...(verdict === 'REJECT' ? { reason } : {}),
          },
        })
        const refusals = decideTasks.flatMap(({ refusal }) => refusal ?? [])
        for (const refusal of refusals.slice(0, REFUSALS_TOLD)) refused(refusal)
        const [first] = decideTasks
        if (count === 1 && first?.order) done(say('inbox.done', { serial: first.order.serial }))
        if (count > 1) {
          done(
            say('inbox.done.chosen', { done: count - refusals.length, refused: refusals.length }),
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
