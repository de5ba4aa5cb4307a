/**
 * One order: where it is, with whom and since when; what can be done; all that followed from it.
 */
import { Link, useParams } from '@tanstack/react-router'
import { App, Button, Card, Descriptions, Flex, Result, Tag, Timeline, Typography } from 'antd'
import { useEffect } from 'react'
import {
  AttachFile,
  OrderEvidence,
  OrderLineage,
  type OrderLineageQuery,
  OrderProgress,
  OrderTypes,
  RetryPayment,
  WithdrawOrder,
} from '../../schema/desk.ts'
import { useAsk, useDo, useFollow } from '../ask/ask.ts'
import { fieldsOf, shownAs } from '../form/fields.ts'
import { Amount, groupDigits } from '../parts/amount.tsx'
import { useFetchFile } from '../parts/fetch-file.ts'
import { Grid } from '../parts/grid.tsx'
import { Instant } from '../parts/instant.tsx'
import { StatusTag } from '../parts/order-status.tsx'
import { useReason } from '../parts/reason.tsx'
import { type Refusal, type Refused, useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { fileSize } from '../parts/upload.ts'
import { UploadButton } from '../parts/upload-button.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useKeys } from '../shell/keyboard.ts'
import { useWords } from '../words/words.ts'
import { useDecision } from './decision.tsx'
import { RefusedPostings } from './refused-postings.tsx'

type Order = NonNullable<OrderLineageQuery['order']>

export function Order() {
  const { serial } = useParams({ from: '/orders/$serial' })
  const { say } = useWords()
  const asked = useAsk(OrderLineage, { serial })
  const { data, fetching, again } = asked
  const { data: progress } = useFollow(OrderProgress, { serial }, !data?.order, {
    again: () => true,
  })
  const [told, shown] = [progress?.orderProgress.updatedAt, data?.order?.updatedAt]
  useEffect(() => {
    // What is told while an answer is under way may be newer than that answer.
    if (!fetching && told !== undefined && shown !== undefined && told > shown) again()
  }, [told, shown, fetching, again])
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('order.title', { serial })}</Typography.Title>
      <StateOf asked={asked}>
        {({ order }) =>
          order === null
            ? <Result status='404' title={say('order.unknown')} />
            : <Lineage order={order} again={asked.again} />}
      </StateOf>
    </Flex>
  )
}

function Lineage({ order, again }: { order: Order; again: () => void }) {
  return (
    <>
      <Where order={order} again={again} />
      <RefusedPostings order={order} />
      <Form order={order} />
      <Attachments order={order} />
      <Approvals order={order} />
      <Vouchers order={order} />
      <Payments order={order} />
      <History order={order} />
    </>
  )
}

function Where({ order, again }: { order: Order; again: () => void }) {
  const session = useSession()
  const { say, term } = useWords()
  const open = order.approvals.find(({ state }) => state === 'OPEN')
  const last = order.timeline.at(-1)
  const decide = useDecision(again)
  const { withdraw, retry } = useOrderCommands(order)
  // A button that the server would refuse is not shown: whoever made an order does not decide about it.
  const decides = open !== undefined && session.roles.includes(open.role) &&
    order.maker !== session.subject
  const task = open && { id: open.id, order }
  useKeys({
    a: () => decides && decide([task!], 'APPROVE'),
    r: () => decides && decide([task!], 'REJECT'),
  })
  return (
    <Card title={say('order.where')}>
      <Flex gap='middle' align='center' wrap>
        <StatusTag status={order.status} />
        {open && <span>{say('order.with', { role: term('role', open.role) })}</span>}
        {last && (
          <span>
            {term('event', last.kind)} <Instant at={last.at} />
          </span>
        )}
        <Amount money={order.amount} />
        <EvidenceLink serial={order.serial} />
        <Flex gap='small' style={{ marginInlineStart: 'auto' }}>
          {decides && (
            <>
              <Button type='primary' onClick={() => decide([task!], 'APPROVE')}>
                {say('inbox.approve')}
              </Button>
              <Button danger onClick={() => decide([task!], 'REJECT')}>
                {say('inbox.reject')}
              </Button>
            </>
          )}
          {order.status === 'IN_APPROVAL' && order.maker === session.subject && (
            <Button danger onClick={withdraw}>{say('order.withdraw')}</Button>
          )}
          {order.status === 'PAYMENT_FAILED' && mayOpen(session, ['accountant']) && (
            <Button type='primary' onClick={retry}>{say('order.retry-payment')}</Button>
          )}
        </Flex>
      </Flex>
    </Card>
  )
}

