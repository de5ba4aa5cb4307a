/**
 * Two versions of a filing: what became of findings, which figures differ, and what was written anew.
 */
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Button, Card, Flex, Result, Select, Tag, Typography } from 'antd'
import { useMemo } from 'react'
import {
  CompareFigures,
  type CompareFiguresQuery,
  CompareFindings,
  type CompareFindingsQuery,
  CompareWording,
  type CompareWordingQuery,
  type FactChange,
  type FindingChange,
  type SectionChange,
} from '../../schema/desk.ts'
import { type Connection, NO_ROWS, usePages } from '../ask/pages.ts'
import { List, type ListColumn } from '../parts/list.tsx'
import { More } from '../parts/more.tsx'
import { StateOf } from '../parts/state-of.tsx'
import type { ComparisonFilter } from '../router.tsx'
import { type Say, useWords } from '../words/words.ts'

type Comparison = NonNullable<CompareFindingsQuery['filingComparison']>
type Finding = Comparison['findings']['edges'][number]['node']
type Figure = NonNullable<CompareFiguresQuery['filingComparison']>['facts']['edges'][number]['node']
type Section = NonNullable<
  CompareWordingQuery['filingComparison']
>['sections']['edges'][number]['node']

const COLOUR = {
  NEW: 'error',
  OPEN: 'warning',
  FIXED: 'success',
  VALUE: 'error',
  UNIT: 'warning',
  ADDED: 'success',
  REMOVED: 'default',
  CHANGED: 'warning',
  RENAMED: 'default',
  MOVED: 'default',
}
/** A section holds many paragraphs. */
const SECTIONS = 10
const PARTS = ['findings', 'figures', 'wording'] as const

export function VersionComparison() {
  const { id } = useParams({ from: '/filings/$id/compare' })
  const { from = '', to = '', part = 'findings', change } = useSearch({
    from: '/filings/$id/compare',
  })
  const { say } = useWords()
  const findings = usePages({
    document: CompareFindings,
    variables: {
      from,
      to,
      change: part === 'findings' ? change as FindingChange ?? null : null,
    },
    connection: ({ filingComparison }): Connection<Finding> =>
      filingComparison?.findings ?? NO_ROWS,
    keyOf: findingKey,
  })
  return (
    <Flex vertical gap='middle'>
      <StateOf asked={findings.asked}>
        {({ filingComparison: comparison }) => {
          if (comparison === null) return <Result status='404' title={say('compare.unknown')} />
          return (
            <>
              <Typography.Title level={1}>
                {say('compare.title', {
                  name: comparison.to.name,
                  from: comparison.from.version,
                  to: comparison.to.version,
                })}
              </Typography.Title>
              <Link to='/filings/$id' params={{ id }}>{say('compare.back')}</Link>
              <Parts counts={comparison.counts} filing={id} search={{ from, to, part }} />
            </>
          )
        }}
      </StateOf>
      {part === 'findings' && <Findings pages={findings} filing={id} />}
      {part === 'figures' && <Figures from={from} to={to} />}
      {part === 'wording' && <Wording from={from} to={to} />}
    </Flex>
  )
}

/** How much differs of each kind, and the way to it. */
function Parts(
  { counts, filing, search }: {
    counts: Comparison['counts']
    filing: string
    search: ComparisonFilter
  },
) {
  const { say } = useWords()
  const navigate = useNavigate()
  const texts = {
    findings: say('compare.findings', counts),
    figures: say('compare.figures', counts),
    wording: say('compare.wording', counts),
  }
  return (
    <Flex gap='small' wrap role='group' aria-label={say('compare.parts')}>
      {PARTS.map((part) => (
        <Button
          key={part}
          type={part === search.part ? 'primary' : 'default'}
          aria-pressed={part === search.part}
          onClick={() =>
            void navigate({
              to: '/filings/$id/compare',
              params: { id: filing },
              search: { ...search, part },
            })}
        >
          {texts[part]}
        </Button>
      ))}
    </Flex>
  )
}

