/**
 * One ring: why it is one, the chart to walk it by, and its case.
 */
import { useParams } from '@tanstack/react-router'
import { App, Button, Card, Flex, Result, Slider, Typography } from 'antd'
import { useMemo, useState } from 'react'
import {
  RevealRiskEntity,
  RiskAlert,
  type RiskAlertQuery,
  RiskNeighbours,
  type RiskNeighboursQuery,
  RiskPaths,
  type RiskPathsQuery,
  RiskRules,
} from '../../schema/desk.ts'
import { useAsk, useDo, useFetch } from '../ask/ask.ts'
import type { RuleSet } from '../form/rule-set.ts'
import { Grid } from '../parts/grid.tsx'
import { type ChartLink, type ChartNode, LinkChart, NODES_MAX } from '../parts/link-chart.tsx'
import { useReason } from '../parts/reason.tsx'
import { useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { usePreferences } from '../shell/preferences-context.ts'
import { useWords } from '../words/words.ts'
import { RiskCase } from './risk-case.tsx'

type Ring = NonNullable<RiskAlertQuery['riskAlert']>
type Around = NonNullable<RiskNeighboursQuery['riskEntity']>
type Paths = NonNullable<RiskPathsQuery['riskPaths']>

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
              {ring.case && <RiskCase one={ring.case} />}
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
  const { say, term, language } = useWords()
  const versions = useAsk(RiskRules, {}).data?.riskRules
  const body = versions?.find(({ version }) => version === ring.ruleVersion)?.body as
    | RuleSet
    | undefined
  const nameOf = (code: string) => {
    const rule = body?.rules.find((each) => each.code === code)
    return rule === undefined ? code : language === 'zh' ? rule.zh : rule.en
  }
  return (
    <Card title={say('alerts.why', { version: ring.ruleVersion })}>
      <Flex vertical gap='middle'>
        <Grid
          name={say('alerts.rules')}
          rows={ring.parts}
          keyOf={({ rule }) => rule}
          columns={[
            { title: say('alerts.rule'), render: ({ rule }) => nameOf(rule) },
            {
              title: say('alerts.part'),
              align: 'right',
              render: ({ part }) => part.toFixed(2),
            },
            {
              title: say('alerts.because'),
              render: ({ because }) =>
                Object.entries(because as Record<string, unknown>)
                  .map(([name, value]) => `${term('feature', name)} ${value}`).join(', '),
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
  const fetchNeighbours = useFetch(RiskNeighbours)
  const [around, setAround] = useState<ReadonlyMap<string, Around>>(new Map())
  const [chosen, setChosen] = useState<string>()
  const [window, setWindow] = useState<readonly [number, number]>()
  const [paths, setPaths] = useState<Paths>()
  const { nodes, links } = useMemo(() => chartOf(ring, around, paths), [ring, around, paths])
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
    try {
      const { riskEntity } = await fetchNeighbours({ id, first: AROUND })
      if (riskEntity !== null) setAround(new Map([...around, [id, riskEntity]]))
    } catch (error) {
      failed(error)
    }
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
        <PathFinder nodes={nodes} found={paths} find={setPaths} />
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

/** Ways between two of the chart's entities, which are then drawn strong. */
function PathFinder(
  { nodes, found, find }: {
    nodes: readonly ChartNode[]
    found: Paths | undefined
    find: (paths: Paths | undefined) => void
  },
) {
  const { say, term } = useWords()
  const { failed } = useTold()
  const fetchPaths = useFetch(RiskPaths)
  const [ends, setEnds] = useState({ a: '', b: '' })
  const search = async ({ a, b }: typeof ends) => {
    setEnds({ a, b })
    find(undefined)
    if (a === '' || b === '' || a === b) return
    try {
      find((await fetchPaths({ a, b })).riskPaths ?? undefined)
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Flex gap='small' wrap align='center'>
      {say('chart.path')}
      {(['a', 'b'] as const).map((end) => (
        <select
          key={end}
          aria-label={say(`chart.path.${end}`)}
          value={ends[end]}
          onChange={({ target }) => void search({ ...ends, [end]: target.value })}
        >
          <option value=''>{say(`chart.path.${end}`)}</option>
          {nodes.map(({ id, label }) => <option key={id} value={id}>{label}</option>)}
        </select>
      ))}
      {found && (
        <ol aria-label={say('chart.path')}>
          {found.paths.map(({ entities, links }) => (
            <li key={links.map(({ id }) => id).join()}>
              {entities.map(({ id, name, type }) => `${term('entity', type)} ${name || id}`)
                .join(' → ')}
            </li>
          ))}
          {found.paths.length === 0 && <li>{say('chart.path.none')}</li>}
          {found.cut && <li>{say('chart.path.cut')}</li>}
        </ol>
      )}
    </Flex>
  )
}

const dayOf = (on: string) => Date.parse(on) / DAY_MS
const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** Nodes and links of the ring's own path, of what was opened since, and of paths that were looked for. */
export function chartOf(
  ring: Pick<Ring, 'members' | 'claims' | 'path' | 'shared'>,
  around: ReadonlyMap<string, Around>,
  paths?: Paths,
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
  for (const { entities, links: steps } of paths?.paths ?? []) {
    for (const entity of entities) put(entity)
    for (const [i, { id, kind, on }] of steps.entries()) {
      const [from, to] = [entities[i]!.id, entities[i + 1]!.id]
      links.set(id, { id, from, to, kind, on, strong: true })
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] }
}

/** Shows a person for a reason; who looked at whom and why is recorded before. */
function useReveal(): (entity: string) => void {
  const { modal } = App.useApp()
  const { say } = useWords()
  const withReason = useReason()
  const revealEntity = useDo(RevealRiskEntity)
  return (entity) => {
    withReason(say('alerts.reveal'), async (reason) => {
      const { revealRiskEntity: result, trace } = await revealEntity({
        input: { entity, purpose: 'CLAIM_INVESTIGATION', reason },
      })
      if (result.__typename === 'RiskRefusal') return { ...result, trace }
      modal.info({
        title: entity,
        content: (
          <>
            {result.name}
            <br />
            <Typography.Text type='secondary'>{say('state.trace', { trace })}</Typography.Text>
          </>
        ),
      })
    }, { note: say('alerts.reveal.recorded') })
  }
}
