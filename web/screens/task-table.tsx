/**
 * Tasks as rows: what is to be decided, with the order's own figures beside it.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import type { TableColumnsType, TableProps } from 'antd'
import type { MyTasksQuery } from '../../schema/desk.ts'
import { Amount } from '../parts/amount.tsx'
import { Instant } from '../parts/instant.tsx'
import { Rows } from '../parts/rows.tsx'
import { useWords } from '../words/words.ts'

export type TaskRow = MyTasksQuery['tasks']['edges'][number]['node']

export function TaskTable(
  { tasks, name, empty, selection, decide }: {
    tasks: readonly TaskRow[]
    name: string
    empty: string
    selection?: TableProps<TaskRow>['rowSelection']
    /** A column of what can be done with each. */
    decide?: TableColumnsType<TaskRow>[number]
  },
) {
  const { say, term } = useWords()
  const navigate = useNavigate()
  return (
    <Rows
      rows={tasks}
      name={name}
      empty={empty}
      keyOf={({ id }) => id}
      selection={selection}
      open={({ order }) => {
        if (order) void navigate({ to: '/orders/$serial', params: { serial: order.serial } })
      }}
      columns={[
        {
          title: say('orders.serial'),
          render: (_, { order }) =>
            order && (
              <Link to='/orders/$serial' params={{ serial: order.serial }}>{order.serial}</Link>
            ),
        },
        { title: say('orders.summary'), render: (_, { order }) => order?.summary },
        {
          title: say('orders.amount'),
          align: 'right',
          render: (_, { order }) => order && <Amount money={order.amount} />,
        },
        {
          title: say('order.step'),
          render: (_, { step, role }) => say('inbox.step', { step, role: term('role', role) }),
        },
        { title: say('orders.maker'), render: (_, { order }) => order?.maker },
        { title: say('inbox.since'), render: (_, { openedAt }) => <Instant at={openedAt} /> },
        ...(decide === undefined ? [] : [decide]),
      ]}
    />
  )
}
