/**
 * The parameter centre: rates, fees and prices by version; what a draft changes; another person decides.
 */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Alert, Button, Card, Flex, Form, Input, Modal, Typography } from 'antd'
import { useState } from 'react'
import {
  DecideParameter,
  ParameterDiff,
  Parameters as ParametersDocument,
  type ParametersQuery,
  ProposeParameter,
  type RuleVerdict,
} from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { isJson } from '../form/json.ts'
import { Grid } from '../parts/grid.tsx'
import { bankToday } from '../parts/instant.tsx'
import { useReason } from '../parts/reason.tsx'
import { useTold } from '../parts/refusal.ts'
import { Rows } from '../parts/rows.tsx'
import { FailureAlert, StateOf } from '../parts/state-of.tsx'
import { VersionState } from '../parts/version-state.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Version = ParametersQuery['parameters'][number]

/** A row of a table of parameters, as it is stored. */
interface Row {
  readonly dimensions: Readonly<Record<string, string>>
  readonly amountFrom?: string
  readonly amountTo?: string
  readonly from: string
  readonly to?: string
  readonly value: Readonly<Record<string, string>>
}

export function Parameters() {
  const { key } = useSearch({ from: '/parameters' })
  const { say } = useWords()
  const navigate = useNavigate()
  const asked = useAsk(ParametersDocument, { key: null })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('parameters.title')}</Typography.Title>
      <StateOf asked={asked}>
        {({ parameters }) => (
          <>
            <Rows
              rows={newestOf(parameters)}
              name={say('parameters.title')}
              keyOf={(version) => version.key}
              open={(version) => void navigate({ to: '/parameters', search: { key: version.key } })}
              columns={[
                {
                  title: say('parameters.key'),
                  render: (version) => (
                    <Button
                      type='link'
                      onClick={() => navigate({ to: '/parameters', search: { key: version.key } })}
                    >
                      {version.key}
                    </Button>
                  ),
                },
                { title: say('parameters.version'), render: ({ version }) => version },
                {
                  title: say('orders.status'),
                  render: ({ state }) => <VersionState state={state} />,
                },
                { title: say('parameters.from'), render: ({ effectiveFrom }) => effectiveFrom },
                { title: say('parameters.by'), render: ({ draftedBy }) => draftedBy },
              ]}
            />
            {key !== undefined && (
              <Versions
                key={key}
                name={key}
                versions={parameters.filter((version) => version.key === key)}
              />
            )}
          </>
        )}
      </StateOf>
    </Flex>
  )
}

/** The newest version of each key, by key. */
export function newestOf(parameters: readonly Version[]): Version[] {
  const newest = new Map<string, Version>()
  for (const version of parameters) {
    if (version.version > (newest.get(version.key)?.version ?? 0)) newest.set(version.key, version)
  }
  return [...newest.values()].toSorted((a, b) => a.key < b.key ? -1 : 1)
}

function Versions({ name, versions }: { name: string; versions: readonly Version[] }) {
  const { say } = useWords()
  const session = useSession()
  const [drafting, setDrafting] = useState(false)
  const sorted = versions.toSorted((a, b) => b.version - a.version)
  return (
    <Card
      title={name}
      extra={mayOpen(session, ['accountant']) && (
        <Button
          type='primary'
          onClick={() => setDrafting(true)}
        >
          {say('parameters.draft')}
        </Button>
      )}
    >
      <Flex vertical gap='large'>
        {sorted.map((version) => <VersionCard key={version.version} version={version} />)}
      </Flex>
      {drafting && sorted[0] && <Draft after={sorted[0]} close={() => setDrafting(false)} />}
    </Card>
  )
}

function VersionCard({ version }: { version: Version }) {
  const { say } = useWords()
  const session = useSession()
  const decide = useDecision(version)
  const decides = version.state === 'SUBMITTED' && mayOpen(session, ['checker']) &&
    version.draftedBy !== session.subject
  const { rows } = version.body as { rows: readonly Row[] }
  return (
    <section aria-label={`${version.key} ${version.version}`}>
      <Flex gap='middle' align='center' wrap>
        <Typography.Text strong>
          {say('parameters.version')} {version.version}
        </Typography.Text>
        <VersionState state={version.state} />
        <span>{say('parameters.from')} {version.effectiveFrom}</span>
        <span>{version.draftedBy}</span>
        {version.decidedBy && <span>{say('order.decided')} {version.decidedBy}</span>}
        {version.reason && <span>{version.reason}</span>}
        {decides && (
          <Flex gap='small' style={{ marginInlineStart: 'auto' }}>
            <Button type='primary' onClick={() => decide('APPROVED')}>
              {say('inbox.approve')}
            </Button>
            <Button danger onClick={() => decide('REJECTED')}>{say('inbox.reject')}</Button>
          </Flex>
        )}
      </Flex>
      {version.version > 1 && <Diff version={version} />}
      <RowTable rows={rows} />
    </section>
  )
}

