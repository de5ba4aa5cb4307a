/**
 * How far a list has been read, and the way on.
 */
import { Button } from 'antd'
import type { Pages } from '../ask/pages.ts'
import { useWords } from '../words/words.ts'
import { FailureAlert } from './state-of.tsx'

/** With why it did not go on. */
export function More<Row>({ pages }: { pages: Pages<Row> }) {
  const { say } = useWords()
  const { failure, more, next, rows: { length } } = pages
  return (
    <>
      {failure && <FailureAlert failure={failure} again={next} />}
      {more
        ? <Button onClick={next}>{say('list.more', { rows: length })}</Button>
        : length > 0 && <span>{say('list.all', { rows: length })}</span>}
    </>
  )
}
