/**
 * One ring: why it is one, the chart to walk it by, and its case.
 */
import { useParams } from '@tanstack/react-router'
import { App, Button, Card, Flex, Input, Result, Slider, Tag, Typography } from 'antd'
import { useMemo, useState } from 'react'
import { useClient } from 'urql'
import {
  AssignRiskCase,
  CloseRiskCase,
  NoteRiskCase,
  RevealRiskEntity,
  RiskAlert,
  type RiskAlertQuery,
  RiskNeighbours,
  type RiskNeighboursQuery,
  type RiskOutcome,
} from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { stubOf } from '../ask/client.ts'
import { Grid } from '../parts/grid.tsx'
import { Instant } from '../parts/instant.tsx'
import { type ChartLink, type ChartNode, LinkChart, NODES_MAX } from '../parts/link-chart.tsx'
import { type Refusal, useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { useSession } from '../session/use-session.ts'
import { usePreferences } from '../shell/preferences-context.ts'
import { useWords } from '../words/words.ts'

type Ring = NonNullable<RiskAlertQuery['riskAlert']>
type Around = NonNullable<RiskNeighboursQuery['riskEntity']>

/** Neighbours that are shown of one entity; of a hub the rest is counted. */
const AROUND = 20
const DAY_MS = 86_400_000

export function AlertPage() {
  const { id } = useParams({ from: '/alerts/$id' })
  const { say } = useWords()
  const asked = useAsk(RiskAlert, { id })
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={asked}>
        {({ riskAlert: ring }) => {
          if (ring === null) return <Result status='404' title={say('alerts.unknown')} />
          return (
            <>
              <Typography.Title level={1}>
                {say('alerts.one', { score: ring.score.toFixed(2), people: ring.members.length })}
              </Typography.Title>
              <Case ring={ring} />
              <Why ring={ring} />
              <Chart ring={ring} />
              <People ring={ring} />
            </>
          )
        }}
      </StateOf>
    </Flex>
  )
}

/** The parts of the score, and what the members share. */
function Why({ ring }: { ring: Ring }) {
  const { say, term } = useWords()
  return (
    <Card title={say('alerts.why', { version: ring.ruleVersion })}>
      <Flex vertical gap='middle'>
        <Grid
          name={say('alerts.rules')}
          rows={ring.parts}
          keyOf={({ rule }) => rule}
          columns={[
            { title: say('alerts.rule'), render: ({ rule }) => term('rule', rule) },
            {
              title: say('alerts.part'),
              align: 'right',
              render: ({ part }) => part.toFixed(2),
            },
            {
              title: say('alerts.because'),
              render: ({ because }) =>
                Object.entries(because as Record<string, unknown>)
                  .map(([name, value]) => `${name} ${value}`).join(', '),
            },
          ]}
        />
        <Grid
          name={say('alerts.shared')}
          rows={ring.shared}
          keyOf={({ entity }) => entity.id}
          columns={[
            {
              title: say('alerts.shared'),
              render: ({ entity }) => `${term('entity', entity.type)} ${entity.name || entity.id}`,
            },
            {
              title: say('alerts.people'),
              render: ({ members }) => members.map((member) => member.id).join(', '),
            },
          ]}
        />
        {ring.hubs.length > 0 && (
          <Typography.Text>
            {say('alerts.hubs')}:{' '}
            {ring.hubs.map(({ id, name, degree }) => `${name || id} (${degree})`).join(', ')}
          </Typography.Text>
        )}
      </Flex>
    </Card>
  )
}

function People({ ring }: { ring: Ring }) {
  const { say } = useWords()
  const reveal = useReveal()
  return (
    <Card title={say('alerts.people')}>
      <Grid
        name={say('alerts.people')}
        rows={ring.members}
        keyOf={({ entity }) => entity.id}
        columns={[
          { title: say('alerts.person'), render: ({ entity }) => entity.id },
          { title: say('filings.name'), render: ({ entity }) => entity.name },
          { title: say('alerts.tie'), align: 'right', render: ({ score }) => score.toFixed(2) },
          {
            title: '',
            render: ({ entity }) =>
              entity.masked && (
                <Button size='small' onClick={() => reveal(entity.id)}>
                  {say('alerts.reveal')}
                </Button>
              ),
          },
        ]}
      />
    </Card>
  )
}

