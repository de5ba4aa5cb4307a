/**
 * Projects of filings: those that there are, and a new one.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Card, Flex, Form, Input, Typography } from 'antd'
import { CreateFilingProject, FilingProjects } from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { pathOfPlace } from '../form/fields.ts'
import { Instant } from '../parts/instant.tsx'
import { PageButtons, usePaging } from '../parts/pages.tsx'
import { useTold } from '../parts/refusal.ts'
import { Rows } from '../parts/rows.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

const PAGE = 50

export function Filings() {
  const { say } = useWords()
  const session = useSession()
  const navigate = useNavigate()
  const paging = usePaging('')
  const asked = useAsk(FilingProjects, { first: PAGE, after: paging.after })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('filings.title')}</Typography.Title>
      {mayOpen(session, ['maker']) && <NewProject />}
      <StateOf asked={asked}>
        {({ filingProjects }) => (
          <>
            <Rows
              rows={filingProjects.edges.map(({ node }) => node)}
              name={say('filings.title')}
              keyOf={({ id }) => id}
              open={({ id }) => void navigate({ to: '/filings/$id', params: { id } })}
              columns={[
                {
                  title: say('filings.name'),
                  render: ({ id, name }) => <Link to='/filings/$id' params={{ id }}>{name}</Link>,
                },
                { title: say('filings.issuer'), render: ({ issuer }) => issuer },
                {
                  title: say('filings.documents'),
                  render: ({ documents }) => documents.map(({ name }) => name).join(', '),
                },
                { title: say('parameters.by'), render: ({ createdBy }) => createdBy },
                {
                  title: say('filings.created'),
                  render: ({ createdAt }) => <Instant at={createdAt} />,
                },
              ]}
            />
            <PageButtons paging={paging} info={filingProjects.pageInfo} />
          </>
        )}
      </StateOf>
    </Flex>
  )
}

function NewProject() {
  const { say } = useWords()
  const navigate = useNavigate()
  const { refused, failed } = useTold()
  const create = useDo(CreateFilingProject)
  const [form] = Form.useForm<{ name: string; issuer: string }>()
  const submit = async (input: { name: string; issuer: string }) => {
    try {
      const { createFilingProject: result } = await create({ input })
      if (result.__typename === 'FilingProject') {
        await navigate({ to: '/filings/$id', params: { id: result.id } })
        return
      }
      refused(result)
      const [field] = pathOfPlace(result.place) ?? []
      if (field === 'name' || field === 'issuer') {
        form.setFields([{ name: field, errors: [result.message] }])
      }
    } catch (error) {
      failed(error)
    }
  }
  const required = (
    field: string,
  ) => [{ required: true, message: say('entry.required', { field }) }]
  return (
    <Card title={say('filings.new')}>
      <Form form={form} layout='inline' onFinish={submit}>
        <Form.Item name='name' label={say('filings.name')} rules={required(say('filings.name'))}>
          <Input style={{ width: 260 }} maxLength={200} />
        </Form.Item>
        <Form.Item
          name='issuer'
          label={say('filings.issuer')}
          rules={required(say('filings.issuer'))}
        >
          <Input style={{ width: 220 }} maxLength={18} />
        </Form.Item>
        <Button type='primary' htmlType='submit'>{say('filings.create')}</Button>
      </Form>
    </Card>
  )
}
