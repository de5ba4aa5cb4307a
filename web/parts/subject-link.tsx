/**
 * A subject of the chart, leading to its accounts.
 */
import { Link } from '@tanstack/react-router'
import { useWords } from '../words/words.ts'

export function SubjectLink(
  { subject, institution }: {
    subject: { readonly code: string; readonly nameZh: string; readonly nameEn: string }
    institution: string | undefined
  },
) {
  const { named } = useWords()
  return (
    <Link
      to='/books/accounts'
      search={{ subject: subject.code, ...(institution === undefined ? {} : { institution }) }}
    >
      {subject.code} {named(subject)}
    </Link>
  )
}
