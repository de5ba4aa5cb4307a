/**
 * Rings that were found, the strongest first.
 */
import { useNavigate } from '@tanstack/react-router'
import { Alert, Button, Flex, Typography } from 'antd'
import { useEffect, useState } from 'react'
import { DetectRings, RiskAlerts, RiskDetection } from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { isOver } from '../ask/job.ts'
import { usePages } from '../ask/pages.ts'
import { List } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { FailureAlert } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'
import { ringKey, useRingColumns } from './ring-table.tsx'

const LOOK_MS = 500

export function Alerts() {
  const { say } = useWords()
  const navigate = useNavigate()
  const columns = useRingColumns()
  const pages = usePages({
    document: RiskAlerts,
    variables: {},
    connection: ({ riskAlerts }) => riskAlerts,
    keyOf: ringKey,
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
        keyOf={ringKey}
        open={({ id }) => void navigate({ to: '/alerts/$id', params: { id } })}
      />
    </Flex>
  )
}

/** Looks for rings anew, and says how far it is. */
function Detect({ done }: { done: () => void }) {
  const { say } = useWords()
  const { done: told, failed } = useTold()
  const detectRings = useDo(DetectRings)
  const [id, setId] = useState<string>()
  const asked = useAsk(RiskDetection, { id: id ?? '' }, {
    pause: id === undefined,
    everyMs: id === undefined ? undefined : LOOK_MS,
  })
  const detection = asked.data?.riskDetection
  const over = detection != null && isOver(detection)
  useEffect(() => {
    if (!over) return
    setId(undefined)
    done()
  }, [over])
  const start = async () => {
    try {
      const { detectRings: begun, trace } = await detectRings({})
      told(say('job.begun'), trace)
      setId(begun.id)
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Flex gap='middle' align='center'>
      <Button type='primary' loading={id !== undefined} onClick={start}>
        {say('alerts.detect')}
      </Button>
      {asked.failure && <FailureAlert failure={asked.failure} />}
      {detection?.error && <Alert type='error' role='alert' title={detection.error} />}
    </Flex>
  )
}
