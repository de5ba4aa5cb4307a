/**
 * What a list of tasks shows of each: what is to be decided, with the order's own figures beside it.
 */
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { MyTasksQuery } from '../../schema/desk.ts'
import { amountColumns } from '../parts/amount-columns.tsx'
import { bankTime, Instant } from '../parts/instant.tsx'
import { columnsOf, type ListColumn } from '../parts/list.tsx'
import { useTypeName } from '../parts/order-type.ts'
import { Rows } from '../parts/rows.tsx'
import { useWords } from '../words/words.ts'
import { useOpenOrder } from './order-table.tsx'

export type TaskRow = MyTasksQuery['tasks']['edges'][number]['node']

export const taskKey = ({ id }: TaskRow) => id

export function useTaskColumns(): readonly ListColumn<TaskRow>[] {
  const { say, term } = useWords()
  const typeName = useTypeName()
  return useMemo(() => [
    {
      key: 'serial',
      title: say('orders.serial'),
      render: ({ order }) =>
        order && <Link to='/orders/$serial' params={{ serial: order.serial }}>{order.serial}</Link>,
      text: ({ order }) => order?.serial ?? null,
    },
    {
      key: 'type',
      title: say('orders.type'),
      extra: true,
      render: ({ order }) => order && typeName(order.type),
      text: ({ order }) => order && typeName(order.type),
    },
    {
      key: 'summary',
      title: say('orders.summary'),
      render: ({ order }) => order?.summary,
      text: ({ order }) => order?.summary ?? null,
    },
    ...amountColumns<TaskRow>(say, ({ order }) => order?.amount),
    {
      key: 'institution',
      title: say('orders.institution'),
      extra: true,
      render: ({ order }) => order?.institution,
      text: ({ order }) => order?.institution ?? null,
    },
    {
      key: 'step',
      title: say('order.step'),
      render: ({ step, role }) => say('inbox.step', { step, role: term('role', role) }),
      text: ({ step, role }) => say('inbox.step', { step, role: term('role', role) }),
    },
    {
      key: 'maker',
      title: say('orders.maker'),
      render: ({ order }) => order?.maker,
      text: ({ order }) => order?.maker ?? null,
    },
    {
      key: 'openedAt',
      title: say('inbox.since'),
      render: ({ openedAt }) => <Instant at={openedAt} />,
      text: ({ openedAt }) => bankTime(openedAt),
    },
  ], [say, term, typeName])
}

/** A few tasks, on the home screen. */
export function TaskTable(
  { tasks, name, empty }: { tasks: readonly TaskRow[]; name: string; empty: string },
) {
  const open = useOpenOrder()
  return (
    <Rows
      rows={tasks}
      name={name}
      empty={empty}
      keyOf={taskKey}
      open={({ order }) => order && open(order.serial)}
      columns={columnsOf(useTaskColumns(), undefined)}
    />
  )
}
