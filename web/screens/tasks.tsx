/**
 * The inbox: decide one by one or many at once. Every decision is confirmed with what it is about.
 */
import { Button, Flex, Typography } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { MyTasks, type Verdict } from '../../schema/desk.ts'
import { useActivity } from '../ask/activity.ts'
import { usePages } from '../ask/pages.ts'
import { List, type ListColumn } from '../parts/list.tsx'
import { useKeys } from '../shell/keyboard.ts'
import { useWords } from '../words/words.ts'
import { useDecision } from './decision.tsx'
import { useOpenOrder } from './order-table.tsx'
import { taskKey, type TaskRow, useTaskColumns } from './task-table.tsx'

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
