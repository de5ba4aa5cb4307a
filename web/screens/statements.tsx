/**
 * Balance sheet and income statement by institution, each line down to its accounts.
 */
import { useSearch } from '@tanstack/react-router'
import { Card, Flex, Tag, Typography } from 'antd'
import { Statements as StatementsDocument, type StatementsQuery } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { Amount } from '../parts/amount.tsx'
import { Grid } from '../parts/grid.tsx'
import { bankToday } from '../parts/instant.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { SubjectLink } from '../parts/subject-link.tsx'
import { useWords } from '../words/words.ts'
import { linesOf, type StatementLine, type StatementPart } from '../form/statement-lines.ts'
import { PeriodFilter } from './period-filter.tsx'

export function Statements() {
  const { say } = useWords()
  const filter = useSearch({ from: '/statements' })
  const today = bankToday()
  const { from = `${today.slice(0, 4)}-01-01`, to = today, institution } = filter
  const asked = useAsk(StatementsDocument, { from, to, institution: institution ?? null })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('statements.title')}</Typography.Title>
      <PeriodFilter path='/statements' filter={{ from, to, institution }} />
      <StateOf asked={asked}>
        {(answer) => (
          <>
            {answer.balanceSheet.map((sheet) => (
              <BalanceSheet
                key={sheet.assets.currency}
                sheet={sheet}
                answer={answer}
                to={to}
                institution={institution}
              />
            ))}
            {answer.incomeStatement.map((statement) => (
              <IncomeStatement
                key={statement.profit.currency}
                statement={statement}
                answer={answer}
                period={`${from} … ${to}`}
                institution={institution}
              />
            ))}
            {answer.balanceSheet.length === 0 && <span>{say('state.empty')}</span>}
          </>
        )}
      </StateOf>
    </Flex>
  )
}

function BalanceSheet(
  { sheet, answer, to, institution }: {
    sheet: StatementsQuery['balanceSheet'][number]
    answer: StatementsQuery
    to: string
    institution: string | undefined
  },
) {
  const { say } = useWords()
  const { currency } = sheet.assets
  const lines = linesOf(answer.trialBalance.rows, currency)
  return (
    <Card
      title={`${say('statements.balance-sheet')} · ${currency} · ${to}`}
      extra={
        <Tag color={sheet.balanced ? 'success' : 'error'} variant='outlined'>
          {say(sheet.balanced ? 'books.balanced' : 'books.unbalanced')}
        </Tag>
      }
    >
      <Flex gap='large' align='start' wrap>
        <Side part='assets' total={sheet.assets} lines={lines.assets} institution={institution} />
        <Flex vertical gap='middle' flex='1 1 420px'>
          <Side
            part='liabilities'
            total={sheet.liabilities}
            lines={lines.liabilities}
            institution={institution}
          />
          <Side part='equity' total={sheet.equity} lines={lines.equity} institution={institution} />
          <Flex justify='space-between'>
            <strong>{say('statements.profit')}</strong>
            <Amount money={sheet.profit} bare />
          </Flex>
        </Flex>
      </Flex>
    </Card>
  )
}

function IncomeStatement(
  { statement, answer, period, institution }: {
    statement: StatementsQuery['incomeStatement'][number]
    answer: StatementsQuery
    period: string
    institution: string | undefined
  },
) {
  const { say } = useWords()
  const { currency } = statement.profit
  const lines = linesOf(answer.trialBalance.rows, currency)
  return (
    <Card title={`${say('statements.income-statement')} · ${currency} · ${period}`}>
      <Flex gap='large' align='start' wrap>
        <Side
          part='income'
          total={statement.income}
          lines={lines.income}
          institution={institution}
        />
        <Side
          part='expense'
          total={statement.expense}
          lines={lines.expense}
          institution={institution}
        />
      </Flex>
      <Flex justify='space-between' style={{ marginTop: 12 }}>
        <strong>{say('statements.profit')}</strong>
        <Amount money={statement.profit} />
      </Flex>
    </Card>
  )
}

function Side(
  { part, total, lines, institution }: {
    part: StatementPart
    total: { amount: string; currency: string }
    lines: readonly StatementLine[]
    institution: string | undefined
  },
) {
  const { say } = useWords()
  const name = say(`statements.${part}`)
  return (
    <Flex vertical flex='1 1 420px'>
      <Grid
        name={name}
        rows={lines}
        keyOf={({ subject }) => subject.code}
        columns={[
          {
            title: name,
            render: ({ subject }) => <SubjectLink subject={subject} institution={institution} />,
          },
          {
            title: total.currency,
            align: 'right',
            render: ({ amount }) => <Amount money={amount} bare />,
          },
        ]}
      />
      <Flex justify='space-between' style={{ padding: 10 }}>
        <strong>{say('statements.total', { part: name })}</strong>
        <strong>
          <Amount money={total} bare />
        </strong>
      </Flex>
    </Flex>
  )
}
