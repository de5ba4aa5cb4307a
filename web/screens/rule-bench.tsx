/**
 * The rule bench: how good each version of the rules was, what another would find, and whether it is to
 * be in force.
 */
import { Alert, Button, Card, Flex, Input, InputNumber, Typography } from 'antd'
import { useState } from 'react'
import {
  DecideRiskRules,
  DryRunRiskRules,
  type DryRunRiskRulesMutation,
  ProposeRiskRules,
  RiskRuleQuality,
  RiskRules,
  type RiskRulesQuery,
  type RiskRulesVerdict,
} from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { changedRules, type NumberAt, type RuleSet, withNumber } from '../form/rule-set.ts'
import { type Column, Grid } from '../parts/grid.tsx'
import { bankToday } from '../parts/instant.tsx'
import { useReason } from '../parts/reason.tsx'
import { useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { VersionState } from '../parts/version-state.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Version = RiskRulesQuery['riskRules'][number]
type DryRun = Extract<
  DryRunRiskRulesMutation['dryRunRiskRules'],
  { __typename: 'RiskDryRun' }
>

export function RuleBench() {
  const { say } = useWords()
  const asked = useAsk(RiskRules, {})
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('rules.title')}</Typography.Title>
      <Quality />
      <StateOf asked={asked}>
        {({ riskRules }) => <Versions versions={riskRules} />}
      </StateOf>
    </Flex>
  )
}

/** Precision by outcomes of cases, recall by people drawn at random. */
function Quality() {
  const { say } = useWords()
  const asked = useAsk(RiskRuleQuality, {})
  const share = (value: number | null) => value === null ? '–' : `${(100 * value).toFixed(0)} %`
  return (
    <Card title={say('quality.title')}>
      <StateOf asked={asked}>
        {({ riskRuleQuality }) => (
          <Grid
            name={say('quality.title')}
            rows={riskRuleQuality}
            keyOf={({ version }) => String(version)}
            columns={[
              { title: say('parameters.version'), render: ({ version }) => version },
              {
                title: say('quality.confirmed'),
                align: 'right',
                render: ({ confirmed }) => confirmed,
              },
              {
                title: say('quality.unfounded'),
                align: 'right',
                render: ({ unfounded }) => unfounded,
              },
              { title: say('quality.open'), align: 'right', render: ({ open }) => open },
              {
                title: say('quality.precision'),
                align: 'right',
                render: ({ precision }) => share(precision),
              },
              {
                title: say('quality.sampled'),
                align: 'right',
                render: ({ sampled, sampleConfirmed }) => `${sampleConfirmed} / ${sampled}`,
              },
              {
                title: say('quality.recall'),
                align: 'right',
                render: ({ recall, recallLow, recallHigh }) =>
                  recall === null
                    ? '–'
                    : `${share(recall)} (${share(recallLow)} … ${share(recallHigh)})`,
              },
            ]}
          />
        )}
      </StateOf>
    </Card>
  )
}

function Versions({ versions }: { versions: readonly Version[] }) {
  const { say } = useWords()
  const session = useSession()
  const [drafting, setDrafting] = useState(false)
  const sorted = versions.toSorted((a, b) => b.version - a.version)
  const [newest] = sorted
  const approved = sorted.find(({ state }) => state === 'APPROVED')
  return (
    <>
      {drafting && newest && (
        <Draft
          from={(approved ?? newest).body as RuleSet}
          version={newest.version + 1}
          close={() => setDrafting(false)}
        />
      )}
      {!drafting && newest && mayOpen(session, ['investigator', 'risk-manager']) && (
        <Button
          type='primary'
          style={{ alignSelf: 'start' }}
          onClick={() => setDrafting(true)}
        >
          {say('parameters.draft')}
        </Button>
      )}
      {sorted.map((version) => (
        <VersionCard
          key={version.version}
          version={version}
          before={approved && approved !== version ? approved.body as RuleSet : undefined}
        />
      ))}
    </>
  )
}

