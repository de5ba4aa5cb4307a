/**
 * All orders, filtered by where they are, of what type and whose.
 */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Checkbox, Flex, Select, Typography } from 'antd'
import { Orders as OrdersDocument, type OrderStatus, OrderTypes } from '../../schema/desk.ts'
import { useActivity } from '../ask/activity.ts'
import { useAsk } from '../ask/ask.ts'
import { usePages } from '../ask/pages.ts'
import { List } from '../parts/list.tsx'
import type { OrderFilter } from '../router.tsx'
import { useWords } from '../words/words.ts'
import { serialOf, useOpenOrder, useOrderColumns } from './order-table.tsx'

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
  const { say } = useWords()
  const open = useOpenOrder()
  const columns = useOrderColumns()
  const pages = usePages({
    document: OrdersDocument,
    variables: {
      status: filter.status ?? null,
      type: filter.type ?? null,
      mine: filter.mine ?? null,
    },
    connection: ({ orders }) => orders,
    keyOf: serialOf,
  })
  useActivity(pages.touch)
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('orders.title')}</Typography.Title>
      <List
        id='orders'
        name={say('orders.title')}
        pages={pages}
        columns={columns}
        keyOf={serialOf}
        open={({ serial }) => open(serial)}
        filters={<Filters filter={filter} />}
      />
    </Flex>
  )
}

function Filters({ filter }: { filter: OrderFilter }) {
  const navigate = useNavigate()
  const { say, term, named } = useWords()
  const types = useAsk(OrderTypes, {})
  const show = (change: { [K in keyof OrderFilter]: OrderFilter[K] | undefined }) => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined)
    void navigate({ to: '/orders', search: Object.fromEntries(next) as OrderFilter })
  }
  return (
    <>
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
    </>
  )
}