function RowTable({ rows }: { rows: readonly Row[] }) {
  const { say } = useWords()
  return (
    <Grid
      name={say('parameters.value')}
      rows={rows}
      keyOf={(_, index) => String(index)}
      columns={[
        {
          title: say('parameters.dimensions'),
          render: ({ dimensions, amountFrom, amountTo }) =>
            [
              ...Object.entries(dimensions).map(([name, value]) => `${name}=${value}`),
              ...(amountFrom === undefined && amountTo === undefined
                ? []
                : [`${amountFrom ?? '0'} … ${amountTo ?? '∞'}`]),
            ].join(', ') || '–',
        },
        { title: say('parameters.from'), render: ({ from }) => from },
        { title: say('parameters.to'), render: ({ to }) => to ?? '–' },
        {
          title: say('parameters.value'),
          align: 'right',
          render: ({ value }) =>
            Object.entries(value).map(([name, text]) => `${name} ${text}`).join(', '),
        },
      ]}
    />
  )
}

/** What a version changes of the one before. */
function Diff({ version: { key, version } }: { version: Version }) {
  const { say } = useWords()
  const { data, failure, again } = useAsk(ParameterDiff, { key, version, against: version - 1 })
  const diff = data?.parameterDiff
  // Whoever decides must not take a difference that is not told for none.
  if (failure) return <FailureAlert failure={failure} again={again} />
  if (diff === undefined) return null
  if (diff.__typename !== 'ParameterDiff') {
    const { code, message } = diff
    return (
      <Alert type='error' role='alert' title={say('state.refused', { reason: message, code })} />
    )
  }
  const count = (rows: unknown) => (rows as readonly unknown[]).length
  return (
    <Alert
      type='info'
      title={say('parameters.diff', {
        version: version - 1,
        added: count(diff.added),
        removed: count(diff.removed),
        changed: count(diff.changed),
      })}
    />
  )
}

function useDecision({ key, version }: Version): (verdict: RuleVerdict) => void {
  const { say } = useWords()
  const { done } = useTold()
  const withReason = useReason()
  const decideParameter = useDo(DecideParameter)
  return (verdict) => {
    const what = say(verdict === 'APPROVED' ? 'inbox.approve' : 'inbox.reject')
    withReason(`${what} · ${key} ${version}`, async (reason) => {
      const { decideParameter: result, trace } = await decideParameter({
        input: { key, version, verdict, reason },
      })
      if (result.__typename === 'LedgerRefusal') return { ...result, trace }
      done(`${key} ${version}`, trace)
    })
  }
}

/** A new version, from the newest one: its rows are edited as they are stored. */
function Draft({ after, close }: { after: Version; close: () => void }) {
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const proposeParameter = useDo(ProposeParameter)
  const [form] = Form.useForm<{ effectiveFrom: string; body: string }>()
  const submit = async ({ effectiveFrom, body }: { effectiveFrom: string; body: string }) => {
    try {
      const { proposeParameter: result, trace } = await proposeParameter({
        input: {
          key: after.key,
          version: after.version + 1,
          effectiveFrom,
          body: JSON.parse(body),
        },
      })
      if (result.__typename === 'LedgerRefusal') return refused(result, trace)
      done(`${result.key} ${result.version}`, trace)
      close()
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Modal
      open
      width={760}
      title={`${say('parameters.draft')} · ${after.key} ${after.version + 1}`}
      mask={{ closable: false }}
      onCancel={close}
      okText={say('entry.submit')}
      cancelText={say('common.cancel')}
      onOk={() => form.submit()}
    >
      <Form
        form={form}
        layout='vertical'
        onFinish={submit}
        initialValues={{
          effectiveFrom: bankToday(),
          body: JSON.stringify(after.body, null, 2),
        }}
      >
        <Form.Item name='effectiveFrom' label={say('parameters.from')} rules={[{ required: true }]}>
          <Input type='date' style={{ width: 180 }} />
        </Form.Item>
        <Form.Item
          name='body'
          label={say('parameters.rows')}
          rules={[{
            validator: (_, text: string) =>
              isJson(text) ? Promise.resolve() : Promise.reject(
                new Error(say('entry.malformed', { field: say('parameters.rows') })),
              ),
          }]}
        >
          <Input.TextArea autoSize={{ minRows: 10, maxRows: 24 }} spellCheck={false} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