/** @param before the rules in force, where this version is to take their place */
function VersionCard({ version, before }: { version: Version; before: RuleSet | undefined }) {
  const { say } = useWords()
  const session = useSession()
  const decide = useDecision(version.version)
  const body = version.body as RuleSet
  const decides = version.state === 'SUBMITTED' && mayOpen(session, ['risk-manager']) &&
    version.draftedBy !== session.subject
  const name = `${say('parameters.version')} ${version.version}`
  return (
    <Card
      role='region'
      aria-label={name}
      title={
        <Flex gap='middle' align='center' wrap>
          {name}
          <VersionState state={version.state} />
          <span>{say('parameters.from')} {version.effectiveFrom}</span>
          <span>{version.draftedBy}</span>
          {version.decidedBy && <span>{say('order.decided')} {version.decidedBy}</span>}
          {version.reason && <span>{version.reason}</span>}
        </Flex>
      }
      extra={decides && (
        <Flex gap='small'>
          <Button type='primary' onClick={() => decide('APPROVED')}>{say('inbox.approve')}</Button>
          <Button danger onClick={() => decide('REJECTED')}>{say('inbox.reject')}</Button>
        </Flex>
      )}
    >
      <Flex vertical gap='small'>
        {version.state === 'SUBMITTED' && before && (
          <Flex gap='middle' align='center' wrap>
            <span>
              {say('rules.changed', {
                rules: changedRules(before, body).join(', ') || '–',
                before: before.threshold,
                after: body.threshold,
              })}
            </span>
            <TryOut body={body} />
          </Flex>
        )}
        <span>{say('rules.threshold')} {body.threshold}</span>
        <RuleTable body={body} />
      </Flex>
    </Card>
  )
}

/** @param change where the numbers can be changed */
function RuleTable(
  { body, change }: { body: RuleSet; change?: (at: NumberAt, value: number) => void },
) {
  const { say, term, language } = useWords()
  const number = (at: NumberAt, name: string, value: number) =>
    change === undefined ? value : (
      <InputNumber
        aria-label={name}
        size='small'
        style={{ width: 90 }}
        value={value}
        onChange={(next) => next !== null && change(at, next)}
      />
    )
  type Row = RuleSet['rules'][number] & { readonly at: number }
  const columns: readonly Column<Row>[] = [
    { title: say('alerts.rule'), render: ({ zh, en }) => language === 'zh' ? zh : en },
    {
      title: say('rules.when'),
      render: ({ at: rule, code, when }) => (
        <Flex gap='middle' wrap>
          {when.map(({ feature, ...bounds }, index) =>
            (['atLeast', 'atMost'] as const).map((bound) => {
              const value = bounds[bound]
              if (value === undefined) return null
              const name = `${code} ${term('feature', feature)}`
              return (
                <span key={`${index}${bound}`}>
                  {term('feature', feature)} {bound === 'atLeast' ? '≥' : '≤'}{' '}
                  {number({ rule, condition: { index, bound } }, name, value)}
                </span>
              )
            })
          )}
        </Flex>
      ),
    },
    {
      title: say('rules.weight'),
      align: 'right',
      render: ({ at: rule, code, weight }) =>
        number({ rule }, `${code} ${say('rules.weight')}`, weight),
    },
  ]
  return (
    <Grid
      name={say('alerts.rules')}
      rows={body.rules.map((rule, at) => ({ ...rule, at }))}
      keyOf={({ code }) => code}
      columns={columns}
    />
  )
}

