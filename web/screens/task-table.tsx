/**
 * Tasks as rows: what is to be decided, with the order's own figures beside it.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import type { MyTasksQuery } from '../../schema/desk.ts'
import { Amount } from '../parts/amount.tsx'
import { Instant } from '../parts/instant.tsx'
import type { Column, Selection } from '../parts/grid.tsx'
import { Rows } from '../parts/rows.tsx'
import { useWords } from '../words/words.ts'

export type TaskRow = MyTasksQuery['tasks']['edges'][number]['node']

export function TaskTable(
  { tasks, name, empty, selection, decide }: {
    tasks: readonly TaskRow[]
    name: string
    empty: string
    selection?: Selection<TaskRow>
    /** A column of what can be done with each. */
    decide?: Column<TaskRow>
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
          render: ({ order }) =>
            order && (
              <Link to='/orders/$serial' params={{ serial: order.serial }}>{order.serial}</Link>
            ),
        },
        { title: say('orders.summary'), render: ({ order }) => order?.summary },
        {
          title: say('orders.amount'),
          align: 'right',
          render: ({ order }) => order && <Amount money={order.amount} />,
        },
        {
          title: say('order.step'),
          render: ({ step, role }) => say('inbox.step', { step, role: term('role', role) }),
        },
        { title: say('orders.maker'), render: ({ order }) => order?.maker },
        { title: say('inbox.since'), render: ({ openedAt }) => <Instant at={openedAt} /> },
        ...(decide === undefined ? [] : [decide]),
      ]}
    />
  )
}
