/**
 * The end of a business day: what it would do, doing it with live progress, and the days before.
 */
import { Alert, App, Button, Card, Flex, Tag, Typography } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import {
  BusinessDays,
  type BusinessDaysQuery,
  type BusinessDayState,
  DayEndProgress,
  EndDay,
} from '../../schema/desk.ts'
import { useDo, useFollow } from '../ask/ask.ts'
import { isOver } from '../ask/job.ts'
import { usePages } from '../ask/pages.ts'
import { Grid } from '../parts/grid.tsx'
import { bankTime, Instant } from '../parts/instant.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { FailureAlert } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'
import { DrawerCounts } from './drawer-counts.tsx'
import { Periods } from './periods.tsx'

const COLOUR: Readonly<Record<BusinessDayState, string>> = {
  OPEN: 'success',
  ENDING: 'processing',
  CLOSED: 'default',
}

type Day = BusinessDaysQuery['businessDays']['edges'][number]['node']

const keyOf = ({ on }: Day) => on

export function DayEndDesk() {
  const { say } = useWords()
  const session = useSession()
  const columns = useColumns()
  const pages = usePages({
    document: BusinessDays,
    variables: {},
    connection: ({ businessDays }) => businessDays,
    keyOf,
  })
  const [run, setRun] = useState<string>()
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('day.title')}</Typography.Title>
      {mayOpen(session, ['accountant']) && <EndButtons started={setRun} />}
      {run !== undefined && <Run key={run} id={run} done={pages.again} />}
      <DrawerCounts />
      <Periods />
      <List
        id='business-days'
        name={say('day.days')}
        pages={pages}
        columns={columns}
        keyOf={keyOf}
        empty={say('day.none')}
      />
    </Flex>
  )
}

function useColumns(): readonly ListColumn<Day>[] {
  const { say, term } = useWords()
  return useMemo(() => {
    const instant = (key: 'openedAt' | 'cutAt' | 'closedAt', title: string) => ({
      key,
      title,
      render: ({ [key]: at }: Day) => at && <Instant at={at} />,
      text: ({ [key]: at }: Day) => at && bankTime(at),
    })
    return [
      { key: 'on', title: say('day.on'), render: ({ on }) => on, text: ({ on }) => on },
      {
        key: 'state',
        title: say('orders.status'),
        render: ({ state }) => (
          <Tag color={COLOUR[state]} variant='outlined'>{term('day', state)}</Tag>
        ),
        text: ({ state }) => term('day', state),
      },
      instant('openedAt', say('day.opened')),
      instant('cutAt', say('day.cut')),
      instant('closedAt', say('day.closed')),
    ]
  }, [say, term])
}

function EndButtons({ started }: { started: (run: string) => void }) {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const endDay = useDo(EndDay)
  const begin = async (dryRun: boolean) => {
    try {
      const { endDay: result, trace } = await endDay({ input: { dryRun } })
      if (result.__typename === 'LedgerRefusal') refused(result, trace)
      else {
        done(say('job.begun'), trace)
        started(result.id)
      }
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Flex gap='small'>
      <Button onClick={() => begin(true)}>{say('day.dry-run')}</Button>
      <Button
        type='primary'
        onClick={() =>
          modal.confirm({
            title: say('day.confirm'),
            okText: say('day.end'),
            cancelText: say('common.cancel'),
            onOk: () => begin(false),
          })}
      >
        {say('day.end')}
      </Button>
    </Flex>
  )
}

function Run({ id, done }: { id: string; done: () => void }) {
  const { say, term } = useWords()
  const { data, failure } = useFollow(DayEndProgress, { id }, false, {
    again: (told) => told !== undefined && !isOver(told.dayEndProgress),
  })
  const run = data?.dayEndProgress
  const over = run !== undefined && isOver(run)
  useEffect(() => {
    if (over) done()
  }, [over])
  if (run === undefined) return failure ? <FailureAlert failure={failure} /> : null
  return (
    <Card
      aria-live='polite'
      title={`${run.on} · ${term('run', run.state)}${run.dryRun ? ` · ${say('day.dry-run')}` : ''}`}
    >
      <Flex vertical gap='small'>
        {failure && <FailureAlert failure={failure} />}
        <span>{say('day.progress', { pages: run.pages, step: run.step ?? '' })}</span>
        {run.error !== null && <Alert type='error' role='alert' title={run.error} />}
        <Grid
          name={say('day.report')}
          rows={reportLines(run.report)}
          keyOf={([name]) => name}
          columns={[
            { title: say('day.report'), render: ([name]) => name },
            { title: say('day.value'), align: 'right', render: ([, value]) => value },
          ]}
        />
      </Flex>
    </Card>
  )
}

/** The leaves of a report with where they are: counts, and sums in minor units. */
export function reportLines(report: unknown, path = ''): [name: string, value: string][] {
  if (typeof report !== 'object' || report === null) {
    return path === '' ? [] : [[path, String(report)]]
  }
  return Object.entries(report).flatMap(([name, value]) =>
    reportLines(value, path === '' ? name : `${path} · ${name}`)
  )
}
