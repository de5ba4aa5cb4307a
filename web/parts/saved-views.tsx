/**
 * The views of a list that somebody keeps: gone to, kept and dropped.
 */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { App, Button, Flex, Input, Select } from 'antd'
import { useState } from 'react'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'
import { dropView, keepView, sameSearch, VIEW_NAME_MAX, viewsOf } from './views.ts'

export function SavedViews({ list }: { list: string }) {
  const { say } = useWords()
  const { modal } = App.useApp()
  const { subject } = useSession()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const [views, setViews] = useState(() => viewsOf(localStorage, subject, list))
  const current = views.find((view) => sameSearch(view.search, search))
  const changed = () => setViews(viewsOf(localStorage, subject, list))
  const keep = () => {
    let name = ''
    const confirm = modal.confirm({
      title: say('views.keep'),
      content: (
        <Input
          autoFocus
          aria-label={say('views.name')}
          placeholder={say('views.name')}
          maxLength={VIEW_NAME_MAX}
          onChange={({ target }) => {
            name = target.value.trim()
            confirm.update({ okButtonProps: { disabled: name === '' } })
          }}
        />
      ),
      okText: say('common.confirm'),
      cancelText: say('common.cancel'),
      okButtonProps: { disabled: true },
      onOk: () => {
        keepView(localStorage, subject, list, { name, search })
        changed()
      },
    })
  }
  return (
    <Flex gap='small'>
      {views.length > 0 && (
        <Select
          aria-label={say('views.title')}
          placeholder={say('views.title')}
          style={{ minWidth: 130 }}
          value={current?.name ?? null}
          options={views.map(({ name }) => ({ value: name, label: name }))}
          onChange={(name) => {
            const view = views.find((each) => each.name === name)
            if (view) void navigate({ to: '.', search: view.search as never })
          }}
        />
      )}
      {current === undefined ? <Button onClick={keep}>{say('views.keep')}</Button> : (
        <Button
          onClick={() => {
            dropView(localStorage, subject, list, current.name)
            changed()
          }}
        >
          {say('views.drop')}
        </Button>
      )}
    </Flex>
  )
}