/** What is drawn: the ring and the neighbours that were opened, within a window of days. */
function Chart({ ring }: { ring: Ring }) {
  const { say, term } = useWords()
  const [{ mode }] = usePreferences()
  const { failed } = useTold()
  const client = useClient()
  const [around, setAround] = useState<ReadonlyMap<string, Around>>(new Map())
  const [chosen, setChosen] = useState<string>()
  const [window, setWindow] = useState<readonly [number, number]>()
  const { nodes, links } = useMemo(() => chartOf(ring, around), [ring, around])
  const days = useMemo(() => links.flatMap(({ on }) => on === null ? [] : [dayOf(on)]), [links])
  const [first, last] = [Math.min(...days), Math.max(...days)]
  const shown = useMemo(
    () => ({
      nodes,
      links: window === undefined
        ? links
        : links.filter(({ on }) =>
          on === null || (dayOf(on) >= window[0] && dayOf(on) <= window[1])
        ),
    }),
    [nodes, links, window],
  )
  /** Shows the neighbours of an entity, or takes them away again. */
  const toggle = async (id: string) => {
    setChosen(id)
    if (around.has(id)) {
      setAround(new Map([...around].filter(([key]) => key !== id)))
      return
    }
    const { query, context } = stubOf(RiskNeighbours)
    const { data, error } = await client
      .query<RiskNeighboursQuery>(query, { id, first: AROUND }, context).toPromise()
    if (error) failed({ offline: false, message: error.message, trace: undefined })
    else if (data?.riskEntity) setAround(new Map([...around, [id, data.riskEntity]]))
  }
  const entity = chosen === undefined ? undefined : around.get(chosen)
  return (
    <Card title={say('chart.title')}>
      <LinkChart nodes={shown.nodes} links={shown.links} mode={mode} choose={toggle} />
      <Flex vertical gap='small' aria-live='polite'>
        {entity && (
          <span>
            {term('entity', entity.type)} {entity.name || entity.id}: {say('chart.shown', {
              shown: entity.neighbours.page.edges.length,
              total: entity.neighbours.total,
            })}
          </span>
        )}
        {nodes.length >= NODES_MAX && <span>{say('chart.full', { limit: NODES_MAX })}</span>}
        <label>
          {say('chart.open')}{' '}
          <select
            value=''
            aria-label={say('chart.open')}
            onChange={({ target }) => void toggle(target.value)}
          >
            <option value='' />
            {nodes.map(({ id, label }) => <option key={id} value={id}>{label}</option>)}
          </select>
        </label>
        {days.length > 0 && first < last && (
          <label>
            {say('chart.window')} {dateOf(window?.[0] ?? first)} … {dateOf(window?.[1] ?? last)}
            <Slider
              range
              min={first}
              max={last}
              value={[window?.[0] ?? first, window?.[1] ?? last]}
              tooltip={{ formatter: (day) => day === undefined ? '' : dateOf(day) }}
              ariaLabelForHandle={[say('books.from'), say('books.to')]}
              onChange={([from, to]) => setWindow([from!, to!])}
            />
          </label>
        )}
      </Flex>
    </Card>
  )
}

const dayOf = (on: string) => Date.parse(on) / DAY_MS
const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** Nodes and links of the ring's own path, and of what was opened since. */
export function chartOf(
  ring: Pick<Ring, 'members' | 'claims' | 'path' | 'shared'>,
  around: ReadonlyMap<string, Around>,
): { nodes: ChartNode[]; links: ChartLink[] } {
  const nodes = new Map<string, ChartNode>()
  const links = new Map<string, ChartLink>()
  const put = (entity: { id: string; type: string; name: string }, strong = false) => {
    if (nodes.has(entity.id) || nodes.size >= NODES_MAX) return
    nodes.set(entity.id, {
      id: entity.id,
      label: entity.name || entity.id,
      type: entity.type,
      strong,
    })
  }
  for (const { entity } of ring.members) put(entity, true)
  for (const { from, to, by } of ring.path) {
    for (const thing of by) {
      put(thing)
      for (const end of [from, to]) {
        const id = `${end.id} ${thing.id}`
        links.set(id, { id, from: end.id, to: thing.id, kind: 'path', on: null, strong: true })
      }
    }
  }
  for (const entity of around.values()) {
    put(entity)
    for (const { node: { link, entity: other } } of entity.neighbours.page.edges) {
      put(other)
      links.set(link.id, {
        id: link.id,
        from: entity.id,
        to: other.id,
        kind: link.kind,
        on: link.on,
      })
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] }
}

