/**
 * What an account allows at the moment.
 */
import { Tag } from 'antd'
import type { AccountStatus } from '../../schema/desk.ts'
import { useWords } from '../words/words.ts'

const COLOUR: Readonly<Record<AccountStatus, string>> = {
  OPEN: 'success',
  STOPPED: 'warning',
  FROZEN: 'error',
  CLOSED: 'default',
}

export function AccountStatusTag({ status }: { status: AccountStatus }) {
  const { term } = useWords()
  return <Tag color={COLOUR[status]} variant='outlined'>{term('account', status)}</Tag>
}
