/**
 * All orders: filters in the URL, pages by cursor, the rows shown as CSV.
 */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Checkbox, Flex, Select, Typography } from 'antd'
import { Orders as OrdersDocument, type OrderStatus, OrderTypes } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { download, toCsv } from '../parts/csv.ts'
import { PageButtons, usePaging } from '../parts/pages.tsx'
import { StateOf } from '../parts/state-of.tsx'
import type { OrderFilter } from '../router.tsx'
import { useWords } from '../words/words.ts'
import { type OrderRow, OrderTable } from './order-table.tsx'

const PAGE = 50

const STATUSES: readonly OrderStatus[] = [
  'IN_APPROVAL',
  'APPROVED',
  'PAYING',
  'PAYMENT_UNKNOWN',
  'PAYMENT_FAILED',
  'POSTING_REFUSED',
  'COMPLETED',
  'REJECTED',
  'WITHDRAWN',
  'REVERSED',
]

export function Orders() {
  const filter = useSearch({ from: '/orders' })
  const navigate = useNavigate()
  const { say, term, named } = useWords()
  const paging = usePaging(JSON.stringify(filter))
  const types = useAsk(OrderTypes, {})
  const asked = useAsk(OrdersDocument, {
    first: PAGE,
    after: paging.after,
    status: filter.status ?? null,
    type: filter.type ?? null,
    mine: filter.mine ?? null,
  })
  const show = (change: { [K in keyof OrderFilter]: OrderFilter[K] | undefined }) => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined)
    void navigate({ to: '/orders', search: Object.fromEntries(next) as OrderFilter })
  }
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('orders.title')}</Typography.Title>
      <Flex gap='small' wrap align='center'>
        <Select
          aria-label={say('orders.status')}
          allowClear
          style={{ minWidth: 160 }}
          placeholder={say('orders.all')}
          value={filter.status ?? null}
          options={STATUSES.map((status) => ({ value: status, label: term('status', status) }))}
          onChange={(status) => show({ status: status ?? undefined })}
        />
        <Select
          aria-label={say('orders.type')}
          allowClear
          style={{ minWidth: 160 }}
          placeholder={say('orders.all-types')}
          value={filter.type ?? null}
          options={(types.data?.orderTypes ?? []).map((type) => ({
            value: type.code,
            label: named(type),
          }))}
          onChange={(type) => show({ type: type ?? undefined })}
        />
        <Checkbox
          checked={filter.mine === true}
          onChange={({ target }) => show({ mine: target.checked || undefined })}
        >
          {say('orders.mine')}
        </Checkbox>
        <Button
          disabled={asked.data === undefined}
          onClick={() =>
            download('orders.csv', ordersCsv(asked.data!.orders.edges.map((e) => e.node)))}
        >
          {say('orders.csv')}
        </Button>
      </Flex>
      <StateOf asked={asked}>
        {({ orders }) => (
          <>
            <OrderTable orders={orders.edges.map(({ node }) => node)} name={say('orders.title')} />
            <PageButtons paging={paging} info={orders.pageInfo} />
          </>
        )}
      </StateOf>
    </Flex>
  )
}

/** The rows that are shown, with the server's own words. */
function ordersCsv(orders: readonly OrderRow[]): string {
  return toCsv([
    [
      'serial',
      'type',
      'status',
      'summary',
      'institution',
      'maker',
      'amount',
      'currency',
      'createdAt',
    ],
    ...orders.map((order) => [
      order.serial,
      order.type,
      order.status,
      order.summary,
      order.institution,
      order.maker,
      order.amount.amount,
      order.amount.currency,
      order.createdAt,
    ]),
  ])
}
