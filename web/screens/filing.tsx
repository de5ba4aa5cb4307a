/**
 * The review of a project: findings beside the page that they are on, both places of a mismatch with
 * the equation, and the decision. `j` and `k` go from finding to finding.
 */
import { useParams } from '@tanstack/react-router'
import { Button, Flex, Result, Select, Tag, Typography } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import {
  ApproveFinding,
  DecideFinding,
  FilingProject,
  type FindingSeverity,
  type FindingVerdict,
} from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { NO_ROWS, usePages } from '../ask/pages.ts'
import { More } from '../parts/more.tsx'
import { type Box, type Frame, PageImage } from '../parts/page-image.tsx'
import { useReason } from '../parts/reason.tsx'
import { type Refusal, type Refused, useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useKeys } from '../shell/keyboard.ts'
import { useWords } from '../words/words.ts'
import { FilingDocuments, type Project, ReviewRun } from './filing-documents.tsx'

type Finding = Project['findings']['edges'][number]['node']
type Place = Finding['places'][number]

const PAGE_WIDTH = 620
const COLOUR = { ERROR: 'error', WARNING: 'warning', NOTICE: 'default' }
const SEVERITIES: readonly FindingSeverity[] = ['ERROR', 'WARNING', 'NOTICE']

const keyOf = ({ id }: Finding) => id