function useOrderCommands(
  { serial, summary, amount }: Order,
): { withdraw: () => void; retry: () => void } {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const withReason = useReason()
  const withdrawOrder = useDo(WithdrawOrder)
  const retryPayment = useDo(RetryPayment)
  const told = (
    result: { __typename: 'BusinessOrder' } | ({ __typename: 'OrderRefusal' } & Refusal),
    trace: string,
  ): Refused | undefined => {
    if (result.__typename === 'OrderRefusal') return { ...result, trace }
    done(say('inbox.done', { serial }), trace)
  }
  return {
    withdraw() {
      withReason(say('order.withdraw'), async (reason) => {
        const { withdrawOrder: result, trace } = await withdrawOrder({ input: { serial, reason } })
        return told(result, trace)
      }, { label: say('order.withdraw.reason') })
    },
    retry() {
      modal.confirm({
        title: say('order.retry-payment'),
        content: `${serial} · ${summary} · ${groupDigits(amount.amount)} ${amount.currency}`,
        okText: say('common.confirm'),
        cancelText: say('common.cancel'),
        onOk: () =>
          retryPayment({ input: { serial } })
            .then(({ retryPayment: result, trace }) => {
              const why = told(result, trace)
              if (why !== undefined) refused(why, trace)
            }, failed),
      })
    },
  }
}

function Form({ order }: { order: Order }) {
  const { say, named, language } = useWords()
  const { data } = useAsk(OrderTypes, {})
  const type = data?.orderTypes.find(({ code }) => code === order.type)
  const fields = new Map(
    fieldsOf(type?.form ?? {}, language).map((field) => [field.path.join('.'), field]),
  )
  return (
    <Card title={`${say('order.form')} · ${type === undefined ? order.type : named(type)}`}>
      <Descriptions
        column={2}
        items={leavesOf(order.form).map(([path, value]) => {
          const field = fields.get(path)
          return {
            key: path,
            label: field?.title ?? path,
            children: path === 'amount'
              ? groupDigits(value)
              : shownAs(field ?? { choices: [] }, value),
          }
        })}
      />
    </Card>
  )
}

/** The texts of a form with where they are, in order. */
export function leavesOf(form: unknown, path = ''): [path: string, text: string][] {
  if (typeof form !== 'object' || form === null) return [[path, String(form)]]
  return Object.entries(form).flatMap(([name, value]) =>
    leavesOf(value, path === '' ? name : `${path}.${name}`)
  )
}

/** Files that belong to the order, and the way to add one. */
function Attachments({ order }: { order: Order }) {
  const { say } = useWords()
  const session = useSession()
  const { done, refused, failed } = useTold()
  const attachFile = useDo(AttachFile)
  const fetchFile = useFetchFile()
  const attach = async (name: string, file: string) => {
    const { attachFile: result, trace } = await attachFile({
      input: { serial: order.serial, name, file },
    })
    if (result.__typename === 'OrderRefusal') refused(result, trace)
    else done(name, trace)
  }
  return (
    <Card
      title={say('order.attachments')}
      extra={mayOpen(session, ['maker', 'checker']) && (
        <UploadButton uploaded={(name, file) => attach(name, file).catch(failed)}>
          {say('order.attach')}
        </UploadButton>
      )}
    >
      <Grid
        name={say('order.attachments')}
        rows={order.attachments}
        keyOf={({ file, name }) => `${file} ${name}`}
        columns={[
          {
            title: say('filings.name'),
            render: ({ file, name }) => (
              <Button type='link' onClick={() => fetchFile(file, name)}>{name}</Button>
            ),
          },
          {
            title: say('order.attachment.size'),
            align: 'right',
            render: ({ bytes }) => fileSize(bytes),
          },
          { title: say('parameters.by'), render: ({ by }) => by },
          { title: say('filings.created'), render: ({ at }) => <Instant at={at} /> },
        ]}
      />
    </Card>
  )
}

/** Where the approval is proved; whoever may not see it is not told of it. */
function EvidenceLink({ serial }: { serial: string }) {
  const { say } = useWords()
  const session = useSession()
  const asked = useAsk(OrderEvidence, { serial }, {
    pause: !mayOpen(session, ['maker', 'checker']),
  })
  const id = asked.data?.order?.evidenceCase?.id
  if (id === undefined) return null
  return <Link to='/evidence/$id' params={{ id }}>{say('order.evidence')}</Link>
}

