/**
 * The suspense desk: what waits, how long, and where it belongs.
 */
import { Link } from '@tanstack/react-router'
import { App, Button, Flex, Form, Input, Modal, Select, Typography } from 'antd'
import { useState } from 'react'
import {
  ChartOfAccounts,
  ClearSuspense,
  SuspenseItems,
  type SuspenseItemsQuery,
} from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { Amount, groupDigits } from '../parts/amount.tsx'
import { bankToday } from '../parts/instant.tsx'
import { PageButtons, usePaging } from '../parts/pages.tsx'
import { useTold } from '../parts/refusal.ts'
import { Rows } from '../parts/rows.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Item = SuspenseItemsQuery['suspenseItems']['edges'][number]['node']

const PAGE = 50
const DAY_MS = 86_400_000

export function Suspense() {
  const { say } = useWords()
  const session = useSession()
  const paging = usePaging('')
  const asked = useAsk(SuspenseItems, { first: PAGE, after: paging.after, state: 'OPEN' })
  const [clearing, setClearing] = useState<Item>()
  const writes = mayOpen(session, ['accountant'])
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('suspense.title')}</Typography.Title>
      <StateOf asked={asked}>
        {({ suspenseItems }) => (
          <>
            <Rows
              rows={suspenseItems.edges.map(({ node }) => node)}
              name={say('suspense.title')}
              keyOf={({ id }) => id}
              {...(writes ? { open: setClearing } : {})}
              columns={[
                { title: say('suspense.reference'), render: ({ reference }) => reference },
                {
                  title: say('orders.serial'),
                  render: ({ order }) =>
                    order && (
                      <Link to='/orders/$serial' params={{ serial: order.serial }}>
                        {order.serial}
                      </Link>
                    ),
                },
                { title: say('orders.institution'), render: ({ institution }) => institution },
                {
                  title: say('orders.amount'),
                  align: 'right',
                  render: ({ amount }) => <Amount money={amount} />,
                },
                {
                  title: say('suspense.opened'),
                  render: ({ openedOn }) =>
                    `${openedOn} · ${say('suspense.age', { days: daysSince(openedOn) })}`,
                },
                ...(writes
                  ? [{
                    title: '',
                    render: (item: Item) => (
                      <Button
                        size='small'
                        onClick={() => setClearing(item)}
                      >
                        {say('suspense.clear')}
                      </Button>
                    ),
                  }]
                  : []),
              ]}
            />
            <PageButtons paging={paging} info={suspenseItems.pageInfo} />
          </>
        )}
      </StateOf>
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
          const { clearSuspense: result } = await clearSuspense({
            input: { idempotencyKey: key, item: item.id, subject, reason },
          })
          if (result.__typename === 'LedgerRefusal') return refused(result)
          done(say('suspense.done', { number: result.number }))
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
      onCancel={close}
      okText={say('entry.preview')}
      cancelText={say('common.cancel')}
      onOk={() => form.submit()}
    >
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
