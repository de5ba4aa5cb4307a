/**
 * The suspense desk: what waits, how long, and where it belongs.
 */
import { Link } from '@tanstack/react-router'
import { App, Button, Flex, Form, Input, Modal, Select, Typography } from 'antd'
import { useMemo, useState } from 'react'
import {
  ChartOfAccounts,
  ClearSuspense,
  SuspenseItems,
  type SuspenseItemsQuery,
} from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { usePages } from '../ask/pages.ts'
import { groupDigits } from '../parts/amount.tsx'
import { amountColumns } from '../parts/amount-columns.tsx'
import { bankToday } from '../parts/instant.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { FailureAlert } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Item = SuspenseItemsQuery['suspenseItems']['edges'][number]['node']

const DAY_MS = 86_400_000

const keyOf = ({ id }: Item) => id

export function Suspense() {
  const { say } = useWords()
  const session = useSession()
  const pages = usePages({
    document: SuspenseItems,
    variables: { state: 'OPEN' },
    connection: ({ suspenseItems }) => suspenseItems,
    keyOf,
  })
  const [clearing, setClearing] = useState<Item>()
  const writes = mayOpen(session, ['accountant'])
  const columns = useColumns(writes ? setClearing : undefined)
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('suspense.title')}</Typography.Title>
      <List
        id='suspense'
        name={say('suspense.title')}
        pages={pages}
        columns={columns}
        keyOf={keyOf}
        {...(writes ? { open: setClearing } : {})}
      />
      {clearing && (
        <Clearing
          key={clearing.id}
          item={clearing}
          close={() => setClearing(undefined)}
        />
      )}
    </Flex>
  )
}

/** What waits, and, for whoever may, the way to clear it. */
function useColumns(clear: ((item: Item) => void) | undefined): readonly ListColumn<Item>[] {
  const { say } = useWords()
  return useMemo(() => [
    {
      key: 'reference',
      title: say('suspense.reference'),
      render: ({ reference }) => reference,
      text: ({ reference }) => reference,
    },
    {
      key: 'serial',
      title: say('orders.serial'),
      render: ({ order }) =>
        order && <Link to='/orders/$serial' params={{ serial: order.serial }}>{order.serial}</Link>,
      text: ({ order }) => order?.serial ?? null,
    },
    {
      key: 'institution',
      title: say('orders.institution'),
      render: ({ institution }) => institution,
      text: ({ institution }) => institution,
    },
    ...amountColumns<Item>(say, ({ amount }) => amount),
    {
      key: 'openedOn',
      title: say('suspense.opened'),
      render: ({ openedOn }) =>
        `${openedOn} · ${say('suspense.age', { days: daysSince(openedOn) })}`,
      text: ({ openedOn }) => openedOn,
    },
    ...(clear === undefined ? [] : [{
      key: 'clear',
      title: '',
      render: (item: Item) => (
        <Button size='small' onClick={() => clear(item)}>{say('suspense.clear')}</Button>
      ),
    }]),
  ], [say, clear])
}

function Clearing({ item, close }: { item: Item; close: () => void }) {
  const { say, named } = useWords()
  const { modal } = App.useApp()
  const { done, refused, failed } = useTold()
  const clearSuspense = useDo(ClearSuspense)
  const chart = useAsk(ChartOfAccounts, {})
  const [key] = useState(() => crypto.randomUUID())
  const [form] = Form.useForm<{ subject: string; reason: string }>()
  const confirm = ({ subject, reason }: { subject: string; reason: string }) => {
    modal.confirm({
      title: say('suspense.confirm', {
        amount: `${groupDigits(item.amount.amount)} ${item.amount.currency}`,
        subject,
      }),
      okText: say('common.confirm'),
      cancelText: say('common.cancel'),
      onOk: async () => {
        try {
          const { clearSuspense: result, trace } = await clearSuspense({
            input: { idempotencyKey: key, item: item.id, subject, reason },
          })
          if (result.__typename === 'LedgerRefusal') return refused(result, trace)
          done(say('suspense.done', { number: result.number }), trace)
          close()
        } catch (error) {
          failed(error)
        }
      },
    })
  }
  return (
    <Modal
      open
      title={`${say('suspense.clear')} · ${item.reference}`}
      mask={{ closable: false }}
      onCancel={close}
      okText={say('entry.preview')}
      cancelText={say('common.cancel')}
      onOk={() => form.submit()}
    >
      {chart.failure && <FailureAlert failure={chart.failure} again={chart.again} />}
      <Form form={form} layout='vertical' onFinish={confirm}>
        <Form.Item
          name='subject'
          label={say('suspense.subject')}
          rules={[{
            required: true,
            message: say('entry.required', { field: say('suspense.subject') }),
          }]}
        >
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={(chart.data?.chartOfAccounts ?? []).filter(({ postable }) => postable).map((
              subject,
            ) => ({ value: subject.code, label: `${subject.code} ${named(subject)}` }))}
          />
        </Form.Item>
        <Form.Item
          name='reason'
          label={say('suspense.reason')}
          rules={[{
            required: true,
            message: say('entry.required', { field: say('suspense.reason') }),
          }]}
        >
          <Input.TextArea maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

/** Whole days from a date to today, both in the bank's zone. */
function daysSince(on: string): number {
  return Math.round((Date.parse(bankToday()) - Date.parse(on)) / DAY_MS)
}