function Approvals({ order }: { order: Order }) {
  const { say, term } = useWords()
  if (order.approvals.length === 0) return null
  return (
    <Card title={say('order.approvals')}>
      <Grid
        name={say('order.approvals')}
        rows={order.approvals}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say('order.step'),
            render: ({ step, role }) => say('inbox.step', { step, role: term('role', role) }),
          },
          {
            title: say('order.verdict'),
            render: ({ verdict, state }) => term('task', verdict ?? state),
          },
          { title: say('order.decided'), render: ({ decidedBy }) => decidedBy },
          {
            title: say('orders.updated'),
            render: ({ decidedAt }) => decidedAt && <Instant at={decidedAt} />,
          },
          { title: say('order.reason'), render: ({ reason }) => reason },
        ]}
      />
    </Card>
  )
}

function Vouchers({ order }: { order: Order }) {
  const { say, named, term } = useWords()
  return (
    <Card title={say('order.vouchers')}>
      {(order.vouchers ?? []).length === 0 && say('order.vouchers.none')}
      {(order.vouchers ?? []).map((voucher) => (
        <section key={voucher.id} aria-label={voucher.number}>
          <Flex gap='middle' wrap style={{ paddingBlock: 8 }}>
            <Link to='/books/vouchers/$id' params={{ id: voucher.id }}>{voucher.number}</Link>
            <span>{voucher.bookingOn}</span>
            <span>{voucher.summary}</span>
            {voucher.rule && <Tag variant='outlined'>{say('order.rule', voucher.rule)}</Tag>}
          </Flex>
          <Grid
            name={voucher.number}
            rows={voucher.entries}
            keyOf={({ line }) =>
              String(line)}
            columns={[
              {
                title: say('books.subject'),
                render: ({ subject }) =>
                  `${subject.code} ${named(subject)}`,
              },
              {
                title: say('books.debit'),
                align: 'right',
                render: ({ side, amount }) => side === 'DEBIT' && <Amount money={amount} />,
              },
              {
                title: say('books.credit'),
                align: 'right',
                render: ({ side, amount }) => side === 'CREDIT' && <Amount money={amount} />,
              },
            ]}
          />
        </section>
      ))}
      {(order.suspense ?? []).map((item) => (
        <Typography.Paragraph key={item.id}>
          {say('order.suspense')}: {item.reference} · <Amount money={item.amount} /> ·{' '}
          {term('suspense', item.state)}
        </Typography.Paragraph>
      ))}
    </Card>
  )
}

function Payments({ order }: { order: Order }) {
  const { say, named, term } = useWords()
  return (
    <Card title={say('order.payments')}>
      {(order.payments ?? []).length === 0 && say('order.payments.none')}
      {(order.payments ?? []).map((payment) => (
        <Flex key={payment.id} vertical gap='small'>
          <Flex gap='middle' wrap align='center'>
            <Tag variant='outlined'>{term('payment', payment.state)}</Tag>
            <span>{named(payment.channel)}</span>
            {payment.channel.simulated && (
              <Tag color='warning' variant='outlined'>{say('order.simulated')}</Tag>
            )}
            <Amount money={payment.amount} />
            <Typography.Text copyable={payment.bankReference !== null}>
              {payment.bankReference}
            </Typography.Text>
            {payment.failureCode && `${payment.failureCode} ${payment.failureMessage ?? ''}`}
          </Flex>
          <Typography.Text type='secondary'>
            {say('order.attempts')}: {payment.attempts.map(({ kind, outcome }) => {
              const told = term('attempt', kind)
              return outcome === null ? told : say('attempt.told', {
                told,
                outcome: term('attempt', outcome),
              })
            }).join(' → ')}
          </Typography.Text>
        </Flex>
      ))}
    </Card>
  )
}

function History({ order }: { order: Order }) {
  const { say, term } = useWords()
  return (
    <Card title={say('order.timeline')}>
      <Timeline
        items={order.timeline.map(({ seq, kind, at, actor, hash }) => ({
          key: seq,
          content: (
            <>
              <strong>{term('event', kind)}</strong> · {actor} · <Instant at={at} />
              <br />
              <Typography.Text type='secondary' code title={hash}>
                {say('order.hash')} {hash.slice(0, 12)}
              </Typography.Text>
            </>
          ),
        }))}
      />
    </Card>
  )
}
