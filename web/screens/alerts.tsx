/**
 * Rings that were found, the strongest first.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Flex, Typography } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { DetectRings, RiskAlerts, type RiskAlertsQuery, RiskDetection } from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { usePages } from '../ask/pages.ts'
import { bankTime, Instant } from '../parts/instant.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { useWords } from '../words/words.ts'

const LOOK_MS = 500

type Ring = RiskAlertsQuery['riskAlerts']['edges'][number]['node']

const keyOf = ({ id }: Ring) => id

export function Alerts() {
  const { say } = useWords()
  const navigate = useNavigate()
  const columns = useColumns()
  const pages = usePages({
    document: RiskAlerts,
    variables: {},
    connection: ({ riskAlerts }) => riskAlerts,
    keyOf,
  })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('alerts.title')}</Typography.Title>
      <Detect done={pages.again} />
      <List
        id='alerts'
        name={say('alerts.title')}
        pages={pages}
        columns={columns}
        keyOf={keyOf}
        open={({ id }) => void navigate({ to: '/alerts/$id', params: { id } })}
      />
    </Flex>
  )
}

function useColumns(): readonly ListColumn<Ring>[] {
  const { say, term } = useWords()
  return useMemo(() => {
    const caseOf = ({ case: one }: Ring) =>
      one === null
        ? ''
        : [term('case', one.state), one.assignee, one.outcome && term('case', one.outcome)]
          .filter(Boolean).join(' · ')
    return [
      {
        key: 'ring',
        title: say('alerts.ring'),
        render: ({ id }) => <Link to='/alerts/$id' params={{ id }}>{id}</Link>,
        text: ({ id }) => id,
      },
      {
        key: 'score',
        title: say('alerts.score'),
        align: 'right',
        render: ({ score }) => score.toFixed(2),
        text: ({ score }) => score,
      },
      {
        key: 'people',
        title: say('alerts.people'),
        align: 'right',
        render: ({ members }) => members.length,
        text: ({ members }) => members.length,
      },
      {
        key: 'claims',
        title: say('alerts.claims'),
        align: 'right',
        render: ({ claims }) => claims.length,
        text: ({ claims }) => claims.length,
      },
      { key: 'case', title: say('alerts.case'), render: caseOf, text: caseOf },
      {
        key: 'at',
        title: say('alerts.found'),
        render: ({ at }) => <Instant at={at} />,
        text: ({ at }) => bankTime(at),
      },
    ]
  }, [say, term])
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
