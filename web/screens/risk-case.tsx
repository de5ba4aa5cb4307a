/**
 * The case of a ring: who looks into it, what came of it, and what happened to it.
 */
import { Button, Card, Flex, Tag, Typography } from 'antd'
import {
  AssignRiskCase,
  CloseRiskCase,
  NoteRiskCase,
  ReopenRiskCase,
  type RiskAlertQuery,
  type RiskOutcome,
} from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { Instant } from '../parts/instant.tsx'
import { useReason } from '../parts/reason.tsx'
import { type Refusal, type Refused, useTold } from '../parts/refusal.ts'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Case = NonNullable<NonNullable<RiskAlertQuery['riskAlert']>['case']>
type Act = 'assign' | 'note' | 'reopen' | RiskOutcome

/** Who the server lets work on a case. */
const INVESTIGATES = ['investigator', 'risk-manager'] as const
const OUTCOMES: readonly RiskOutcome[] = ['CONFIRMED', 'UNFOUNDED', 'UNCLEAR']

export function RiskCase({ one }: { one: Case }) {
  const { say, term } = useWords()
  return (
    <Card title={say('alerts.case')}>
      <Flex gap='middle' align='center' wrap>
        <Tag variant='outlined'>{term('case', one.state)}</Tag>
        {one.assignee && <span>{one.assignee}</span>}
        {one.outcome && <Tag variant='outlined'>{term('case', one.outcome)}</Tag>}
        <Acts one={one} />
      </Flex>
      {one.events.map(({ seq, kind, actor, at, detail }) => (
        <Typography.Paragraph key={seq} style={{ marginBlock: 6 }}>
          <Instant at={at} /> · {term('case', kind)} · {actor} ·{' '}
          {Object.values(detail as Record<string, unknown>).join(' · ')}
        </Typography.Paragraph>
      ))}
    </Card>
  )
}

/** What this person can do with the case as it is. */
function Acts({ one: { id, state, assignee } }: { one: Case }) {
  const { say } = useWords()
  const session = useSession()
  const ask = useAct()
  if (!mayOpen(session, INVESTIGATES)) return null
  const mine = assignee === session.subject
  const acts: readonly Act[] = state === 'CLOSED'
    ? ['reopen']
    : [...mine ? [] : ['assign'] as const, 'note', ...mine ? OUTCOMES : []]
  return (
    <Flex gap='small' style={{ marginInlineStart: 'auto' }}>
      {acts.map((act) => (
        <Button
          key={act}
          type={act === 'assign' ? 'primary' : 'default'}
          onClick={() => ask(act, id)}
        >
          {say(`case.${act}`)}
        </Button>
      ))}
    </Flex>
  )
}

/** Asks for the reason of an act, carries it out, tells what came of it. */
function useAct(): (act: Act, id: string) => void {
  const { say } = useWords()
  const session = useSession()
  const { done } = useTold()
  const withReason = useReason()
  const assign = useDo(AssignRiskCase)
  const note = useDo(NoteRiskCase)
  const close = useDo(CloseRiskCase)
  const reopen = useDo(ReopenRiskCase)
  const told = (
    result: { __typename: 'RiskCase' } | ({ __typename: 'RiskRefusal' } & Refusal),
    trace: string,
  ): Refused | undefined => {
    if (result.__typename === 'RiskRefusal') return { ...result, trace }
    done(say('filing.decided'), trace)
  }
  const carryOut = async (act: Act, id: string, text: string) => {
    if (act === 'assign') {
      const input = { case: id, assignee: session.subject, reason: text }
      const { assignRiskCase: result, trace } = await assign({ input })
      return told(result, trace)
    } else if (act === 'note') {
      const { noteRiskCase: result, trace } = await note({ input: { case: id, note: text } })
      return told(result, trace)
    } else if (act === 'reopen') {
      const { reopenRiskCase: result, trace } = await reopen({ input: { case: id, reason: text } })
      return told(result, trace)
    } else {
      const input = { case: id, outcome: act, reason: text }
      const { closeRiskCase: result, trace } = await close({ input })
      return told(result, trace)
    }
  }
  return (act, id) => withReason(say(`case.${act}`), (text) => carryOut(act, id, text))
}
