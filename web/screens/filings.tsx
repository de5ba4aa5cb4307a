/**
 * Projects of filings: those that there are, and a new one.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Card, Flex, Form, Input, Typography } from 'antd'
import { useMemo } from 'react'
import { CreateFilingProject, FilingProjects, type FilingProjectsQuery } from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { usePages } from '../ask/pages.ts'
import { pathOfPlace } from '../form/fields.ts'
import { bankTime, Instant } from '../parts/instant.tsx'
import { List, type ListColumn } from '../parts/list.tsx'
import { useTold } from '../parts/refusal.ts'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

type Project = FilingProjectsQuery['filingProjects']['edges'][number]['node']

const keyOf = ({ id }: Project) => id

export function Filings() {
  const { say } = useWords()
  const session = useSession()
  const navigate = useNavigate()
  const columns = useColumns()
  const pages = usePages({
    document: FilingProjects,
    variables: {},
    connection: ({ filingProjects }) => filingProjects,
    keyOf,
  })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('filings.title')}</Typography.Title>
      {mayOpen(session, ['maker']) && <NewProject />}
      <List
        id='filings'
        name={say('filings.title')}
        pages={pages}
        columns={columns}
        keyOf={keyOf}
        open={({ id }) => void navigate({ to: '/filings/$id', params: { id } })}
      />
    </Flex>
  )
}

function useColumns(): readonly ListColumn<Project>[] {
  const { say } = useWords()
  return useMemo(() => [
    {
      key: 'name',
      title: say('filings.name'),
      render: ({ id, name }) => <Link to='/filings/$id' params={{ id }}>{name}</Link>,
      text: ({ name }) => name,
    },
    {
      key: 'issuer',
      title: say('filings.issuer'),
      render: ({ issuer }) => issuer,
      text: ({ issuer }) => issuer,
    },
    {
      key: 'documents',
      title: say('filings.documents'),
      render: ({ documents }) => documents.map(({ name }) => name).join(', '),
      text: ({ documents }) => documents.map(({ name }) => name).join(', '),
    },
    {
      key: 'createdBy',
      title: say('parameters.by'),
      render: ({ createdBy }) => createdBy,
      text: ({ createdBy }) => createdBy,
    },
    {
      key: 'createdAt',
      title: say('filings.created'),
      render: ({ createdAt }) => <Instant at={createdAt} />,
      text: ({ createdAt }) => bankTime(createdAt),
    },
  ], [say])
}

function NewProject() {
  const { say } = useWords()
  const navigate = useNavigate()
  const { done, refused, failed } = useTold()
  const create = useDo(CreateFilingProject)
  const [form] = Form.useForm<{ name: string; issuer: string }>()
  const submit = async (input: { name: string; issuer: string }) => {
    try {
      const { createFilingProject: result, trace } = await create({ input })
      if (result.__typename === 'FilingProject') {
        done(input.name, trace)
        await navigate({ to: '/filings/$id', params: { id: result.id } })
        return
      }
      refused(result, trace)
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
