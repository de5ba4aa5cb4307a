/**
 * What a list of rings shows of each.
 */
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { RiskAlertsQuery } from '../../schema/desk.ts'
import { bankTime, Instant } from '../parts/instant.tsx'
import type { ListColumn } from '../parts/list.tsx'
import { useWords } from '../words/words.ts'

type Ring = RiskAlertsQuery['riskAlerts']['edges'][number]['node']

export const ringKey = ({ id }: Ring) => id

export function useRingColumns(): readonly ListColumn<Ring>[] {
  const { say, term } = useWords()
  return useMemo(() => {
    const caseOf = ({ case: one }: Ring) =>
      one === null
        ? ''
        : [term('case', one.state), one.assignee, one.outcome && term('case', one.outcome)]
          .filter(Boolean).join(' · ')
    return [
      {
        key: 'ring',
        title: say('alerts.ring'),
        render: ({ id }) => <Link to='/alerts/$id' params={{ id }}>{id}</Link>,
        text: ({ id }) => id,
      },
      {
        key: 'score',
        title: say('alerts.score'),
        align: 'right',
        render: ({ score }) => score.toFixed(2),
        text: ({ score }) => score,
      },
      {
        key: 'people',
        title: say('alerts.people'),
        align: 'right',
        render: ({ members }) => members.length,
        text: ({ members }) => members.length,
      },
      {
        key: 'claims',
        title: say('alerts.claims'),
        align: 'right',
        render: ({ claims }) => claims.length,
        text: ({ claims }) => claims.length,
      },
      { key: 'case', title: say('alerts.case'), render: caseOf, text: caseOf },
      {
        key: 'at',
        title: say('alerts.found'),
        render: ({ at }) => <Instant at={at} />,
        text: ({ at }) => bankTime(at),
      },
    ]
  }, [say, term])
}
