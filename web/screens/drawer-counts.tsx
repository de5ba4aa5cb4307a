/**
 * Counts of tellers' drawers that differ from the books: a second person accepts or rejects each.
 */
import { App, Button, Card, Descriptions, Flex } from 'antd'
import { lazy, Suspense, useState } from 'react'
import {
  CheckDrawer,
  DrawerCountsToCheck,
  type DrawerCountsToCheckQuery,
} from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { Amount } from '../parts/amount.tsx'
import { Grid } from '../parts/grid.tsx'
import { useRejection } from '../parts/reason.tsx'
import { type Refused, useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

const OpenDrawerForm = lazy(async () => ({
  default: (await import('./open-drawer.tsx')).OpenDrawerForm,
}))

type Count = DrawerCountsToCheckQuery['drawerCountsToCheck'][number]

/** A drawer is shut while its count waits, so what others counted is asked for again. */
const EVERY_MS = 30_000
const SUMS = ['booked', 'counted', 'difference'] as const

export function DrawerCounts() {
  const { say } = useWords()
  const session = useSession()
  const asked = useAsk(DrawerCountsToCheck, {}, { everyMs: EVERY_MS })
  const check = useCheck(asked.again)
  const checks = mayOpen(session, ['checker'])
  return (
    <Card
      title={say('drawers.title')}
      extra={mayOpen(session, ['accountant']) && <OpenDrawer />}
    >
      <StateOf asked={asked}>
        {({ drawerCountsToCheck: counts }) => (
          <Grid<Count>
            name={say('drawers.title')}
            rows={counts}
            keyOf={({ id }) => id}
            empty={say('drawers.none')}
            columns={[
              { title: say('drawers.on'), render: ({ on }) => on },
              { title: say('role.teller'), render: ({ teller }) => teller },
              { title: say('orders.institution'), render: ({ institution }) => institution },
              ...SUMS.map((sum) => ({
                title: say(`drawers.${sum}`),
                align: 'right' as const,
                render: (count: Count) => <Amount money={count[sum]} />,
              })),
              ...checks
                ? [{
                  title: '',
                  // Whoever counted a drawer does not check it.
                  render: (count: Count) =>
                    count.teller !== session.subject && (
                      <Flex gap='small'>
                        <Button size='small' type='primary' onClick={() => check(count, true)}>
                          {say('inbox.approve')}
                        </Button>
                        <Button size='small' danger onClick={() => check(count, false)}>
                          {say('inbox.reject')}
                        </Button>
                      </Flex>
                    ),
                }]
                : [],
            ]}
          />
        )}
      </StateOf>
    </Card>
  )
}

/** Shows the count, and asks for the reason of a rejection; tells what came of it. */
function useCheck(checked: () => void): (count: Count, accept: boolean) => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const reject = useRejection()
  const checkDrawer = useDo(CheckDrawer)
  const carryOut = async (
    { id, teller }: Count,
    accept: boolean,
    reason: string,
  ): Promise<Refused | undefined> => {
    const verdict = accept ? 'APPROVED' : 'REJECTED'
    const { checkDrawer: result, trace } = await checkDrawer({
      input: { count: id, verdict, reason },
    })
    checked()
    if (result.__typename === 'LedgerRefusal') return { ...result, trace }
    done(say(accept ? 'drawers.accepted' : 'drawers.rejected', { teller }), trace)
  }
  return (count, accept) => {
    const shown = <Shown count={count} />
    if (!accept) {
      reject(say('drawers.reject'), (reason) => carryOut(count, false, reason), shown)
      return
    }
    modal.confirm({
      title: say('drawers.accept'),
      content: shown,
      okText: say('inbox.approve'),
      cancelText: say('common.cancel'),
      onOk: () => carryOut(count, true, '').then((why) => why && refused(why, why.trace), failed),
    })
  }
}

function Shown({ count }: { count: Count }) {
  const { say } = useWords()
  return (
    <Descriptions
      column={1}
      items={[
        { key: 'teller', label: say('role.teller'), children: count.teller },
        { key: 'place', label: say('orders.institution'), children: count.institution },
        { key: 'on', label: say('drawers.on'), children: count.on },
        ...SUMS.map((sum) => ({
          key: sum,
          label: say(`drawers.${sum}`),
          children: <Amount money={count[sum]} />,
        })),
      ]}
    />
  )
}

function OpenDrawer() {
  const { say } = useWords()
  const [asked, setAsked] = useState(false)
  return (
    <>
      <Button onClick={() => setAsked(true)}>{say('drawers.open')}</Button>
      {asked && (
        <Suspense fallback={null}>
          <OpenDrawerForm close={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  )
}
