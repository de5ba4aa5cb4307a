/**
 * What a screen shows before, instead of or beside an answer: waiting, late, offline, failed.
 */
import { Alert, Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import type { Asked } from '../ask/ask.ts'
import { useWords } from '../words/words.ts'

/** Shows an answer once there is one, and beside it that it may be old. */
export function StateOf<Answer>(
  { asked, children }: { asked: Asked<Answer>; children: (answer: Answer) => ReactNode },
) {
  const { data, failure, slow, again } = asked
  const { say } = useWords()
  return (
    <>
      {failure !== undefined && (
        <Alert
          type={failure.offline ? 'warning' : 'error'}
          showIcon
          role='alert'
          title={failure.offline
            ? say('state.offline')
            : say('state.failed', { reason: failure.message })}
          description={failure.trace && say('state.trace', { trace: failure.trace })}
          action={<Button size='small' onClick={again}>{say('state.again')}</Button>}
        />
      )}
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
