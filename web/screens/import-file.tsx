/**
 * Importing a file of payments: upload, live progress, a report to download.
 */
import {
  Alert,
  App,
  Button,
  Card,
  Flex,
  Form,
  Input,
  Progress,
  Select,
  Statistic,
  Typography,
} from 'antd'
import { useState } from 'react'
import { ImportOrders, ImportProgress, OrderTypes } from '../../schema/desk.ts'
import { useAsk, useDo, useFollow } from '../ask/ask.ts'
import { isOver } from '../ask/job.ts'
import { useSend } from '../ask/send.ts'
import { isJson } from '../form/json.ts'
import { readPasted } from '../form/pasted.ts'
import { useFetchFile } from '../parts/fetch-file.ts'
import { useTold } from '../parts/refusal.ts'
import { FailureAlert } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'
import { FILE_LIMIT_BYTES, fileSize, uploadFile } from '../parts/upload.ts'

export function ImportFile() {
  const { say } = useWords()
  const [job, setJob] = useState<string>()
  return (
    <Flex vertical gap='middle' style={{ maxWidth: 820 }}>
      <Typography.Title level={1}>{say('import.title')}</Typography.Title>
      <ImportForm started={setJob} />
      {job !== undefined && <ImportState key={job} id={job} />}
    </Flex>
  )
}

/** What the form asks for besides the file. */
interface Filled {
  readonly type: string
  readonly mapping: string
}

function ImportForm({ started }: { started: (job: string) => void }) {
  const { say, named } = useWords()
  const send = useSend()
  const { modal } = App.useApp()
  const { done, refused, failed } = useTold()
  const types = useAsk(OrderTypes, {})
  const importOrders = useDo(ImportOrders)
  const [file, setFile] = useState<File>()
  const [pasted, setPasted] = useState<number>()
  const [percent, setPercent] = useState<number>()
  const tooLarge = file !== undefined && file.size > FILE_LIMIT_BYTES

  /** Says once more what is brought: many payments are begun at once. */
  const ask = (filled: Filled) => {
    const { name, size } = file!
    const type = types.data?.orderTypes.find(({ code }) => code === filled.type)
    modal.confirm({
      title: say('import.confirm', { type: type === undefined ? filled.type : named(type) }),
      content: pasted === undefined
        ? `${name} · ${fileSize(size)}`
        : say('import.pasted', { rows: pasted, size: fileSize(size) }),
      okText: say('import.start'),
      cancelText: say('common.cancel'),
      // At once: for a moment antd has the focus on the way back.
      okButtonProps: { autoFocus: true },
      onOk(close: () => void) {
        close()
        void start(filled)
      },
    })
  }
  const start = async ({ type, mapping }: Filled) => {
    try {
      const uploaded = await send(uploadFile(file!, setPercent))
      if (!uploaded.ok) return refused(uploaded)
      const { importOrders: result, trace } = await importOrders({
        input: { file: uploaded.hash, type, mapping: JSON.parse(mapping) },
      })
      if (result.__typename === 'ImportJob') {
        done(say('job.begun'), trace)
        started(result.id)
      } else refused(result, trace)
    } catch (error) {
      failed(error)
    } finally {
      setPercent(undefined)
    }
  }

  return (
    <Card>
      {types.failure && <FailureAlert failure={types.failure} again={types.again} />}
      <Form layout='vertical' onFinish={ask}>
        <Form.Item label={say('import.file')} htmlFor='import-file' required>
          <input
            id='import-file'
            type='file'
            accept='.csv,text/csv'
            onChange={({ target }) => {
              setFile(target.files?.[0])
              setPasted(undefined)
            }}
          />
          <Input.TextArea
            aria-label={say('import.paste')}
            placeholder={say('import.paste')}
            rows={1}
            value=''
            style={{ marginTop: 8 }}
            onPaste={(event) => {
              // Kept as a file: a field with a hundred thousand lines would hold the browser up.
              event.preventDefault()
              const pasted = readPasted(event.clipboardData.getData('text/plain'))
              if (pasted === undefined) {
                refused({ code: 'PASTE_EMPTY', message: say('import.paste.none') })
                return
              }
              setFile(new File([pasted.csv], 'pasted.csv', { type: 'text/csv' }))
              setPasted(pasted.rows)
            }}
          />
          {pasted !== undefined && (
            <output>{say('import.pasted', { rows: pasted, size: fileSize(file!.size) })}</output>
          )}
          {tooLarge && (
            <Alert
              type='error'
              role='alert'
              title={say('import.too-large', { limit: fileSize(FILE_LIMIT_BYTES) })}
            />
          )}
        </Form.Item>
        <Form.Item
          name='type'
          label={say('import.type')}
          rules={[{
            required: true,
            message: say('entry.required', { field: say('import.type') }),
          }]}
        >
          <Select
            options={(types.data?.orderTypes ?? []).map((type) => ({
              value: type.code,
              label: named(type),
            }))}
          />
        </Form.Item>
        <Form.Item
          name='mapping'
          label={say('import.mapping')}
          rules={[{
            validator: (_, text) =>
              isJson(text)
                ? Promise.resolve()
                : Promise.reject(new Error(say('import.mapping.wrong'))),
          }]}
        >
          <Input.TextArea autoSize={{ minRows: 6, maxRows: 20 }} spellCheck={false} />
        </Form.Item>
        <Flex gap='middle' align='center'>
          <Button
            type='primary'
            size='large'
            htmlType='submit'
            loading={percent !== undefined}
            disabled={file === undefined || tooLarge}
          >
            {say('import.start')}
          </Button>
          {percent !== undefined && (
            <span role='status'>{say('import.uploading', { percent })}</span>
          )}
        </Flex>
      </Form>
    </Card>
  )
}

function ImportState({ id }: { id: string }) {
  const { say, term } = useWords()
  const { data, failure } = useFollow(ImportProgress, { id }, false, {
    again: (told) => told !== undefined && !isOver(told.importProgress),
  })
  const job = data?.importProgress
  const fetchFile = useFetchFile()
  return (
    <Card title={job && term('import.phase', job.phase)} aria-live='polite'>
      {failure && <FailureAlert failure={failure} />}
      {job && (
        <Flex vertical gap='middle'>
          <Progress
            percent={job.bytesTotal === 0 ? 100 : Math.floor(100 * job.bytes / job.bytesTotal)}
            status={job.state === 'FAILED'
              ? 'exception'
              : job.state === 'DONE'
              ? 'success'
              : 'active'}
            aria-label={say('import.title')}
          />
          <Flex gap='large' wrap>
            <span>{say('import.rows', { rows: job.rows })}</span>
            <Statistic title={say('import.posted')} value={job.posted} />
            <Statistic title={say('import.waiting')} value={job.waiting} />
            <Statistic title={say('import.refused')} value={job.refused} />
          </Flex>
          {job.error !== null && <Alert type='error' role='alert' title={job.error} />}
          {job.report !== null && (
            <Button onClick={() => fetchFile(job.report!, `import-${id}.csv`)}>
              {say('import.report')}
            </Button>
          )}
        </Flex>
      )}
    </Card>
  )
}
