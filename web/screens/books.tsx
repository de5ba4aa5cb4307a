/**
 * The trial balance of a period, by institution.
 */
import { useSearch } from '@tanstack/react-router'
import { Button, Flex, Tag, Typography } from 'antd'
import { TrialBalance, type TrialBalanceQuery } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { Amount } from '../parts/amount.tsx'
import { download, toCsv } from '../parts/csv.ts'
import { Grid } from '../parts/grid.tsx'
import { bankToday } from '../parts/instant.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { SubjectLink } from '../parts/subject-link.tsx'
import { useWords } from '../words/words.ts'
import { PeriodFilter } from './period-filter.tsx'

type Row = TrialBalanceQuery['trialBalance']['rows'][number]

const SUMS = ['opening', 'debit', 'credit', 'closing'] as const

export function Books() {
  const filter = useSearch({ from: '/books' })
  const { say } = useWords()
  const today = bankToday()
  const { from = `${today.slice(0, 7)}-01`, to = today, institution } = filter
  const asked = useAsk(TrialBalance, { from, to, institution: institution ?? null })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('books.title')}</Typography.Title>
      <PeriodFilter path='/books' filter={{ from, to, institution }}>
        <Button
          disabled={asked.data === undefined}
          onClick={() => download('trial-balance.csv', booksCsv(asked.data!.trialBalance.rows))}
        >
          {say('list.csv')}
        </Button>
      </PeriodFilter>
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
                    <SubjectLink subject={subject} institution={institution} />
                  ),
                },
                {
                  title: say('books.currency'),
                  render: ({ closing }) => closing.currency,
                },
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