/** Another version, from the one in force: numbers are changed and tried out before it is proposed. */
function Draft(
  { from, version, close }: { from: RuleSet; version: number; close: () => void },
) {
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const propose = useDo(ProposeRiskRules)
  const [body, setBody] = useState(from)
  const [effectiveFrom, setEffectiveFrom] = useState(bankToday())
  const submit = async () => {
    try {
      const { proposeRiskRules: result, trace } = await propose({
        input: { version, rules: body, effectiveFrom },
      })
      if (result.__typename === 'RiskRefusal') return refused(result, trace)
      done(`${say('parameters.version')} ${version}`, trace)
      close()
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Card title={`${say('parameters.draft')} · ${say('parameters.version')} ${version}`}>
      <Flex vertical gap='middle'>
        <Flex gap='middle' wrap align='end'>
          <label>
            {say('rules.threshold')}{' '}
            <InputNumber
              aria-label={say('rules.threshold')}
              min={0}
              max={1}
              step={0.01}
              value={body.threshold}
              onChange={(threshold) => threshold !== null && setBody({ ...body, threshold })}
            />
          </label>
          <label>
            {say('parameters.from')}{' '}
            <Input
              type='date'
              style={{ width: 180 }}
              value={effectiveFrom}
              onChange={({ target }) => setEffectiveFrom(target.value)}
            />
          </label>
        </Flex>
        <RuleTable body={body} change={(at, value) => setBody(withNumber(body, at, value))} />
        <TryOut body={body} />
        <Flex gap='small'>
          <Button type='primary' disabled={effectiveFrom === ''} onClick={submit}>
            {say('entry.submit')}
          </Button>
          <Button onClick={close}>{say('common.cancel')}</Button>
        </Flex>
      </Flex>
    </Card>
  )
}

/** What rules would find beside those in force, in the graph as it is. */
function TryOut({ body }: { body: RuleSet }) {
  const { say } = useWords()
  const { refused, failed } = useTold()
  const dryRun = useDo(DryRunRiskRules)
  const [running, setRunning] = useState(false)
  const [found, setFound] = useState<{ body: RuleSet; run: DryRun }>()
  const start = async () => {
    setRunning(true)
    try {
      const { dryRunRiskRules: result, trace } = await dryRun({ input: { rules: body } })
      if (result.__typename === 'RiskRefusal') refused(result, trace)
      else setFound({ body, run: result })
    } catch (error) {
      failed(error)
    } finally {
      setRunning(false)
    }
  }
  return (
    <Flex vertical gap='small' style={{ flex: 1 }}>
      <Button loading={running} style={{ alignSelf: 'start' }} onClick={start}>
        {say('rules.try')}
      </Button>
      {found?.body === body && (
        <>
          <Alert
            type='info'
            role='status'
            title={say('rules.tried', {
              before: found.run.before,
              after: found.run.after,
              kept: found.run.kept,
              added: found.run.added.length,
              dropped: found.run.dropped.length,
            })}
          />
          <Rings name={say('rules.added')} rings={found.run.added} />
          <Rings name={say('rules.dropped')} rings={found.run.dropped} />
        </>
      )}
    </Flex>
  )
}

function Rings({ name, rings }: { name: string; rings: DryRun['added'] }) {
  const { say } = useWords()
  if (rings.length === 0) return null
  return (
    <Grid
      name={name}
      rows={rings}
      keyOf={(_, index) => String(index)}
      columns={[
        {
          title: name,
          render: ({ members }) => members.map((member) => member.name || member.id).join(', '),
        },
        {
          title: say('alerts.score'),
          align: 'right',
          render: ({ score }) => score.toFixed(2),
        },
      ]}
    />
  )
}

function useDecision(version: number): (verdict: RiskRulesVerdict) => void {
  const { say } = useWords()
  const { done } = useTold()
  const withReason = useReason()
  const decideRiskRules = useDo(DecideRiskRules)
  return (verdict) => {
    const what = say(verdict === 'APPROVED' ? 'inbox.approve' : 'inbox.reject')
    const name = `${say('parameters.version')} ${version}`
    withReason(`${what} · ${name}`, async (reason) => {
      const { decideRiskRules: result, trace } = await decideRiskRules({
        input: { version, verdict, reason },
      })
      if (result.__typename === 'RiskRefusal') return { ...result, trace }
      done(name, trace)
    })
  }
}
