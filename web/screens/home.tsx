/**
 * Home: what waits for me and since when, my orders, where all orders are, the strongest rings.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Card, Flex, Statistic, Typography } from 'antd'
import { MyTasks, OrderCounts, Orders, RiskAlerts } from '../../schema/desk.ts'
import { useActivity } from '../ask/activity.ts'
import { useAsk } from '../ask/ask.ts'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { Rows } from '../parts/rows.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'
import { OrderTable } from './order-table.tsx'
import { useRingColumns } from './ring-table.tsx'
import { TaskTable } from './task-table.tsx'

const ROWS = 8

export function Home() {
  const session = useSession()
  const { say } = useWords()
  const decides = mayOpen(session, ['checker', 'accountant'])
  return (
    <Flex vertical gap='large'>
      <Typography.Title level={1}>{say('home.title')}</Typography.Title>
      {decides && <WaitingForMe />}
      {mayOpen(session, ['maker']) && <MyOrders />}
      {decides && <Figures />}
      {mayOpen(session, ['investigator', 'risk-manager']) && <StrongestRings />}
    </Flex>
  )
}

function WaitingForMe() {
  const { say } = useWords()
  const asked = useAsk(MyTasks, { first: ROWS })
  useActivity(asked.again)
  return (
    <Card title={say('home.tasks')} extra={<Link to='/tasks'>{say('inbox.title')}</Link>}>
      <StateOf asked={asked}>
        {({ tasks }) => (
          <TaskTable
            tasks={tasks.edges.map(({ node }) => node)}
            name={say('home.tasks')}
            empty={say('home.tasks.none')}
          />
        )}
      </StateOf>
    </Card>
  )
}

function MyOrders() {
  const { say } = useWords()
  const navigate = useNavigate()
  const asked = useAsk(Orders, { first: ROWS, mine: true })
  useActivity(asked.again)
  return (
    <Card
      title={say('home.mine')}
      extra={
        <Button type='primary' onClick={() => navigate({ to: '/orders/new' })}>
          {say('home.new')}
        </Button>
      }
    >
      <StateOf asked={asked}>
        {({ orders }) => (
          <OrderTable
            orders={orders.edges.map(({ node }) => node)}
            name={say('home.mine')}
            empty={say('home.mine.none')}
          />
        )}
      </StateOf>
    </Card>
  )
}

function StrongestRings() {
  const { say } = useWords()
  const navigate = useNavigate()
  const columns = useRingColumns()
  const asked = useAsk(RiskAlerts, { first: ROWS })
  return (
    <Card title={say('home.rings')} extra={<Link to='/alerts'>{say('alerts.title')}</Link>}>
      <StateOf asked={asked}>
        {({ riskAlerts }) => (
          <Rows
            rows={riskAlerts.edges.map(({ node }) => node)}
            name={say('home.rings')}
            empty={say('home.rings.none')}
            keyOf={({ id }) => id}
            open={({ id }) => void navigate({ to: '/alerts/$id', params: { id } })}
            columns={columns}
          />
        )}
      </StateOf>
    </Card>
  )
}

function Figures() {
  const { say, term } = useWords()
  const asked = useAsk(OrderCounts, {})
  const activity = useActivity()
  return (
    <Card title={say('home.figures')}>
      <StateOf asked={asked}>
        {({ orderCounts }) => (
          <Flex wrap gap='large'>
            {(activity?.counts ?? orderCounts).map(({ status, count }) => (
              <Link key={status} to='/orders' search={{ status }}>
                <Statistic title={term('status', status)} value={count} />
              </Link>
            ))}
          </Flex>
        )}
      </StateOf>
    </Card>
  )
}
