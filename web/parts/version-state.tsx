/**
 * Where a version stands that one person drafts and another decides about.
 */
import { Tag } from 'antd'
import { useWords } from '../words/words.ts'

const COLOUR = { DRAFT: 'default', SUBMITTED: 'processing', APPROVED: 'success', REJECTED: 'error' }

export function VersionState({ state }: { state: keyof typeof COLOUR }) {
  const { term } = useWords()
  return <Tag color={COLOUR[state]} variant='outlined'>{term('version', state)}</Tag>
}
