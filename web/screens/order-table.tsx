/**
 * What a list of orders shows of each.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { OrdersQuery } from '../../schema/desk.ts'
import { amountColumns } from '../parts/amount-columns.tsx'
import { bankTime, Instant } from '../parts/instant.tsx'
import { columnsOf, type ListColumn } from '../parts/list.tsx'
import { StatusTag } from '../parts/order-status.tsx'
import { useTypeName } from '../parts/order-type.ts'
import { Rows } from '../parts/rows.tsx'
import { useWords } from '../words/words.ts'

export type OrderRow = OrdersQuery['orders']['edges'][number]['node']

export const serialOf = ({ serial }: OrderRow) => serial

export function useOrderColumns(): readonly ListColumn<OrderRow>[] {
  const { say, term } = useWords()
  const typeName = useTypeName()
  return useMemo(() => [
    {
      key: 'serial',
      title: say('orders.serial'),
      render: ({ serial }) => <Link to='/orders/$serial' params={{ serial }}>{serial}</Link>,
      text: serialOf,
    },
    {
      key: 'type',
      title: say('orders.type'),
      extra: true,
      render: ({ type }) => typeName(type),
      text: ({ type }) => typeName(type),
    },
    {
      key: 'summary',
      title: say('orders.summary'),
      render: ({ summary }) => summary,
      text: ({ summary }) => summary,
    },
    ...amountColumns<OrderRow>(say, ({ amount }) => amount),
    {
      key: 'status',
      title: say('orders.status'),
      render: ({ status }) => <StatusTag status={status} />,
      text: ({ status }) => term('status', status),
    },
    {
      key: 'institution',
      title: say('orders.institution'),
      render: ({ institution }) => institution,
      text: ({ institution }) => institution,
    },
    {
      key: 'maker',
      title: say('orders.maker'),
      render: ({ maker }) => maker,
      text: ({ maker }) => maker,
    },
    {
      key: 'createdAt',
      title: say('orders.created'),
      extra: true,
      render: ({ createdAt }) => <Instant at={createdAt} />,
      text: ({ createdAt }) => bankTime(createdAt),
    },
    {
      key: 'updatedAt',
      title: say('orders.updated'),
      render: ({ updatedAt }) => <Instant at={updatedAt} />,
      text: ({ updatedAt }) => bankTime(updatedAt),
    },
  ], [say, term, typeName])
}

/** Opens an order's own page. */
export function useOpenOrder(): (serial: string) => void {
  const navigate = useNavigate()
  return (serial) => void navigate({ to: '/orders/$serial', params: { serial } })
}

/** A few orders, on the home screen. */
export function OrderTable(
  { orders, name, empty }: { orders: readonly OrderRow[]; name: string; empty: string },
) {
  const open = useOpenOrder()
  return (
    <Rows
      rows={orders}
      name={name}
      empty={empty}
      keyOf={serialOf}
      open={({ serial }) => open(serial)}
      columns={columnsOf(useOrderColumns(), undefined)}
    />
  )
}
