/**
 * One account: what it has and what is held, as of any moment, with its entries down to the voucher.
 */
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Card, Descriptions, Flex, Input, Result, Typography } from 'antd'
import { useState } from 'react'
import { Account as AccountDocument, AccountAsOf, type AccountQuery } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { AccountStatusTag } from '../parts/account-status.tsx'
import { Amount } from '../parts/amount.tsx'
import { Instant } from '../parts/instant.tsx'
import { Grid } from '../parts/grid.tsx'
import { PageButtons, usePaging } from '../parts/pages.tsx'
import { Rows } from '../parts/rows.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'

type Account = NonNullable<AccountQuery['account']>

const PAGE = 50

export function AccountPage() {
  const { id } = useParams({ from: '/books/accounts/$id' })
  const { say } = useWords()
  const paging = usePaging(id)
  const asked = useAsk(AccountDocument, { id, first: PAGE, after: paging.after })
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={asked}>
        {({ account }) => {
          if (account === null) return <Result status='404' title={say('accounts.unknown')} />
          return (
            <>
              <Typography.Title level={1}>
                {say('accounts.one', { name: account.number ?? account.id })}
              </Typography.Title>
              <Summary account={account} />
              <AsOf id={id} />
              <Holds account={account} />
              <Entries account={account} />
              <PageButtons paging={paging} info={account.entries.pageInfo} />
              <Changes account={account} />
            </>
          )
        }}
      </StateOf>
    </Flex>
  )
}

function Summary({ account }: { account: Account }) {
  const { say, named, term } = useWords()
  const limits = [account.lowerLimit, account.upperLimit]
  return (
    <Card>
      <Descriptions
        column={3}
        items={[
          {
            label: say('books.subject'),
            children: `${account.subject.code} ${named(account.subject)}`,
          },
          { label: say('orders.institution'), children: account.institution },
          {
            label: say('orders.status'),
            children: <AccountStatusTag status={account.status} />,
          },
          { label: say('accounts.balance'), children: <Amount money={account.usualBalance} /> },
          { label: say('accounts.held'), children: <Amount money={account.held} /> },
          { label: say('accounts.available'), children: <Amount money={account.available} /> },
          {
            label: say('accounts.limits'),
            children: limits.map((limit) => limit?.amount ?? '–').join(' … '),
          },
          { label: say('accounts.product'), children: account.product ?? '–' },
          { label: say('accounts.customer'), children: account.customer?.id ?? '–' },
        ].map((item, key) => ({ ...item, key }))}
      />
      {account.customer?.contracts.map(({ id, kind, status, principal }) => (
        <Typography.Paragraph key={id}>
          <Link to='/contracts/$id' params={{ id }}>
            {term('contract', kind)} {id}
          </Link>{' '}
          · {term('contract', status)} · <Amount money={principal} />
        </Typography.Paragraph>
      ))}
    </Card>
  )
}

/** The balance by booking date, by value date, and as it was known: any of them, or all. */
function AsOf({ id }: { id: string }) {
  const { say } = useWords()
  const [bookedBy, setBookedBy] = useState('')
  const [valueBy, setValueBy] = useState('')
  const [knownAt, setKnownAt] = useState('')
  const asked = useAsk(AccountAsOf, {
    id,
    bookedBy: bookedBy || null,
    valueBy: valueBy || null,
    knownAt: knownAt === '' ? null : new Date(knownAt).toISOString(),
  }, { pause: bookedBy === '' && valueBy === '' && knownAt === '' })
  const balance = asked.data?.account?.balanceAsOf
  return (
    <Card title={say('accounts.as-of')}>
      <Flex gap='middle' wrap align='end'>
        <label>
          {say('accounts.booked-by')}{' '}
          <Input
            type='date'
            style={{ width: 180 }}
            value={bookedBy}
            onChange={({ target }) => setBookedBy(target.value)}
          />
        </label>
        <label>
          {say('accounts.value-by')}{' '}
          <Input
            type='date'
            style={{ width: 180 }}
            value={valueBy}
            onChange={({ target }) => setValueBy(target.value)}
          />
        </label>
        <label>
          {say('accounts.known-at')}{' '}
          <Input
            type='datetime-local'
            style={{ width: 230 }}
            value={knownAt}
            onChange={({ target }) => setKnownAt(target.value)}
          />
        </label>
        {balance && (
          <output>
            {say('accounts.signed')} <Amount money={balance} />
          </output>
        )}
      </Flex>
    </Card>
  )
}

function Holds({ account }: { account: Account }) {
  const { say, term } = useWords()
  if (account.holds.length === 0) return null
  return (
    <Card title={say('accounts.holds')}>
      <Grid
        name={say('accounts.holds')}
        rows={account.holds}
        keyOf={({ id }) => id}
        columns={[
          { title: say('suspense.reference'), render: ({ reference }) => reference },
          { title: say('orders.status'), render: ({ state }) => term('hold', state) },
          {
            title: say('orders.amount'),
            align: 'right',
            render: ({ amount }) => <Amount money={amount} />,
          },
          {
            title: say('accounts.remaining'),
            align: 'right',
            render: ({ remaining }) => <Amount money={remaining} />,
          },
          {
            title: say('accounts.expires'),
            render: ({ expiresAt }) => expiresAt && <Instant at={expiresAt} />,
          },
        ]}
      />
    </Card>
  )
}

function Entries({ account }: { account: Account }) {
  const { say } = useWords()
  const navigate = useNavigate()
  return (
    <Rows
      rows={account.entries.edges.map(({ node }) => node)}
      name={say('accounts.entries')}
      keyOf={({ voucher, line }) => `${voucher.id} ${line}`}
      open={({ voucher }) =>
        void navigate({ to: '/books/vouchers/$id', params: { id: voucher.id } })}
      columns={[
        { title: say('accounts.booking'), render: ({ bookingOn }) => bookingOn },
        { title: say('accounts.value'), render: ({ valueOn }) => valueOn },
        {
          title: say('accounts.voucher'),
          render: ({ voucher }) => (
            <Link to='/books/vouchers/$id' params={{ id: voucher.id }}>{voucher.number}</Link>
          ),
        },
        { title: say('orders.summary'), render: ({ voucher }) => voucher.summary },
        {
          title: say('books.debit'),
          align: 'right',
          render: ({ side, amount }) => side === 'DEBIT' && <Amount money={amount} bare />,
        },
        {
          title: say('books.credit'),
          align: 'right',
          render: ({ side, amount }) => side === 'CREDIT' && <Amount money={amount} bare />,
        },
        {
          title: say('accounts.after'),
          align: 'right',
          render: ({ balanceAfter }) => <Amount money={balanceAfter} bare />,
        },
      ]}
    />
  )
}

function Changes({ account }: { account: Account }) {
  const { say } = useWords()
  return (
    <Card title={say('accounts.changes')}>
      {account.changes.map(({ what, reason, changedBy, changedAt }) => (
        <Typography.Paragraph key={changedAt}>
          <Instant at={changedAt} /> · {what} · {changedBy} · {reason}
        </Typography.Paragraph>
      ))}
      {account.changes.length === 0 && say('state.empty')}
    </Card>
  )
}
