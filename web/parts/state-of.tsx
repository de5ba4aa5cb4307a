/**
 * What a screen shows before, instead of or beside an answer: waiting, late, offline, failed.
 */
import { Alert, Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import type { Asked, Failure } from '../ask/ask.ts'
import { useWords } from '../words/words.ts'

/** Why there is no answer, or none that is fresh, and the way to ask again. */
export function FailureAlert({ failure, again }: { failure: Failure; again?: () => void }) {
  const { say } = useWords()
  const { offline, message, trace } = failure
  return (
    <Alert
      type={offline ? 'warning' : 'error'}
      showIcon
      role='alert'
      title={offline ? say('state.offline') : say('state.failed', { reason: message })}
      description={trace && say('state.trace', { trace })}
      action={again && <Button size='small' onClick={again}>{say('state.again')}</Button>}
    />
  )
}

/** Shows an answer once there is one, and beside it that it may be old. */
export function StateOf<Answer>(
  { asked, children }: { asked: Asked<Answer>; children: (answer: Answer) => ReactNode },
) {
  const { data, failure, slow, again } = asked
  const { say } = useWords()
  return (
    <>
      {failure !== undefined && <FailureAlert failure={failure} again={again} />}
      {data === undefined && failure === undefined && (
        <div role='status' aria-live='polite'>
          <span>{say(slow ? 'state.slow' : 'state.loading')}</span>
          <Skeleton active paragraph={{ rows: 6 }} title={false} />
        </div>
      )}
      {data !== undefined && children(data)}
    </>
  )
}