function Case({ ring }: { ring: Ring }) {
  const { say, term } = useWords()
  const session = useSession()
  const { ask } = useCaseCommands()
  const one = ring.case
  if (one === null) return null
  const mine = one.assignee === session.subject
  return (
    <Card title={say('alerts.case')}>
      <Flex gap='middle' align='center' wrap>
        <Tag variant='outlined'>{term('case', one.state)}</Tag>
        {one.assignee && <span>{one.assignee}</span>}
        {one.outcome && <Tag variant='outlined'>{term('case', one.outcome)}</Tag>}
        {one.state !== 'CLOSED' && (
          <Flex gap='small' style={{ marginInlineStart: 'auto' }}>
            {!mine && (
              <Button type='primary' onClick={() => ask('assign', one.id)}>
                {say('case.take')}
              </Button>
            )}
            <Button onClick={() => ask('note', one.id)}>{say('case.note')}</Button>
            {mine && OUTCOMES.map((outcome) => (
              <Button
                key={outcome}
                onClick={() => ask(outcome, one.id)}
              >
                {say(`case.${outcome}`)}
              </Button>
            ))}
          </Flex>
        )}
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

const OUTCOMES: readonly RiskOutcome[] = ['CONFIRMED', 'UNFOUNDED', 'UNCLEAR']

function useCaseCommands(): { ask: (what: 'assign' | 'note' | RiskOutcome, id: string) => void } {
  const { modal } = App.useApp()
  const { say } = useWords()
  const session = useSession()
  const { done, refused, failed } = useTold()
  const assign = useDo(AssignRiskCase)
  const note = useDo(NoteRiskCase)
  const close = useDo(CloseRiskCase)
  const carryOut = async (what: 'assign' | 'note' | RiskOutcome, id: string, text: string) => {
    const result: { __typename: 'RiskCase' } | ({ __typename: 'RiskRefusal' } & Refusal) =
      what === 'assign'
        ? (await assign({ input: { case: id, assignee: session.subject, reason: text } }))
          .assignRiskCase
        : what === 'note'
        ? (await note({ input: { case: id, note: text } })).noteRiskCase
        : (await close({ input: { case: id, outcome: what, reason: text } })).closeRiskCase
    if (result.__typename === 'RiskRefusal') refused(result)
    else done(say('filing.decided'))
  }
  return {
    ask(what, id) {
      let text = ''
      modal.confirm({
        title: say(
          what === 'assign' ? 'case.take' : what === 'note' ? 'case.note' : `case.${what}`,
        ),
        content: (
          <Input.TextArea
            aria-label={say('order.reason')}
            placeholder={say('order.reason')}
            maxLength={500}
            onChange={({ target }) => {
              text = target.value
            }}
          />
        ),
        okText: say('common.confirm'),
        cancelText: say('common.cancel'),
        onOk: () => carryOut(what, id, text).catch(failed),
      })
    },
  }
}

/** Shows a person for a reason; who looked at whom and why is recorded before. */
function useReveal(): (entity: string) => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const { refused, failed } = useTold()
  const revealEntity = useDo(RevealRiskEntity)
  return (entity) => {
    let reason = ''
    modal.confirm({
      title: say('alerts.reveal'),
      content: (
        <Flex vertical gap='small'>
          {say('alerts.reveal.recorded')}
          <Input.TextArea
            aria-label={say('order.reason')}
            placeholder={say('order.reason')}
            maxLength={500}
            onChange={({ target }) => {
              reason = target.value
            }}
          />
        </Flex>
      ),
      okText: say('common.confirm'),
      cancelText: say('common.cancel'),
      onOk: async () => {
        try {
          const { revealRiskEntity: result } = await revealEntity({
            input: { entity, purpose: 'CLAIM_INVESTIGATION', reason },
          })
          if (result.__typename === 'RiskRefusal') return refused(result)
          modal.info({ title: entity, content: result.name })
        } catch (error) {
          failed(error)
        }
      },
    })
  }
}
