/**
 * All rows of a list as a file: read page by page with the rights of whoever asks, as the list itself.
 */
import { Button, Flex } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { Pages } from '../ask/pages.ts'
import { useWords } from '../words/words.ts'
import { download } from './csv.ts'
import type { ListColumn } from './list.tsx'
import { useTold } from './refusal.ts'
import { type Cell, sheetCsv, sheetXlsx } from './sheet.ts'

/** A sheet has no more rows (ECMA-376), and a person reads none of them. */
const ROWS_MAX = 1_000_000
const KINDS = ['csv', 'xlsx'] as const

export function Export<Row>(
  { name, columns, pages }: {
    name: string
    columns: readonly ListColumn<Row>[]
    pages: Pages<Row>
  },
) {
  const { say } = useWords()
  const { failed } = useTold()
  const [rows, setRows] = useState<number>()
  const stopped = useRef(false)
  useEffect(() => () => {
    stopped.current = true
  }, [])
  const save = async (kind: typeof KINDS[number]) => {
    stopped.current = false
    setRows(0)
    try {
      const written = columns.filter(({ text }) => text !== undefined)
      const found: Cell[][] = []
      for await (const page of pages.all()) {
        if (stopped.current) return
        found.push(...page.map((row) => written.map(({ text }) => text!(row))))
        setRows(found.length)
        if (found.length >= ROWS_MAX) break
      }
      const sheet = { name, columns: written.map(({ key }) => key), rows: found }
      download(`${name}.${kind}`, kind === 'csv' ? sheetCsv(sheet) : await sheetXlsx(sheet))
    } catch (error) {
      failed(error)
    } finally {
      setRows(undefined)
    }
  }
  if (rows !== undefined) {
    return (
      <Flex gap='small' align='center'>
        <span role='status'>{say('list.saving', { rows })}</span>
        <Button
          onClick={() => {
            stopped.current = true
          }}
        >
          {say('common.cancel')}
        </Button>
      </Flex>
    )
  }
  return KINDS.map((kind) => (
    <Button key={kind} onClick={() => void save(kind)}>
      {say(kind === 'csv' ? 'list.csv' : 'list.xlsx')}
    </Button>
  ))
}
