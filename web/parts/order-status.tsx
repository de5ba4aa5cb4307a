/**
 * Where an order is: a word and a colour, the word alone would do.
 */
import { Tag } from 'antd'
import type { OrderStatus } from '../../schema/desk.ts'
import { useWords } from '../words/words.ts'

const COLOUR: Readonly<Record<OrderStatus, string>> = {
  IN_APPROVAL: 'processing',
  REJECTED: 'error',
  WITHDRAWN: 'default',
  APPROVED: 'processing',
  POSTING_REFUSED: 'warning',
  PAYING: 'processing',
  PAYMENT_UNKNOWN: 'warning',
  PAYMENT_FAILED: 'error',
  COMPLETED: 'success',
  REVERSED: 'default',
}

export function StatusTag({ status }: { status: OrderStatus }) {
  const { term } = useWords()
  return <Tag color={COLOUR[status]} variant='outlined'>{term('status', status)}</Tag>
}