/** Shows only one kind of change. */
function ChangeFilter({ kinds }: { kinds: readonly string[] }) {
  const { say, term } = useWords()
  const search = useSearch({ from: '/filings/$id/compare' })
  const { id } = useParams({ from: '/filings/$id/compare' })
  const navigate = useNavigate()
  return (
    <Select
      aria-label={say('compare.change')}
      allowClear
      style={{ minWidth: 160 }}
      placeholder={say('compare.change')}
      value={search.change ?? null}
      options={kinds.map((kind) => ({ value: kind, label: term('change', kind) }))}
      onChange={(change) => {
        const { change: _, ...others } = search
        void navigate({
          to: '/filings/$id/compare',
          params: { id },
          search: change ? { ...others, change } : others,
        })
      }}
    />
  )
}

function Change({ change }: { change: keyof typeof COLOUR }) {
  const { term } = useWords()
  return <Tag color={COLOUR[change]} variant='outlined'>{term('change', change)}</Tag>
}

const findingKey = ({ change, finding, before, after }: Finding) =>
  `${change} ${finding?.id ?? after?.message ?? before?.message}`

function Findings(
  { pages, filing }: {
    pages: ReturnType<typeof usePages<CompareFindingsQuery, object, Finding>>
    filing: string
  },
) {
  const { say, term, language } = useWords()
  const columns = useMemo((): readonly ListColumn<Finding>[] => {
    const checkOf = ({ finding }: Finding) =>
      finding && (language === 'zh' ? finding.checkZh : finding.check)
    const side = (key: 'before' | 'after') => ({
      key,
      title: say(`compare.${key}`),
      render: ({ [key]: version }: Finding) =>
        version && (
          <>
            {version.message}{' '}
            <Typography.Text type='secondary'>{pagesOf(version.places, say)}</Typography.Text>
          </>
        ),
      text: ({ [key]: version }: Finding) => version?.message ?? null,
    })
    return [
      {
        key: 'change',
        title: say('compare.change'),
        render: ({ change }) => <Change change={change} />,
        text: ({ change }) => term('change', change),
      },
      {
        key: 'check',
        title: say('compare.check'),
        render: (row) =>
          row.finding && <Link to='/filings/$id' params={{ id: filing }}>{checkOf(row)}</Link>,
        text: checkOf,
      },
      side('before'),
      side('after'),
      {
        key: 'verdict',
        title: say('compare.decision'),
        render: ({ finding }) =>
          finding?.verdict &&
          `${term('verdict', finding.verdict)} · ${finding.decidedBy} ${finding.reason ?? ''}`,
        text: ({ finding }) => finding?.verdict ? term('verdict', finding.verdict) : null,
      },
    ]
  }, [say, term, language, filing])
  return (
    <List
      id='compared-findings'
      name={say('filing.findings')}
      pages={pages}
      columns={columns}
      keyOf={findingKey}
      filters={<ChangeFilter kinds={['NEW', 'OPEN', 'FIXED']} />}
    />
  )
}

const pagesOf = (places: readonly { readonly page: number | null }[], say: Say) =>
  [...new Set(places.flatMap(({ page }) => page ?? []))]
    .map((page) => say('filing.page', { page })).join(', ')

const figureKey = ({ change, scope, section, item, header, period, before, after }: Figure) =>
  [change, scope, section, item, header, period, before?.page, before?.printed, after?.printed]
    .join('\n')

