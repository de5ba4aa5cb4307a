/**
 * Months that are closed, closing one and opening it again.
 */
import { App, Button, Card, Flex, Input, Tag } from 'antd'
import { useState } from 'react'
import { ClosedPeriods, ClosePeriod, ReopenPeriod } from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { bankToday } from '../parts/instant.tsx'
import { monthBefore } from '../parts/month.ts'
import { useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

/** A year of them; what is older is asked about by its month. */
const SHOWN_MAX = 12

export function Periods() {
  const { say } = useWords()
  const session = useSession()
  const asked = useAsk(ClosedPeriods, {})
  const [period, setPeriod] = useState(() => monthBefore(bankToday()))
  const change = useChange(asked.again)
  return (
    <Card title={say('periods.title')}>
      <StateOf asked={asked}>
        {({ closedPeriods: closed }) => (
          <Flex gap='middle' align='center' wrap>
            {mayOpen(session, ['accountant']) && (
              <>
                <Input
                  type='month'
                  aria-label={say('periods.month')}
                  style={{ width: 180 }}
                  value={period}
                  onChange={({ target }) => setPeriod(target.value)}
                />
                <Button
                  disabled={period === ''}
                  onClick={() => change(period, closed.includes(period) ? 'reopen' : 'close')}
                >
                  {say(closed.includes(period) ? 'periods.reopen' : 'periods.close')}
                </Button>
              </>
            )}
            <span>{say(closed.length === 0 ? 'periods.none' : 'periods.closed')}</span>
            {closed.slice(-SHOWN_MAX).toReversed().map((month) => (
              <Tag key={month} variant='outlined'>{month}</Tag>
            ))}
          </Flex>
        )}
      </StateOf>
    </Card>
  )
}

/** Says what follows, carries it out, tells what came of it. */
function useChange(changed: () => void): (period: string, act: 'close' | 'reopen') => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const closePeriod = useDo(ClosePeriod)
  const reopenPeriod = useDo(ReopenPeriod)
  const carryOut = async (period: string, act: 'close' | 'reopen') => {
    const input = { period }
    const { trace, ...answer } = await (act === 'close' ? closePeriod : reopenPeriod)({ input })
    const result = 'closePeriod' in answer ? answer.closePeriod : answer.reopenPeriod
    changed()
    if (result.__typename === 'LedgerRefusal') refused(result, trace)
    else done(say(result.open ? 'periods.reopened' : 'periods.done', { period }), trace)
  }
  return (period, act) =>
    modal.confirm({
      title: say(`periods.${act}.confirm`, { period }),
      okText: say(`periods.${act}`),
      cancelText: say('common.cancel'),
      onOk: () => carryOut(period, act).catch(failed),
    })
}
