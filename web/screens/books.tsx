/**
 * The trial balance of a period, by institution.
 */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Flex, Input, Tag, Typography } from 'antd'
import { TrialBalance, type TrialBalanceQuery } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { Amount } from '../parts/amount.tsx'
import { download, toCsv } from '../parts/csv.ts'
import { Grid } from '../parts/grid.tsx'
import { bankToday } from '../parts/instant.tsx'
import { StateOf } from '../parts/state-of.tsx'
import type { BooksFilter } from '../router.tsx'
import { useWords } from '../words/words.ts'

type Row = TrialBalanceQuery['trialBalance']['rows'][number]

const SUMS = ['opening', 'debit', 'credit', 'closing'] as const

export function Books() {
  const filter = useSearch({ from: '/books' })
  const navigate = useNavigate()
  const { say, named } = useWords()
  const today = bankToday()
  const { from = `${today.slice(0, 7)}-01`, to = today, institution } = filter
  const asked = useAsk(TrialBalance, { from, to, institution: institution ?? null })
  const show = (change: BooksFilter) => {
    const next = Object.entries({ from, to, institution, ...change })
      .filter(([, value]) => value !== undefined && value !== '')
    void navigate({ to: '/books', search: Object.fromEntries(next) })
  }
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('books.title')}</Typography.Title>
      <Flex gap='middle' wrap align='end'>
        {(['from', 'to'] as const).map((end) => (
          <label key={end}>
            {say(`books.${end}`)}{' '}
            <Input
              type='date'
              style={{ width: 180 }}
              value={end === 'from' ? from : to}
              onChange={({ target }) => target.value !== '' && show({ [end]: target.value })}
            />
          </label>
        ))}
        <label>
          {say('books.institution')}{' '}
          <Input
            style={{ width: 140 }}
            defaultValue={institution}
            onPressEnter={({ currentTarget }) => show({ institution: currentTarget.value.trim() })}
          />
        </label>
        <Button
          disabled={asked.data === undefined}
          onClick={() => download('trial-balance.csv', booksCsv(asked.data!.trialBalance.rows))}
        >
          {say('orders.csv')}
        </Button>
      </Flex>
      <StateOf asked={asked}>
        {({ trialBalance: { rows, balanced } }) => (
          <>
            <Tag
              color={balanced ? 'success' : 'error'}
              variant='outlined'
              style={{ alignSelf: 'start' }}
            >
              {say(balanced ? 'books.balanced' : 'books.unbalanced')}
            </Tag>
            <Grid<Row>
              name={say('books.title')}
              rows={rows}
              keyOf={({ subject, closing }) => `${subject.code} ${closing.currency}`}
              columns={[
                {
                  title: say('books.subject'),
                  render: ({ subject }) => (
                    <Link
                      to='/books/accounts'
                      search={{
                        subject: subject.code,
                        ...(institution === undefined ? {} : { institution }),
                      }}
                    >
                      {subject.code} {named(subject)}
                    </Link>
                  ),
                },
                { title: say('books.currency'), render: ({ closing }) => closing.currency },
                ...SUMS.map((sum) => ({
                  title: say(`books.${sum}`),
                  align: 'right' as const,
                  render: (row: Row) => <Amount money={row[sum]} bare />,
                })),
              ]}
            />
          </>
        )}
      </StateOf>
    </Flex>
  )
}

function booksCsv(rows: readonly Row[]): string {
  return toCsv([
    ['subject', 'nameZh', 'currency', ...SUMS],
    ...rows.map((row) => [
      row.subject.code,
      row.subject.nameZh,
      row.closing.currency,
      ...SUMS.map((sum) => row[sum].amount),
    ]),
  ])
}
