/**
 * The accounts behind a line of the trial balance.
 */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Flex, Typography } from 'antd'
import { Accounts as AccountsDocument } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { AccountStatusTag } from '../parts/account-status.tsx'
import { Amount } from '../parts/amount.tsx'
import { Rows } from '../parts/rows.tsx'
import { StateOf } from '../parts/state-of.tsx'
import { useWords } from '../words/words.ts'

export function Accounts() {
  const { subject, institution } = useSearch({ from: '/books/accounts' })
  const { say, named } = useWords()
  const navigate = useNavigate()
  const asked = useAsk(AccountsDocument, {
    subject: subject ?? null,
    institution: institution ?? null,
  })
  return (
    <Flex vertical gap='middle'>
      <Typography.Title level={1}>{say('accounts.title')}</Typography.Title>
      <StateOf asked={asked}>
        {({ accounts }) => (
          <Rows
            rows={accounts}
            name={say('accounts.title')}
            keyOf={({ id }) => id}
            open={({ id }) => void navigate({ to: '/books/accounts/$id', params: { id } })}
            columns={[
              {
                title: say('accounts.account'),
                render: ({ id, number }) => (
                  <Link to='/books/accounts/$id' params={{ id }}>{number ?? id}</Link>
                ),
              },
              {
                title: say('books.subject'),
                render: (account) => `${account.subject.code} ${named(account.subject)}`,
              },
              { title: say('orders.institution'), render: ({ institution }) => institution },
              { title: say('accounts.product'), render: ({ product }) => product },
              {
                title: say('orders.status'),
                render: ({ status }) => <AccountStatusTag status={status} />,
              },
              {
                title: say('accounts.balance'),
                align: 'right',
                render: ({ usualBalance }) => <Amount money={usualBalance} />,
              },
              {
                title: say('accounts.available'),
                align: 'right',
                render: ({ available }) => <Amount money={available} />,
              },
            ]}
          />
        )}
      </StateOf>
    </Flex>
  )
}
