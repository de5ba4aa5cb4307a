/**
 * Entering an order: choose a type, fill in its form, check it, submit it once.
 */
import { useNavigate } from '@tanstack/react-router'
import { Alert, Button, Card, Descriptions, Flex, Form, Input, Select, Typography } from 'antd'
import { type RefObject, useState } from 'react'
import { OrderTypes, SubmitOrder } from '../../schema/desk.ts'
import { useAsk, useDo } from '../ask/ask.ts'
import { fieldsOf, filled, type FormField, pathOfPlace, shownAs } from '../form/fields.ts'
import { groupDigits } from '../parts/amount.tsx'
import { bankToday } from '../parts/instant.tsx'
import { useLeaving } from '../parts/leaving.ts'
import { useTold } from '../parts/refusal.ts'
import { StateOf } from '../parts/state-of.tsx'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'

/**
 * What was filled in for a type of order: kept while another type is looked at.
 *
 * @property key one for one filling-in: pressing twice, or again after a lost answer, is one order
 */
interface Filling {
  readonly key: string
  values: object
}

export function NewOrder() {
  const { say, named } = useWords()
  const asked = useAsk(OrderTypes, {})
  const [code, setCode] = useState<string>()
  const half = useLeaving()
  const [fillings] = useState(() => new Map<string, Filling>())
  const fillingOf = (type: string) => {
    const filling = fillings.get(type) ?? { key: crypto.randomUUID(), values: {} }
    fillings.set(type, filling)
    return filling
  }
  return (
    <Flex vertical gap='middle' style={{ maxWidth: 820 }}>
      <Typography.Title level={1}>{say('entry.title')}</Typography.Title>
      <StateOf asked={asked}>
        {({ orderTypes }) => {
          const type = orderTypes.find((each) => each.code === code)
          return (
            <>
              <Flex gap='small' wrap role='group' aria-label={say('entry.choose')}>
                {orderTypes.map((each) => (
                  <Button
                    key={each.code}
                    size='large'
                    type={each.code === code ? 'primary' : 'default'}
                    aria-pressed={each.code === code}
                    onClick={() => setCode(each.code)}
                  >
                    {named(each)}
                  </Button>
                ))}
              </Flex>
              {type && (
                <OrderForm
                  key={type.code}
                  type={type.code}
                  schema={type.form}
                  filling={fillingOf(type.code)}
                  half={half}
                />
              )}
            </>
          )
        }}
      </StateOf>
    </Flex>
  )
}

function OrderForm(
  { type, schema, filling, half }: {
    type: string
    schema: unknown
    filling: Filling
    /** Whether there is something to lose. */
    half: RefObject<boolean>
  },
) {
  const { say, language } = useWords()
  const session = useSession()
  const navigate = useNavigate()
  const { done, refused, failed } = useTold()
  const submitOrder = useDo(SubmitOrder)
  const [form] = Form.useForm()
  const [checking, setChecking] = useState<unknown>()
  const [sending, setSending] = useState(false)
  const fields = fieldsOf(schema, language)

  const submit = async () => {
    setSending(true)
    try {
      const { submitOrder: result, trace } = await submitOrder({
        input: { type, form: checking, idempotencyKey: filling.key },
      })
      if (result.__typename === 'SubmittedOrder') {
        const { serial } = result.order
        half.current = false
        done(say('entry.done', { serial }), trace)
        await navigate({ to: '/orders/$serial', params: { serial } })
        return
      }
      refused(result, trace)
      setChecking(undefined)
      const path = pathOfPlace(result.place)
      if (path) form.setFields([{ name: path, errors: [result.message] }])
    } catch (error) {
      failed(error)
    } finally {
      setSending(false)
    }
  }

  return (
    <Card>
      {checking !== undefined && (
        <Flex vertical gap='middle'>
          <Alert type='info' showIcon title={say('entry.check')} />
          <Descriptions
            column={1}
            items={fields.flatMap((field) => {
              const { path, title, kind } = field
              const value = valueAt(checking, path)
              if (value === undefined) return []
              return [{
                key: path.join('.'),
                label: title,
                children: kind === 'amount'
                  ? groupDigits(String(value))
                  : shownAs(field, String(value)),
              }]
            })}
          />
          <Flex gap='small'>
            <Button type='primary' size='large' loading={sending} onClick={submit} autoFocus>
              {say('entry.submit')}
            </Button>
            <Button size='large' disabled={sending} onClick={() => setChecking(undefined)}>
              {say('entry.back')}
            </Button>
          </Flex>
        </Flex>
      )}
      <Form
        form={form}
        layout='vertical'
        style={{ display: checking === undefined ? 'block' : 'none' }}
        initialValues={{ ...initialOf(fields, session.institution), ...filling.values }}
        onValuesChange={(_, values) => {
          half.current = true
          filling.values = values
        }}
        onFinish={(values) => setChecking(filled(values))}
        scrollToFirstError={{ focus: true }}
      >
        {fields.map((field) => (
          <Form.Item
            key={field.path.join('.')}
            name={[...field.path]}
            label={field.title}
            rules={rulesOf(field, say)}
          >
            {inputOf(field)}
          </Form.Item>
        ))}
        <Button type='primary' size='large' htmlType='submit'>{say('entry.preview')}</Button>
      </Form>
    </Card>
  )
}

function rulesOf(
  { title, required, pattern, maxLength }: FormField,
  say: ReturnType<typeof useWords>['say'],
) {
  return [
    ...(required ? [{ required, message: say('entry.required', { field: title }) }] : []),
    ...(pattern === undefined ? [] : [{
      pattern: new RegExp(pattern, 'u'),
      message: say('entry.malformed', { field: title }),
    }]),
    ...(maxLength === undefined ? [] : [{
      max: maxLength,
      message: say('entry.malformed', { field: title }),
    }]),
  ]
}

function inputOf({ kind, choices }: FormField) {
  if (kind === 'choice') {
    return (
      <Select
        showSearch
        allowClear
        optionFilterProp='label'
        options={[...choices]}
      />
    )
  }
  if (kind === 'date') return <Input type='date' style={{ maxWidth: 220 }} />
  if (kind === 'amount') {
    return <Input inputMode='decimal' className='amount' style={{ maxWidth: 260 }} />
  }
  if (kind === 'text') return <Input />
  return <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} />
}

/** What stands in the fields at first: the schema's defaults, today, one's own institution. */
function initialOf(fields: readonly FormField[], institution: string | undefined): object {
  const initial: Record<string, unknown> = {}
  for (const { path, kind, initial: given } of fields) {
    const value = given ?? (kind === 'date' ? bankToday() : undefined) ??
      (path.length === 1 && path[0] === 'institution' ? institution : undefined)
    if (value !== undefined && path.length === 1) initial[path[0]!] = value
  }
  return initial
}

function valueAt(form: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined,
    form,
  )
}
