/**
 * One account: what it has and what is held, as of any moment, with its entries down to the voucher.
 */
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Card, Descriptions, Flex, Input, Result, Typography } from 'antd'
import { useMemo, useState } from 'react'
import { Account as AccountDocument, AccountAsOf, type AccountQuery } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { NO_ROWS, type Pages, usePages } from '../ask/pages.ts'
import { AccountStatusTag } from '../parts/account-status.tsx'
import { Amount } from '../parts/amount.tsx'
import { bankInstant, Instant } from '../parts/instant.tsx'
import { Grid } from '../parts/grid.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { FailureAlert, StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'

type Account = NonNullable<AccountQuery['account']>

type Entry = Account['entries']['edges'][number]['node']

const keyOf = ({ voucher, line }: Entry) => `${voucher.id} ${line}`

export function AccountPage() {
  const { id } = useParams({ from: '/books/accounts/$id' })
  const { say } = useWords()
  const pages = usePages({
    document: AccountDocument,
    variables: { id },
    connection: ({ account }) => account?.entries ?? NO_ROWS,
    keyOf,
  })
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={pages.asked}>
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
              <Entries pages={pages} />
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
    knownAt: knownAt === '' ? null : bankInstant(knownAt),
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
        {asked.failure && <FailureAlert failure={asked.failure} again={asked.again} />}
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

function Entries({ pages }: { pages: Pages<Entry> }) {
  const { say } = useWords()
  const navigate = useNavigate()
  const columns = useEntryColumns()
  return (
    <List
      id='entries'
      name={say('accounts.entries')}
      pages={pages}
      columns={columns}
      keyOf={keyOf}
      open={({ voucher }) =>
        void navigate({ to: '/books/vouchers/$id', params: { id: voucher.id } })}
    />
  )
}

function useEntryColumns(): readonly ListColumn<Entry>[] {
  const { say } = useWords()
  return useMemo(() => {
    const side = (key: 'debit' | 'credit') => ({
      key,
      title: say(`books.${key}`),
      align: 'right' as const,
      render: ({ side, amount }: Entry) =>
        side === key.toUpperCase() && <Amount money={amount} bare />,
      text: ({ side, amount }: Entry) => side === key.toUpperCase() ? amount : null,
    })
    return [
      {
        key: 'bookingOn',
        title: say('accounts.booking'),
        render: ({ bookingOn }) => bookingOn,
        text: ({ bookingOn }) => bookingOn,
      },
      {
        key: 'valueOn',
        title: say('accounts.value'),
        render: ({ valueOn }) => valueOn,
        text: ({ valueOn }) => valueOn,
      },
      {
        key: 'voucher',
        title: say('accounts.voucher'),
        render: ({ voucher }) => (
          <Link to='/books/vouchers/$id' params={{ id: voucher.id }}>{voucher.number}</Link>
        ),
        text: ({ voucher }) => voucher.number,
      },
      {
        key: 'summary',
        title: say('orders.summary'),
        render: ({ voucher }) => voucher.summary,
        text: ({ voucher }) => voucher.summary,
      },
      side('debit'),
      side('credit'),
      {
        key: 'balanceAfter',
        title: say('accounts.after'),
        align: 'right',
        render: ({ balanceAfter }) => <Amount money={balanceAfter} bare />,
        text: ({ balanceAfter }) => balanceAfter,
      },
    ]
  }, [say])
}

function Changes({ account }: { account: Account }) {
  const { say, term } = useWords()
  return (
    <Card title={say('accounts.changes')}>
      {account.changes.map(({ what, reason, changedBy, changedAt }) => (
        <Typography.Paragraph key={changedAt}>
          <Instant at={changedAt} /> · {term('account-change', what)} · {changedBy} · {reason}
        </Typography.Paragraph>
      ))}
      {account.changes.length === 0 && say('state.empty')}
    </Card>
  )
}
