/**
 * Rings that were found, the strongest first, and how good the rules are.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Card, Flex, Typography } from 'antd'
import { useEffect, useState } from 'react'
import { DetectRings, RiskAlerts, RiskDetection, RiskRuleQuality } from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { Grid } from '../parts/grid.tsx'
import { Instant } from '../parts/instant.tsx'
import { PageButtons, usePaging } from '../parts/pages.tsx'
import { useTold } from '../parts/refusal.ts'
import { Rows } from '../parts/rows.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'

const PAGE = 50
const LOOK_MS = 500

export function Alerts() {
  const { say, term } = useWords()
  const navigate = useNavigate()
  const paging = usePaging('')
  const asked = useAsk(RiskAlerts, { first: PAGE, after: paging.after })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('alerts.title')}</Typography.Title>
      <Detect done={asked.again} />
      <StateOf asked={asked}>
        {({ riskAlerts }) => (
          <>
            <Rows
              rows={riskAlerts.edges.map(({ node }) => node)}
              name={say('alerts.title')}
              keyOf={({ id }) => id}
              open={({ id }) => void navigate({ to: '/alerts/$id', params: { id } })}
              columns={[
                {
                  title: say('alerts.ring'),
                  render: ({ id }) => <Link to='/alerts/$id' params={{ id }}>{id}</Link>,
                },
                {
                  title: say('alerts.score'),
                  align: 'right',
                  render: ({ score }) => score.toFixed(2),
                },
                {
                  title: say('alerts.people'),
                  align: 'right',
                  render: ({ members }) => members.length,
                },
                {
                  title: say('alerts.claims'),
                  align: 'right',
                  render: ({ claims }) => claims.length,
                },
                {
                  title: say('alerts.case'),
                  render: ({ case: one }) =>
                    one &&
                    [
                      term('case', one.state),
                      one.assignee,
                      one.outcome && term('case', one.outcome),
                    ]
                      .filter(Boolean).join(' · '),
                },
                { title: say('alerts.found'), render: ({ at }) => <Instant at={at} /> },
              ]}
            />
            <PageButtons paging={paging} info={riskAlerts.pageInfo} />
          </>
        )}
      </StateOf>
      <Quality />
    </Flex>
  )
}

/** Looks for rings anew, and says how far it is. */
function Detect({ done }: { done: () => void }) {
  const { say } = useWords()
  const { failed } = useTold()
  const detectRings = useDo(DetectRings)
  const [id, setId] = useState<string>()
  const asked = useAsk(RiskDetection, { id: id ?? '' }, {
    pause: id === undefined,
    everyMs: id === undefined ? undefined : LOOK_MS,
  })
  const detection = asked.data?.riskDetection
  const over = detection != null && detection.state !== 'QUEUED' && detection.state !== 'RUNNING'
  useEffect(() => {
    if (!over) return
    setId(undefined)
    done()
  }, [over])
  const start = async () => {
    try {
      setId((await detectRings({})).detectRings.id)
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Flex gap='middle' align='center'>
      <Button type='primary' loading={id !== undefined} onClick={start}>
        {say('alerts.detect')}
      </Button>
      {detection?.error && <Alert type='error' role='alert' title={detection.error} />}
    </Flex>
  )
}

function Quality() {
  const { say } = useWords()
  const asked = useAsk(RiskRuleQuality, {})
  const share = (value: number | null) => value === null ? '–' : `${(100 * value).toFixed(0)} %`
  return (
    <Card title={say('quality.title')}>
      <StateOf asked={asked}>
        {({ riskRuleQuality }) => (
          <Grid
            name={say('quality.title')}
            rows={riskRuleQuality}
            keyOf={({ version }) => String(version)}
            columns={[
              { title: say('parameters.version'), render: ({ version }) => version },
              {
                title: say('quality.confirmed'),
                align: 'right',
                render: ({ confirmed }) => confirmed,
              },
              {
                title: say('quality.unfounded'),
                align: 'right',
                render: ({ unfounded }) => unfounded,
              },
              { title: say('quality.open'), align: 'right', render: ({ open }) => open },
              {
                title: say('quality.precision'),
                align: 'right',
                render: ({ precision }) => share(precision),
              },
              {
                title: say('quality.recall'),
                align: 'right',
                render: ({ recall, recallLow, recallHigh }) =>
                  recall === null
                    ? '–'
                    : `${share(recall)} (${share(recallLow)} … ${share(recallHigh)})`,
              },
            ]}
          />
        )}
      </StateOf>
    </Card>
  )
}
