/**
 * One voucher: its entries, the rule that made it, the order that it comes from, its hash.
 */
import { Link, useParams } from '@tanstack/react-router'
import { Card, Descriptions, Flex, Result, Typography } from 'antd'
import { Voucher as VoucherDocument } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { Amount } from '../parts/amount.tsx'
import { Grid } from '../parts/grid.tsx'
import { Instant } from '../parts/instant.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'

export function VoucherPage() {
  const { id } = useParams({ from: '/books/vouchers/$id' })
  const { say, named, term } = useWords()
  const asked = useAsk(VoucherDocument, { id })
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={asked}>
        {({ voucher }) => {
          if (voucher === null) return <Result status='404' title={say('voucher.unknown')} />
          const { order, rule, reverses, reversedBy } = voucher
          return (
            <>
              <Typography.Title level={1}>
                {say('voucher.title', { number: voucher.number })}
              </Typography.Title>
              <Card>
                <Descriptions
                  column={2}
                  items={[
                    { label: say('orders.summary'), children: voucher.summary },
                    { label: say('voucher.kind'), children: term('voucher', voucher.kind) },
                    { label: say('accounts.booking'), children: voucher.bookingOn },
                    { label: say('accounts.value'), children: voucher.valueOn },
                    {
                      label: say('voucher.recorded'),
                      children: <Instant at={voucher.recordedAt} />,
                    },
                    { label: say('voucher.by'), children: voucher.postedBy },
                    {
                      label: say('orders.serial'),
                      children: order === null
                        ? '–'
                        : (
                          <Link to='/orders/$serial' params={{ serial: order.serial }}>
                            {order.serial}
                          </Link>
                        ),
                    },
                    {
                      label: say('voucher.rule'),
                      children: rule === null ? '–' : say('order.rule', rule),
                    },
                    {
                      label: say('voucher.reverses'),
                      children: reverses === null
                        ? '–'
                        : (
                          <Link to='/books/vouchers/$id' params={{ id: reverses.id }}>
                            {reverses.number}
                          </Link>
                        ),
                    },
                    {
                      label: say('voucher.reversed'),
                      children: reversedBy === null
                        ? '–'
                        : (
                          <Link to='/books/vouchers/$id' params={{ id: reversedBy }}>
                            {reversedBy}
                          </Link>
                        ),
                    },
                    {
                      label: say('order.hash'),
                      span: 2,
                      children: (
                        <Typography.Text code style={{ overflowWrap: 'anywhere' }}>
                          {voucher.hash}
                        </Typography.Text>
                      ),
                    },
                  ].map((item, key) => ({ ...item, key }))}
                />
              </Card>
              <Grid
                name={say('accounts.entries')}
                rows={voucher.entries}
                keyOf={({ line }) => String(line)}
                columns={[
                  {
                    title: say('books.subject'),
                    render: ({ subject, account }) => (
                      <Link to='/books/accounts/$id' params={{ id: account }}>
                        {subject.code} {named(subject)}
                      </Link>
                    ),
                  },
                  { title: say('orders.institution'), render: ({ institution }) => institution },
                  {
                    title: say('books.debit'),
                    align: 'right',
                    render: ({ side, amount }) => side === 'DEBIT' && <Amount money={amount} />,
                  },
                  {
                    title: say('books.credit'),
                    align: 'right',
                    render: ({ side, amount }) => side === 'CREDIT' && <Amount money={amount} />,
                  },
                  {
                    title: say('accounts.after'),
                    align: 'right',
                    render: ({ balanceAfter }) => <Amount money={balanceAfter} />,
                  },
                ]}
              />
            </>
          )
        }}
      </StateOf>
    </Flex>
  )
}