export function FilingReview() {
  const { id } = useParams({ from: '/filings/$id' })
  const { say } = useWords()
  const session = useSession()
  const [severity, setSeverity] = useState<FindingSeverity>()
  const pages = usePages({
    document: FilingProject,
    variables: { id, severity: severity ?? null },
    connection: ({ filingProject }) => filingProject?.findings ?? NO_ROWS,
    keyOf,
  })
  const [review, setReview] = useState<string>()
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={pages.asked}>
        {({ filingProject: project }) => {
          if (project === null) return <Result status='404' title={say('filing.unknown')} />
          return (
            <>
              <Typography.Title level={1}>{project.name}</Typography.Title>
              <FilingDocuments
                project={project}
                reviewing={mayOpen(session, ['maker'])}
                started={setReview}
              />
              {review !== undefined && <ReviewRun key={review} id={review} done={pages.again} />}
              <Flex gap='small' align='center' wrap>
                <Select
                  aria-label={say('filing.severity')}
                  allowClear
                  style={{ minWidth: 160 }}
                  placeholder={say('filing.severity')}
                  value={severity ?? null}
                  options={SEVERITIES.map((value) => ({ value, label: say(`severity.${value}`) }))}
                  onChange={(value) => setSeverity(value ?? undefined)}
                />
                <More pages={pages} />
              </Flex>
              <Findings findings={pages.rows} />
            </>
          )
        }}
      </StateOf>
    </Flex>
  )
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  const { say } = useWords()
  const [chosen, setChosen] = useState<string>()
  const at = Math.max(0, findings.findIndex(({ id }) => id === chosen))
  const finding = findings[at]
  const move = (by: number) => {
    const next = findings[Math.max(0, Math.min(findings.length - 1, at + by))]
    if (next) setChosen(next.id)
  }
  useKeys({ j: () => move(1), k: () => move(-1) })
  useEffect(() => {
    globalThis.document.querySelector('.finding-chosen')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  if (finding === undefined) {
    return <Typography.Text type='secondary'>{say('filing.none')}</Typography.Text>
  }
  return (
    <Flex gap='middle' align='start'>
      <Flex
        vertical
        component='ul'
        aria-label={say('filing.findings')}
        className='findings'
      >
        {findings.map((each) => (
          <li key={each.id}>
            <Button
              block
              type={each === finding ? 'primary' : 'text'}
              className={each === finding ? 'finding finding-chosen' : 'finding'}
              aria-pressed={each === finding}
              onClick={() => setChosen(each.id)}
            >
              <Line finding={each} />
            </Button>
          </li>
        ))}
      </Flex>
      <Detail key={finding.id} finding={finding} />
    </Flex>
  )
}

function Line({ finding }: { finding: Finding }) {
  const { say, language } = useWords()
  return (
    <span>
      [{say(`severity.${finding.severity}`)}] {language === 'zh' ? finding.checkZh : finding.check}
      {' · '}
      {say(`presence.${finding.presence}`)}
      {finding.verdict && ` · ${say(`verdict.${finding.verdict}`)}`}
      <br />
      {finding.message}
    </span>
  )
}

function Detail({ finding }: { finding: Finding }) {
  const { say } = useWords()
  const { severity, message, equation, places } = finding
  const [shown, setShown] = useState(0)
  const place = places[shown]
  return (
    <Flex vertical gap='small' component='section' aria-label={say('filing.finding')}>
      <Flex gap='small' align='center' wrap>
        <Tag color={COLOUR[severity]} variant='outlined'>{say(`severity.${severity}`)}</Tag>
        <Decision finding={finding} />
      </Flex>
      <Typography.Text strong>{message}</Typography.Text>
      {equation && (
        <Typography.Text>
          {say('filing.equation', equation)}
          {equation.terms.length > 0 && ` (${equation.terms.slice(0, 12).join(' ')})`}
        </Typography.Text>
      )}
      <Flex gap='small' wrap role='group' aria-label={say('filing.places')}>
        {places.slice(0, 8).map((each, i) => (
          <Button
            key={i}
            size='small'
            type={i === shown ? 'primary' : 'default'}
            aria-pressed={i === shown}
            onClick={() => setShown(i)}
          >
            {each.document?.name}{' '}
            {each.page > 0 ? say('filing.page', { page: each.page }) : each.path}
            {' · '}
            {each.text.slice(0, 24)}
          </Button>
        ))}
      </Flex>
      {place && <PlaceImage places={places} place={place} />}
    </Flex>
  )
}

/** The page of a place, with frames around all places of the finding on that page. */
function PlaceImage({ places, place }: { places: readonly Place[]; place: Place }) {
  const { say } = useWords()
  const frames = useMemo(() =>
    places.flatMap((each): Frame[] => {
      const same = each.page === place.page && each.document?.id === place.document?.id
      return same && each.box !== null
        ? [{ box: each.box as unknown as Box, first: each === place }]
        : []
    }), [places, place])
  if (place.document?.kind !== 'pdf' || place.page === 0) {
    return <Typography.Text>{say('filing.no-page', { path: place.path ?? '' })}</Typography.Text>
  }
  return (
    <PageImage
      key={`${place.document.sha256} ${place.page}`}
      sha256={place.document.sha256}
      page={place.page}
      frames={frames}
      width={PAGE_WIDTH}
    />
  )
}

function Decision({ finding }: { finding: Finding }) {
  const { say } = useWords()
  const session = useSession()
  const { decide, approve } = useFindingCommands(finding.id)
  const reviews = mayOpen(session, ['maker'])
  // Whoever decided does not approve the decision.
  const approves = mayOpen(session, ['checker']) && finding.approval === 'PENDING' &&
    finding.decidedBy !== session.subject
  useKeys({
    a: () => reviews && decide('ACCEPTED'),
    i: () => reviews && decide('IGNORED'),
  })
  return (
    <>
      {finding.verdict && (
        <span>
          {say(`verdict.${finding.verdict}`)} · {finding.decidedBy} {finding.reason}
          {finding.approval && ` · ${say(`approval.${finding.approval}`)}`}
        </span>
      )}
      {reviews && (
        <>
          <Button size='small' type='primary' onClick={() => decide('ACCEPTED')}>
            {say('filing.accept')}
          </Button>
          <Button size='small' onClick={() => decide('IGNORED')}>{say('filing.ignore')}</Button>
        </>
      )}
      {approves && (
        <>
          <Button size='small' type='primary' onClick={() => approve(true)}>
            {say('inbox.approve')}
          </Button>
          <Button size='small' danger onClick={() => approve(false)}>{say('filing.return')}</Button>
        </>
      )}
    </>
  )
}

function useFindingCommands(finding: string): {
  decide: (verdict: FindingVerdict) => void
  approve: (approve: boolean) => void
} {
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const withReason = useReason()
  const decideFinding = useDo(DecideFinding)
  const approveFinding = useDo(ApproveFinding)
  const told = (
    result: { __typename: 'ReviewFinding' } | ({ __typename: 'ReviewRefusal' } & Refusal),
    trace: string,
  ): Refused | undefined => {
    if (result.__typename === 'ReviewRefusal') return { ...result, trace }
    done(say('filing.decided'), trace)
  }
  /** Without a question that could stay. */
  const atOnce = (act: Promise<Refused | undefined>) =>
    void act.then((why) => why && refused(why, why.trace), failed)
  const decideAs = async (verdict: FindingVerdict, reason?: string) => {
    const input = { finding, verdict, ...(reason === undefined ? {} : { reason }) }
    const { decideFinding: result, trace } = await decideFinding({ input })
    return told(result, trace)
  }
  const approveAs = async (approve: boolean, reason?: string) => {
    const input = { finding, approve, ...(reason === undefined ? {} : { reason }) }
    const { approveFinding: result, trace } = await approveFinding({ input })
    return told(result, trace)
  }
  return {
    decide(verdict) {
      if (verdict === 'ACCEPTED') atOnce(decideAs(verdict))
      else withReason(say('filing.ignore'), (reason) => decideAs(verdict, reason))
    },
    approve(approve) {
      if (approve) atOnce(approveAs(true))
      else withReason(say('filing.return'), (reason) => approveAs(false, reason))
    },
  }
}
