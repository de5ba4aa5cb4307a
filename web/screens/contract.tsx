/**
 * One loan or term deposit: what is owed, its grade and provision, the schedule with a chart.
 */
import { Link, useParams } from '@tanstack/react-router'
import { Card, Descriptions, Flex, Result, Typography } from 'antd'
import { Contract as ContractDocument } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { Amount } from '../parts/amount.tsx'
import { Grid } from '../parts/grid.tsx'
import { ScheduleChart } from '../parts/schedule-chart.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'

export function ContractPage() {
  const { id } = useParams({ from: '/contracts/$id' })
  const { say, term } = useWords()
  const asked = useAsk(ContractDocument, { id })
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={asked}>
        {({ contract }) => {
          if (contract === null) return <Result status='404' title={say('contract.unknown')} />
          const link = ({ id: account, number }: { id: string; number: string | null }) => (
            <Link to='/books/accounts/$id' params={{ id: account }}>{number ?? account}</Link>
          )
          const items = [
            { label: say('orders.status'), children: term('contract', contract.status) },
            { label: say('accounts.customer'), children: contract.customer.id },
            { label: say('contract.rate'), children: rateOf(contract) },
            { label: say('contract.principal'), children: <Amount money={contract.principal} /> },
            {
              label: say('contract.outstanding'),
              children: <Amount money={contract.outstanding} />,
            },
            {
              label: say('contract.method'),
              children: contract.method ? term('method', contract.method) : contract.term,
            },
            { label: say('contract.started'), children: contract.startedOn },
            { label: say('contract.matures'), children: contract.maturesOn },
            {
              label: say('contract.grade'),
              children: contract.grade ? term('grade', contract.grade) : '–',
            },
            {
              label: say('contract.accrued'),
              children: <Amount money={contract.accruedInterest} />,
            },
            {
              label: say('contract.off-balance'),
              children: <Amount money={contract.offBalanceInterest} />,
            },
            {
              label: say('contract.penalty-accrued'),
              children: <Amount money={contract.accruedPenalty} />,
            },
            {
              label: say('contract.penalty-off-balance'),
              children: <Amount money={contract.offBalancePenalty} />,
            },
            ...(contract.repricing
              ? [{
                label: say('contract.repricing'),
                children: [term('repricing', contract.repricing), contract.nextRepricingOn]
                  .filter((part) => part !== null).join(' · '),
              }]
              : []),
            ...(contract.dueDayRule
              ? [{
                label: say('contract.due-day'),
                children: term('due-day', contract.dueDayRule),
              }]
              : []),
            ...(contract.partialWithdrawals === null
              ? []
              : [{ label: say('contract.withdrawals'), children: contract.partialWithdrawals }]),
            { label: say('contract.provision'), children: <Amount money={contract.provision} /> },
            { label: say('accounts.account'), children: link(contract.account) },
            { label: say('contract.settle'), children: link(contract.settleAccount) },
          ]
          return (
            <>
              <Typography.Title level={1}>
                {say('contract.title', { kind: term('contract', contract.kind), id: contract.id })}
              </Typography.Title>
              <Card>
                <Descriptions
                  column={3}
                  items={items.map((item, key) => ({ ...item, key }))}
                />
              </Card>
              {contract.repricings.length > 0 && (
                <Card title={say('contract.repricings')}>
                  <Grid
                    name={say('contract.repricings')}
                    rows={contract.repricings}
                    keyOf={(_, index) => String(index)}
                    columns={[
                      { title: say('contract.repriced-on'), render: ({ on }) => on },
                      {
                        title: say('contract.cause'),
                        render: ({ cause }) => term('repricing', cause),
                      },
                      {
                        title: say('contract.rate-before'),
                        align: 'right',
                        render: ({ rateBefore }) => rateBefore,
                      },
                      {
                        title: say('contract.rate'),
                        align: 'right',
                        render: ({ rate }) => rate,
                      },
                    ]}
                  />
                </Card>
              )}
              {contract.instalments.length > 0 && (
                <Card title={say('contract.schedule')}>
                  <ScheduleChart periods={contract.instalments} />
                  <Grid
                    name={say('contract.schedule')}
                    rows={contract.instalments}
                    keyOf={({ period }) => String(period)}
                    columns={[
                      { title: say('contract.period'), render: ({ period }) => period },
                      { title: say('contract.due'), render: ({ dueOn }) => dueOn },
                      {
                        title: say('contract.payment'),
                        align: 'right',
                        render: ({ payment }) => <Amount money={payment} bare />,
                      },
                      {
                        title: say('contract.principal'),
                        align: 'right',
                        render: ({ principal }) => <Amount money={principal} bare />,
                      },
                      {
                        title: say('contract.interest'),
                        align: 'right',
                        render: ({ interest }) => <Amount money={interest} bare />,
                      },
                      {
                        title: say('contract.remaining'),
                        align: 'right',
                        render: ({ remaining }) => <Amount money={remaining} bare />,
                      },
                      {
                        title: say('contract.penalty'),
                        align: 'right',
                        render: ({ penalty }) => <Amount money={penalty} bare />,
                      },
                    ]}
                  />
                </Card>
              )}
            </>
          )
        }}
      </StateOf>
    </Flex>
  )
}

/** A rate, and what it is repriced by: `0.034 (rate.lpr.1y + 0.006)`. */
function rateOf(
  { rate, rateBase, rateSpread }: {
    readonly rate: string
    readonly rateBase: string | null
    readonly rateSpread: string | null
  },
): string {
  if (rateBase === null || rateSpread === null) return rate
  const [sign, size] = rateSpread.startsWith('-') ? ['−', rateSpread.slice(1)] : ['+', rateSpread]
  return `${rate} (${rateBase} ${sign} ${size})`
}
