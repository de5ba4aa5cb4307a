/**
 * Evidence cases: what was proved about approvals, reviews and signings, and the log that holds it.
 */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Card, Flex, Input, Tag, Typography } from 'antd'
import { useMemo } from 'react'
import {
  EvidenceCases,
  type EvidenceCasesQuery,
  EvidenceLog,
  EvidenceVerifier,
} from '../../schema/desk.ts'
import { useAsk, useFetch } from '../ask/ask.ts'
import { usePages } from '../ask/pages.ts'
import { download } from '../parts/csv.ts'
import { bankTime, Instant } from '../parts/instant.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'

type Case = EvidenceCasesQuery['evidenceCases']['edges'][number]['node']

const keyOf = ({ id }: Case) => id

export function Evidence() {
  const { subject } = useSearch({ from: '/evidence' })
  const { say } = useWords()
  const navigate = useNavigate()
  const columns = useColumns()
  const pages = usePages({
    document: EvidenceCases,
    variables: { subject: subject ?? null, closed: null },
    connection: ({ evidenceCases }) => evidenceCases,
    keyOf,
  })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('evidence.title')}</Typography.Title>
      <Log />
      <List
        id='evidence'
        name={say('evidence.title')}
        pages={pages}
        columns={columns}
        keyOf={keyOf}
        open={({ id }) => void navigate({ to: '/evidence/$id', params: { id } })}
        filters={
          <Input
            aria-label={say('evidence.subject')}
            placeholder={say('evidence.subject')}
            style={{ width: 260 }}
            allowClear
            defaultValue={subject}
            onChange={({ target }) => {
              if (target.value === '' && subject !== undefined) void navigate({ to: '/evidence' })
            }}
            onPressEnter={({ currentTarget }) => {
              const wanted = currentTarget.value.trim()
              void navigate({ to: '/evidence', search: wanted === '' ? {} : { subject: wanted } })
            }}
          />
        }
      />
    </Flex>
  )
}

function useColumns(): readonly ListColumn<Case>[] {
  const { say, term } = useWords()
  return useMemo(() => [
    {
      key: 'id',
      title: say('evidence.case'),
      render: ({ id }) => <Link to='/evidence/$id' params={{ id }}>{id}</Link>,
      text: ({ id }) => id,
    },
    {
      key: 'kind',
      title: say('evidence.kind'),
      render: ({ kind }) => term('evidence.kind', kind),
      text: ({ kind }) => kind,
    },
    {
      key: 'subject',
      title: say('evidence.subject'),
      render: ({ subject }) => subject,
      text: ({ subject }) => subject,
    },
    {
      key: 'events',
      title: say('evidence.events'),
      align: 'right',
      render: ({ eventCount }) => eventCount,
      text: ({ eventCount }) => eventCount,
    },
    {
      key: 'state',
      title: say('orders.status'),
      render: ({ closed }) => say(closed ? 'evidence.closed' : 'evidence.open'),
      text: ({ closed }) => say(closed ? 'evidence.closed' : 'evidence.open'),
    },
    {
      key: 'openedBy',
      title: say('parameters.by'),
      extra: true,
      render: ({ openedBy }) => openedBy,
      text: ({ openedBy }) => openedBy,
    },
    {
      key: 'openedAt',
      title: say('filings.created'),
      render: ({ openedAt }) => <Instant at={openedAt} />,
      text: ({ openedAt }) => bankTime(openedAt),
    },
  ], [say, term])
}

/** The latest head of the log, and what somebody outside needs to verify it. */
function Log() {
  const { say } = useWords()
  const { failed } = useTold()
  const asked = useAsk(EvidenceLog, {})
  const fetchVerifier = useFetch(EvidenceVerifier)
  const saveVerifier = async () => {
    try {
      const { evidenceVerifier: { name, html } } = await fetchVerifier({})
      download(name, new Blob([html], { type: 'text/html' }))
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Card title={say('evidence.log')}>
      <StateOf asked={asked}>
        {({ evidenceCheckpoint: head, evidenceTrust }) => (
          <Flex gap='middle' wrap align='center'>
            {head === null ? say('evidence.log.none') : (
              <>
                <span>
                  {say('evidence.log.head', { size: head.size, origin: head.origin })}{' '}
                  <Instant at={head.at} />
                </span>
                {head.witnessed && <Tag variant='outlined'>{say('evidence.witnessed')}</Tag>}
                {head.stamped && <Tag variant='outlined'>{say('evidence.stamped')}</Tag>}
                {head.simulated && (
                  <Tag color='warning' variant='outlined'>{say('evidence.simulated')}</Tag>
                )}
              </>
            )}
            <Button onClick={saveVerifier}>{say('evidence.verifier')}</Button>
            <Button
              onClick={() =>
                download(
                  'trust.json',
                  new Blob([JSON.stringify(evidenceTrust, null, 2)], { type: 'application/json' }),
                )}
            >
              {say('evidence.trust')}
            </Button>
          </Flex>
        )}
      </StateOf>
    </Card>
  )
}
