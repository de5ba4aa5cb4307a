/**
 * Orders as rows, on the home screen and in the list.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import type { OrdersQuery } from '../../schema/desk.ts'
import { Amount } from '../parts/amount.tsx'
import { Instant } from '../parts/instant.tsx'
import { StatusTag } from '../parts/order-status.tsx'
import { Rows } from '../parts/rows.tsx'
import { useWords } from '../words/words.ts'

export type OrderRow = OrdersQuery['orders']['edges'][number]['node']

export function OrderTable(
  { orders, name, empty }: { orders: readonly OrderRow[]; name: string; empty?: string },
) {
  const { say } = useWords()
  const navigate = useNavigate()
  return (
    <Rows
      rows={orders}
      name={name}
      {...(empty === undefined ? {} : { empty })}
      keyOf={({ serial }) => serial}
      open={({ serial }) => void navigate({ to: '/orders/$serial', params: { serial } })}
      columns={[
        {
          title: say('orders.serial'),
          render: ({ serial }) => <Link to='/orders/$serial' params={{ serial }}>{serial}</Link>,
        },
        { title: say('orders.summary'), render: ({ summary }) => summary },
        {
          title: say('orders.amount'),
          align: 'right',
          render: ({ amount }) => <Amount money={amount} />,
        },
        {
          title: say('orders.status'),
          render: ({ status }) => <StatusTag status={status} />,
        },
        { title: say('orders.institution'), render: ({ institution }) => institution },
        { title: say('orders.maker'), render: ({ maker }) => maker },
        { title: say('orders.updated'), render: ({ updatedAt }) => <Instant at={updatedAt} /> },
      ]}
    />
  )
}
