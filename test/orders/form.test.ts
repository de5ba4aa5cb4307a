import { describe, expect, it } from 'vitest'
import { checkForm } from '../../subgraphs/orders/form.ts'
import type { Json } from '../../subgraphs/orders/pointer.ts'
import { SHIPPED_TYPES } from '../../subgraphs/orders/shipped-types.ts'
import { branchTransfer, expenseClaim, supplierPayment } from '../support/forms.ts'
import { refusal } from '../support/rig.ts'

const schemaOf = (type: string) => JSON.stringify(SHIPPED_TYPES[type]!.form)
const check = (form: Json) => checkForm(schemaOf('supplier-payment'), form)

describe('a form', () => {
  it.each<[string, Json]>([
    ['supplier-payment', supplierPayment()],
    ['supplier-payment', supplierPayment({ kind: 'CREDIT_NOTE' })],
    ['expense-claim', expenseClaim()],
    ['branch-transfer', branchTransfer()],
  ])('of the type %s is accepted as its schema has it', (type, form) => {
    expect(checkForm(schemaOf(type), form)).toEqual({ ok: true, value: form })
  })

  it.each<[string, Json]>([
    ['/purpose', supplierPayment({ purpose: '' })],
    ['/kind', supplierPayment({ kind: 'GIFT' })],
    ['/payee/name', supplierPayment({ payee: {} })],
    ['/payee/account', supplierPayment({ payee: { name: 'x', account: '1 2' } })],
    ['/expenseCategory', supplierPayment({ expenseCategory: 'lunch' })],
    ['/extra', supplierPayment({ extra: 1 })],
    ['/a~1b~0', supplierPayment({ 'a/b~': 1 })],
    ['/__proto__', JSON.parse('{"__proto__": {}, ' + JSON.stringify(supplierPayment()).slice(1))],
    ['', [] as Json],
  ])('is refused at %j', (place, form) => {
    expect(refusal(check(form))).toBe(`FORM_INVALID ${place}`)
  })

  it('is refused for what it lacks, by name', () => {
    const { institution: _, ...rest } = supplierPayment()
    expect(refusal(check(rest))).toBe('FORM_INVALID /institution')
  })

  it('is refused when its schema cannot be used', () => {
    expect(refusal(checkForm('{"type": "nonsense"}', {}))).toBe('SCHEMA_INVALID')
    expect(refusal(checkForm('{', {}))).toBe('SCHEMA_INVALID')
  })

  it('is checked against the schema that is asked for, however many there are', () => {
    const only = (n: number) => JSON.stringify({ const: n })
    for (let n = 0; n < 450; n++) expect(checkForm(only(n), n).ok, `${n}`).toBe(true)
    for (let n = 0; n < 450; n++) expect(checkForm(only(n), n + 1).ok, `${n}`).toBe(false)
  })
})
