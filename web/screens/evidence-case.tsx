/**
 * One evidence case: what happened, what each event proves, and whether the log still says so.
 */
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Button, Card, Descriptions, Flex, Result, Typography } from 'antd'
import { useMemo } from 'react'
import {
  EvidenceCase as EvidenceCaseDocument,
  type EvidenceCaseQuery,
  ExportEvidence,
} from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { type Connection, NO_ROWS, usePages } from '../ask/pages.ts'
import { download } from '../parts/csv.ts'
import { bankTime, Instant } from '../parts/instant.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Case = NonNullable<EvidenceCaseQuery['evidenceCase']>
type Event = Case['eventPage']['edges'][number]['node']

const keyOf = ({ seq }: Event) => String(seq)
const SERIAL = /^OA\d{8}-\d{6}-\d$/
/** What an open case is told to lack: it is no fault of the log. */
const OPEN_CASE = 'CASE_NOT_CLOSED'

export function EvidenceCase() {
  const { id } = useParams({ from: '/evidence/$id' })
  const { say } = useWords()
  const columns = useColumns()
  const pages = usePages({
    document: EvidenceCaseDocument,
    variables: { id },
    connection: ({ evidenceCase }): Connection<Event> => evidenceCase?.eventPage ?? NO_ROWS,
    keyOf,
  })
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={pages.asked}>
        {({ evidenceCase: one }) => {
          if (one === null) return <Result status='404' title={say('evidence.unknown')} />
          return (
            <>
              <Typography.Title level={1}>
                {say('evidence.one', { subject: one.subject ?? one.id })}
              </Typography.Title>
              <Verification one={one} again={pages.again} />
              <Summary one={one} />
              <List
                id='evidence-events'
                name={say('evidence.events')}
                pages={pages}
                columns={columns}
                keyOf={keyOf}
              />
            </>
          )
        }}
      </StateOf>
    </Flex>
  )
}

/** What the server's own verifier says; anybody else's says the same of the bundle. */
function Verification({ one: { verification }, again }: { one: Case; again: () => void }) {
  const { say } = useWords()
  const action = <Button size='small' onClick={again}>{say('evidence.again')}</Button>
  if (verification === null) {
    return <Alert type='info' showIcon title={say('evidence.waits')} action={action} />
  }
  const faults = verification.faults.filter(({ code }) => code !== OPEN_CASE)
  if (faults.length > 0) {
    return (
      <Alert
        type='error'
        showIcon
        role='alert'
        title={say('evidence.broken')}
        description={faults.map(({ code, place }) => `${code} ${place ?? ''}`).join('; ')}
        action={action}
      />
    )
  }
  const times = [
    ...verification.cosignedAt.map((at) => say('evidence.cosigned', { at: bankTime(at) })),
    ...(verification.stampedAt === null
      ? []
      : [say('evidence.stamped-at', { at: bankTime(verification.stampedAt) })]),
  ]
  return (
    <Alert
      type='success'
      showIcon
      role='status'
      title={say(verification.proved ? 'evidence.proved' : 'evidence.proved-open', {
        events: verification.events,
      })}
      description={times.join('; ')}
      action={action}
    />
  )
}

function Summary({ one }: { one: Case }) {
  const { say, term } = useWords()
  const session = useSession()
  const { done, refused, failed } = useTold()
  const exportEvidence = useDo(ExportEvidence)
  const save = async () => {
    try {
      const { exportEvidence: result, trace } = await exportEvidence({
        input: { case: one.id, reveal: [] },
      })
      if (result.__typename === 'EvidenceRefusal') return refused(result, trace)
      const text = JSON.stringify(result.bundle)
      download(`${one.id}.json`, new Blob([text], { type: 'application/json' }))
      done(`${one.id}.json`, trace)
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Card
      title={`${term('evidence.kind', one.kind)} · ${
        say(one.closed ? 'evidence.closed' : 'evidence.open')
      }`}
      extra={one.closed && mayOpen(session, ['checker']) && (
        <Button onClick={save}>{say('evidence.bundle')}</Button>
      )}
    >
      <Descriptions
        column={2}
        items={[
          {
            label: say('evidence.subject'),
            children: one.subject !== null && SERIAL.test(one.subject)
              ? <Link to='/orders/$serial' params={{ serial: one.subject }}>{one.subject}</Link>
              : one.subject,
          },
          { label: say('evidence.document'), children: <code>{one.documentHash}</code> },
          { label: say('parameters.by'), children: one.openedBy },
          { label: say('filings.created'), children: <Instant at={one.openedAt} /> },
        ].map((item, key) => ({ ...item, key }))}
      />
    </Card>
  )
}

function useColumns(): readonly ListColumn<Event>[] {
  const { say, language } = useWords()
  return useMemo(() => [
    {
      key: 'seq',
      title: say('evidence.seq'),
      align: 'right',
      render: ({ seq }) => seq,
      text: ({ seq }) => seq,
    },
    {
      key: 'kind',
      title: say('evidence.what'),
      render: ({ kind, kindZh }) => language === 'zh' ? kindZh : kind,
      text: ({ kind }) => kind,
    },
    {
      key: 'at',
      title: say('evidence.at'),
      render: ({ at }) => <Instant at={at} />,
      text: ({ at }) => bankTime(at),
    },
    {
      key: 'proves',
      title: say('evidence.proves'),
      render: ({ proves, provesZh }) => language === 'zh' ? provesZh : proves,
      text: ({ proves, provesZh }) => language === 'zh' ? provesZh : proves,
    },
    {
      key: 'body',
      title: say('evidence.body'),
      render: ({ body }) => <code className='wrap'>{JSON.stringify(body)}</code>,
      text: ({ body }) => JSON.stringify(body),
    },
    {
      key: 'personal',
      title: say('evidence.personal'),
      render: ({ personal }) =>
        personal.map(({ name, erased }) => erased ? `${name} (${say('evidence.erased')})` : name)
          .join(', '),
      text: ({ personal }) => personal.map(({ name }) => name).join(', '),
    },
    {
      key: 'inclusion',
      title: say('evidence.inclusion'),
      render: ({ inclusion }) =>
        inclusion === null ? say('evidence.unsealed') : say('evidence.leaf', inclusion),
      text: ({ inclusion }) => inclusion === null ? null : inclusion.leaf,
    },
    {
      key: 'hash',
      title: say('order.hash'),
      extra: true,
      render: ({ hash }) => <code className='wrap'>{hash}</code>,
      text: ({ hash }) => hash,
    },
  ], [say, language])
}
