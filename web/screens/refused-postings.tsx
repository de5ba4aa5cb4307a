/**
 * What the books would not take of an order, why, and posting it again once its cause is mended.
 */
import { App, Button, Card, Flex, Tag } from 'antd'
import { type OrderLineageQuery, RetryAccountingEvent } from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { groupDigits } from '../parts/amount.tsx'
import { Instant } from '../parts/instant.tsx'
import { refusedPostings } from '../parts/postings.ts'
import { useTold } from '../parts/refusal.ts'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Order = NonNullable<OrderLineageQuery['order']>
type Event = NonNullable<Order['accountingEvents']>[number]

export function RefusedPostings({ order }: { order: Order }) {
  const { say } = useWords()
  const session = useSession()
  const post = usePostAgain(order)
  const events = refusedPostings(order.accountingEvents ?? [])
  if (events.length === 0) return null
  return (
    <Card title={say('order.posting-refused')}>
      {events.map((event) => (
        <Flex key={event.id} gap='middle' align='center' wrap>
          <Tag color='warning' variant='outlined'>{event.type}</Tag>
          <span>
            {say('state.refused', { reason: event.message ?? '', code: event.code ?? '' })}
          </span>
          <Instant at={event.receivedAt} />
          {mayOpen(session, ['accountant']) && (
            <Button
              type='primary'
              style={{ marginInlineStart: 'auto' }}
              onClick={() => post(event)}
            >
              {say('order.post-again')}
            </Button>
          )}
        </Flex>
      ))}
    </Card>
  )
}

/** Shows what is posted, posts it, tells the voucher or why there is none. */
function usePostAgain({ serial, summary, amount: { currency } }: Order): (event: Event) => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const retryAccountingEvent = useDo(RetryAccountingEvent)
  const carryOut = async (event: string) => {
    const { retryAccountingEvent: result, trace } = await retryAccountingEvent({ input: { event } })
    if (result.__typename === 'LedgerRefusal') refused(result, trace)
    else done(say('order.posted', { serial, number: result.number }), trace)
  }
  return ({ id, type, components }) =>
    modal.confirm({
      title: say('order.post-again.confirm'),
      content: (
        <Flex vertical gap='small'>
          <span>{serial} · {summary}</span>
          {Object.entries(components as Readonly<Record<string, string>>).map(([name, amount]) => (
            <span key={name}>{type} · {name} {groupDigits(amount)} {currency}</span>
          ))}
        </Flex>
      ),
      okText: say('order.post-again'),
      cancelText: say('common.cancel'),
      onOk: () => carryOut(id).catch(failed),
    })
}
