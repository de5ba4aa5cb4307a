import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayDecide, mayWithdraw, type TaskFacts } from '../../subgraphs/orders/approval.ts'
import type { OrderStatus } from '../../subgraphs/orders/order-state.ts'
import { granted, refusal } from '../support/rig.ts'

const task: TaskFacts = { state: 'OPEN', role: 'checker', maker: 'ann', approvers: ['bob'] }
const cat = { subject: 'cat', roles: ['maker', 'checker'] }

describe('a task', () => {
  it('is decided by somebody else with its role', () => {
    expect(mayDecide(task, cat, 'APPROVE', '').ok).toBe(true)
    expect(mayDecide(task, cat, 'REJECT', 'too dear').ok).toBe(true)
  })

  it.each(
    [
      ['was decided', { state: 'DONE' }, cat, 'APPROVE', '', 'TASK_DECIDED /task'],
      ['was cancelled', { state: 'CANCELLED' }, cat, 'APPROVE', '', 'TASK_DECIDED /task'],
      ['is for another role', { role: 'accountant' }, cat, 'APPROVE', '', 'ROLE_MISSING /task'],
      ['is of one’s own order', { maker: 'cat' }, cat, 'APPROVE', '', 'SELF_APPROVAL /task'],
      [
        'is of one’s own order, to reject',
        { maker: 'cat' },
        cat,
        'REJECT',
        'x',
        'SELF_APPROVAL /task',
      ],
      ['follows one’s own step', { approvers: ['cat'] }, cat, 'APPROVE', '', 'SAME_APPROVER /task'],
      ['is rejected without a reason', {}, cat, 'REJECT', ' \n', 'REASON_MISSING /reason'],
    ] as const,
  )('is not decided when it %s', (_, change, actor, verdict, reason, expected) => {
    expect(refusal(mayDecide({ ...task, ...change }, actor, verdict, reason))).toBe(expected)
  })

  it('is never approved by the maker or twice by one person, whatever is tried in whatever order', () => {
    const people = fc.constantFrom('ann', 'bob', 'cat', 'dan')
    const attempt = fc.record({
      subject: people,
      roles: fc.subarray(['checker', 'accountant', 'director']),
      verdict: fc.constantFrom('APPROVE' as const, 'REJECT' as const),
      reason: fc.constantFrom('', 'no'),
    })
    let complete = 0
    fc.assert(
      fc.property(
        people,
        fc.array(fc.constantFrom('checker', 'accountant', 'director'), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.array(attempt, { maxLength: 30 }),
        (maker, steps, attempts) => {
          const approvers: string[] = []
          let state = 'OPEN'
          for (const { verdict, reason, ...actor } of attempts) {
            const role = steps[approvers.length] ?? 'none'
            const may = mayDecide({ state, role, maker, approvers }, actor, verdict, reason)
            if (!may.ok) continue
            expect(actor.roles).toContain(role)
            if (verdict === 'REJECT') state = 'DONE'
            else approvers.push(actor.subject)
            if (approvers.length === steps.length) state = 'DONE'
          }
          expect(approvers).not.toContain(maker)
          expect(new Set(approvers).size).toBe(approvers.length)
          if (approvers.length === 3) complete += 1
        },
      ),
      { numRuns: 3000 },
    )
    expect(complete, 'orders that three people approved').toBeGreaterThan(5)
  })
})

describe('an order', () => {
  it('is withdrawn by its maker while it is in approval', () => {
    granted(mayWithdraw({ status: 'IN_APPROVAL', maker: 'ann' }, { subject: 'ann' }))
  })

  it('is not withdrawn by anybody else', () => {
    expect(refusal(mayWithdraw({ status: 'IN_APPROVAL', maker: 'ann' }, { subject: 'bob' })))
      .toBe('NOT_MAKER /serial')
  })

  it.each(
    ['APPROVED', 'REJECTED', 'WITHDRAWN', 'PAYING', 'COMPLETED', 'REVERSED'] as OrderStatus[],
  )('is not withdrawn once it is %s', (status) => {
    expect(refusal(mayWithdraw({ status, maker: 'ann' }, { subject: 'ann' })))
      .toBe('NOT_IN_APPROVAL /serial')
  })
})
