import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountNumber,
  type AccountState,
  availableOf,
  checkMovement,
  checkTakesEntries,
  type DayMovement,
  isAccountNumber,
  moveDay,
  type OpenDay,
  usualBalance,
} from '../../subgraphs/ledger/account.ts'

const deposit = (change: Partial<AccountState> = {}): AccountState => ({
  no: 1n,
  id: 'acc_1',
  institution: '1001',
  subject: '2011',
  currency: 'CNY',
  number: '1001000000018',
  normal: 'CREDIT',
  status: 'OPEN',
  min: 0n,
  max: null,
  held: 0n,
  balance: -100n,
  last: null,
  day: null,
  ...change,
})
const codeOf = (before: AccountState, change: Partial<AccountState>) =>
  checkMovement(before, { ...before, ...change })?.code

describe('an account', () => {
  it('has its usual balance on its usual side', () => {
    expect(usualBalance(deposit())).toBe(100n)
    expect(usualBalance(deposit({ normal: 'DEBIT' }))).toBe(-100n)
  })

  it('has available what is neither held nor below its lower limit', () => {
    expect(availableOf(deposit({ held: 30n }))).toBe(70n)
    expect(availableOf(deposit({ held: 30n, min: -50n })), 'an overdraft adds').toBe(120n)
    expect(availableOf(deposit({ held: 30n, min: 80n }))).toBe(-10n)
  })

  it.each(
    [
      ['CLOSED', 'ACCOUNT_CLOSED'],
      ['FROZEN', 'ACCOUNT_FROZEN'],
      ['STOPPED', undefined],
      ['OPEN', undefined],
    ] as const,
  )('that is %s takes entries or says %s', (status, code) => {
    expect(checkTakesEntries(deposit({ status }))?.code).toBe(code)
  })

  it('does not fall below its lower limit with holds counted out, to the last unit', () => {
    expect(codeOf(deposit({ held: 40n }), { balance: -40n })).toBeUndefined()
    expect(codeOf(deposit({ held: 40n }), { balance: -39n })).toBe('INSUFFICIENT_FUNDS')
    expect(codeOf(deposit({ held: 40n }), { balance: -39n, held: 39n })).toBeUndefined()
  })

  it('does not rise above its upper limit', () => {
    expect(codeOf(deposit({ max: 110n }), { balance: -110n })).toBeUndefined()
    expect(codeOf(deposit({ max: 110n }), { balance: -111n })).toBe('BALANCE_ABOVE_LIMIT')
  })

  it('beyond a limit that came later may still be brought back', () => {
    expect(codeOf(deposit({ min: 200n }), { balance: -150n })).toBeUndefined()
    expect(codeOf(deposit({ min: 200n }), { balance: -99n })).toBe('INSUFFICIENT_FUNDS')
    expect(codeOf(deposit({ max: 50n }), { balance: -80n })).toBeUndefined()
    expect(codeOf(deposit({ max: 50n }), { balance: -101n })).toBe('BALANCE_ABOVE_LIMIT')
  })

  it('that is stopped takes money in and gives none out', () => {
    const stopped = deposit({ status: 'STOPPED' })
    expect(codeOf(stopped, { balance: -101n })).toBeUndefined()
    expect(codeOf(stopped, { balance: -99n })).toBe('ACCOUNT_STOPPED')
  })
})

describe('an account number', () => {
  it('checks itself: any one digit that is mistyped is noticed', () => {
    fc.assert(fc.property(
      fc.bigInt({ min: 1n, max: 999_999_999n }),
      fc.nat({ max: 13 }),
      fc.integer({ min: 1, max: 9 }),
      (sequence, at, shift) => {
        const number = accountNumber('1001', sequence)
        expect(number).toHaveLength(14)
        expect(isAccountNumber(number)).toBe(true)
        const digit = (Number(number[at]) + shift) % 10
        expect(isAccountNumber(number.slice(0, at) + digit + number.slice(at + 1))).toBe(false)
      },
    ))
  })

  it('agrees with the published example of the check digit', () => {
    // Luhn's digit of 7992739871 is 3.
    expect(isAccountNumber('79927398713')).toBe(true)
    expect(isAccountNumber('79927398710')).toBe(false)
  })
})

describe('the days of an account', () => {
  const dates = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25']
  const entry: fc.Arbitrary<DayMovement> = fc.record({
    bookingOn: fc.constantFrom(...dates),
    valueOn: fc.constantFrom(...dates),
    debit: fc.bigInt({ min: 0n, max: 100n }),
    credit: fc.bigInt({ min: 0n, max: 100n }),
  })

  it('stored and open together hold every entry under its own dates, in any order', () => {
    fc.assert(fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
      const sums = (rows: readonly DayMovement[]) => {
        const by: Record<string, [bigint, bigint]> = {}
        for (const { bookingOn, valueOn, debit, credit } of rows) {
          const [d, c] = by[`${bookingOn} ${valueOn}`] ?? [0n, 0n]
          by[`${bookingOn} ${valueOn}`] = [d + debit, c + credit]
        }
        return Object.fromEntries(Object.entries(by).filter(([, [d, c]]) => d !== 0n || c !== 0n))
      }
      let day: OpenDay | null = null
      const stored: DayMovement[] = []
      for (const one of entries) {
        const moved: ReturnType<typeof moveDay> = moveDay(day, one)
        day = moved.day
        if (moved.stored !== undefined) stored.push(moved.stored)
      }
      const open = day as OpenDay | null
      if (open !== null) {
        const { on, debit, credit } = open
        stored.push({ bookingOn: on, valueOn: on, debit, credit })
      }
      expect(sums(stored)).toEqual(sums(entries))
    }))
  })

  it('write nothing while an account stays in its day', () => {
    const same = { bookingOn: '2026-11-23', valueOn: '2026-11-23', debit: 1n, credit: 0n }
    const first = moveDay(null, same)
    expect(first.stored).toBeUndefined()
    expect(moveDay(first.day, same)).toEqual({
      day: { on: '2026-11-23', debit: 2n, credit: 0n },
      stored: undefined,
    })
  })
})
