/**
 * Opening an empty drawer for a teller: without one they take no cash.
 */
import { Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { OpenDrawer, type OpenDrawerInput } from '../../schema/desk.ts'
import { useDo } from '../ask/ask.ts'
import { useTold } from '../parts/refusal.ts'
import { useWords } from '../words/words.ts'

const FIELDS = [
  { name: 'teller', phrase: 'drawers.teller' },
  { name: 'institution', phrase: 'orders.institution' },
  { name: 'currency', phrase: 'books.currency' },
] as const

/** The question; loaded once somebody asks it. */
export function OpenDrawerForm({ close }: { close: () => void }) {
  const { say } = useWords()
  const { done, refused, failed } = useTold()
  const openDrawer = useDo(OpenDrawer)
  const [busy, setBusy] = useState(false)
  const [form] = Form.useForm<OpenDrawerInput>()
  const submit = async (input: OpenDrawerInput) => {
    setBusy(true)
    try {
      const { openDrawer: result, trace } = await openDrawer({ input })
      // What was filled in stays to be mended.
      if (result.__typename === 'LedgerRefusal') return refused(result, trace)
      done(say('drawers.opened', { teller: input.teller }), trace)
      close()
    } catch (error) {
      failed(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={say('drawers.open')}
      mask={{ closable: false }}
      onCancel={close}
      okText={say('drawers.open')}
      cancelText={say('common.cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
    >
      <Form
        form={form}
        layout='vertical'
        preserve={false}
        initialValues={{ currency: 'CNY' }}
        onFinish={(input) => void submit(input)}
      >
        {FIELDS.map(({ name, phrase }) => (
          <Form.Item
            key={name}
            name={name}
            label={say(phrase)}
            rules={[{
              required: true,
              message: say('entry.required', { field: say(phrase) }),
            }]}
          >
            <Input maxLength={100} />
          </Form.Item>
        ))}
      </Form>
    </Modal>
  )
}