function Figures({ from, to }: { from: string; to: string }) {
  const { say, term } = useWords()
  const { change } = useSearch({ from: '/filings/$id/compare' })
  const pages = usePages({
    document: CompareFigures,
    variables: { from, to, change: change as FactChange ?? null },
    connection: ({ filingComparison }): Connection<Figure> => filingComparison?.facts ?? NO_ROWS,
    keyOf: figureKey,
  })
  const columns = useMemo((): readonly ListColumn<Figure>[] => {
    const side = (key: 'before' | 'after') => ({
      key,
      title: say(`compare.${key}`),
      align: 'right' as const,
      render: ({ [key]: fact }: Figure) =>
        fact && (
          <>
            <span className='amount'>{fact.printed}</span>{' '}
            <Typography.Text type='secondary'>
              {unitOf(fact.unitPower, say)} {say('filing.page', { page: fact.page })}
            </Typography.Text>
          </>
        ),
      text: ({ [key]: fact }: Figure) => fact?.printed ?? null,
    })
    return [
      {
        key: 'change',
        title: say('compare.change'),
        render: (figure) => <Change change={figure.change} />,
        text: (figure) => term('change', figure.change),
      },
      {
        key: 'item',
        title: say('compare.item'),
        render: ({ section, item, scope }) => (
          <>
            {item}{' '}
            <Typography.Text type='secondary'>{section} {term('scope', scope)}</Typography.Text>
          </>
        ),
        text: ({ section, item, scope }) => `${item} · ${section} ${term('scope', scope)}`,
      },
      {
        key: 'period',
        title: say('compare.period'),
        render: ({ header, period }) => period ?? header,
        text: ({ header, period }) => period ?? header,
      },
      side('before'),
      side('after'),
      {
        key: 'difference',
        title: say('compare.difference'),
        align: 'right',
        render: ({ difference }) => difference && <span className='amount'>{difference}</span>,
        text: ({ difference }) => difference,
      },
    ]
  }, [say, term])
  return (
    <List
      id='compared-figures'
      name={say('compare.facts')}
      pages={pages}
      columns={columns}
      keyOf={figureKey}
      filters={<ChangeFilter kinds={['VALUE', 'UNIT', 'ADDED', 'REMOVED']} />}
    />
  )
}

const unitOf = (power: number | null, say: Say) =>
  power === 0 || power === 4 || power === 6 || power === 8 ? say(`unit.${power}`) : ''

const sectionKey = ({ change, path, pathBefore }: Section) =>
  [change, ...path, '', ...pathBefore ?? []].join('\n')

function Wording({ from, to }: { from: string; to: string }) {
  const { say } = useWords()
  const { change } = useSearch({ from: '/filings/$id/compare' })
  const pages = usePages({
    document: CompareWording,
    variables: { from, to, change: change as SectionChange ?? null },
    connection: ({ filingComparison }): Connection<Section> =>
      filingComparison?.sections ?? NO_ROWS,
    keyOf: sectionKey,
    page: SECTIONS,
  })
  return (
    <>
      <ChangeFilter kinds={['ADDED', 'REMOVED', 'CHANGED', 'RENAMED', 'MOVED']} />
      <StateOf asked={pages.asked}>
        {() => (
          <>
            {pages.rows.map((section) => (
              <SectionCard
                key={sectionKey(section)}
                section={section}
              />
            ))}
            {pages.rows.length === 0 && say('state.empty')}
            <More pages={pages} />
          </>
        )}
      </StateOf>
    </>
  )
}

function SectionCard({ section: { change, path, pathBefore, paragraphs } }: { section: Section }) {
  const { say } = useWords()
  const moved = pathBefore !== null && pathBefore.join('\n') !== path.join('\n')
  return (
    <Card
      title={
        <Flex gap='small' align='center' wrap>
          <Change change={change} />
          {moved && <del>{pathBefore.join(' › ')}</del>}
          <span>{path.join(' › ')}</span>
        </Flex>
      }
    >
      {paragraphs.edges.map(({ node: { pieces, before, after } }, i) => (
        <Typography.Paragraph key={i}>
          <Typography.Text type='secondary'>
            {[before, after].flatMap((side) =>
              side ? say('filing.page', { page: side.page }) : []
            )
              .join(' → ')}
          </Typography.Text>{' '}
          {pieces.map(({ change: what, text }, at) =>
            what === 'ADDED'
              ? <ins key={at}>{text}</ins>
              : what === 'REMOVED'
              ? <del key={at}>{text}</del>
              : <span key={at}>{text}</span>
          )}
        </Typography.Paragraph>
      ))}
      {paragraphs.pageInfo.hasNextPage && say('compare.more')}
    </Card>
  )
}
