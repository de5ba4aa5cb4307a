/**
 * A period and an institution, in the URL of the screen that shows the books by them.
 */
import { useNavigate } from '@tanstack/react-router'
import { Flex, Input } from 'antd'
import type { ReactNode } from 'react'
import type { BooksFilter } from '../router.tsx'
import { useWords } from '../words/words.ts'

export function PeriodFilter(
  { path, filter, children }: {
    path: '/books' | '/statements'
    filter: { [K in keyof BooksFilter]: BooksFilter[K] | undefined }
    children?: ReactNode
  },
) {
  const { say } = useWords()
  const navigate = useNavigate()
  const show = (change: BooksFilter) => {
    const next = Object.entries({ ...filter, ...change })
      .filter(([, value]) => value !== undefined && value !== '')
    void navigate({ to: path, search: Object.fromEntries(next) })
  }
  return (
    <Flex gap='middle' wrap align='end'>
      {(['from', 'to'] as const).map((end) => (
        <label key={end}>
          {say(`books.${end}`)}{' '}
          <Input
            type='date'
            style={{ width: 180 }}
            value={filter[end]}
            onChange={({ target }) => target.value !== '' && show({ [end]: target.value })}
          />
        </label>
      ))}
      <label>
        {say('books.institution')}{' '}
        <Input
          style={{ width: 140 }}
          defaultValue={filter.institution}
          onPressEnter={({ currentTarget }) => show({ institution: currentTarget.value.trim() })}
        />
      </label>
      {children}
    </Flex>
  )
}
