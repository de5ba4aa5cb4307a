import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { SHIPPED_TYPES } from '../../subgraphs/orders/shipped-types.ts'
import { fieldsOf, filled, pathOfPlace, shownAs } from '../../web/form/fields.ts'
import { branchTransfer, expenseClaim, supplierPayment } from '../support/forms.ts'

const FORMS = {
  'expense-claim': expenseClaim(),
  'supplier-payment': supplierPayment(),
  'branch-transfer': branchTransfer(),
} as const

describe('the fields of a form', () => {
  it('are those of every shipped type, and none has to be edited as JSON', () => {
    expect(Object.keys(SHIPPED_TYPES).toSorted()).toEqual(Object.keys(FORMS).toSorted())
    for (const [code, form] of Object.entries(FORMS)) {
      const fields = fieldsOf(SHIPPED_TYPES[code]!.form, 'zh')
      const paths = fields.map(({ path }) => path.join('.'))
      expect(paths).toEqual(expect.arrayContaining(
        Object.entries(form).flatMap(([name, value]) =>
          typeof value === 'object'
            ? Object.keys(value!).map((inner) => `${name}.${inner}`)
            : [name]
        ),
      ))
      expect(fields.filter(({ kind }) => kind === 'json')).toEqual([])
    }
  })

  it('begin with what is required, in the order of the schema, also after it was stored', () => {
    const { form } = SHIPPED_TYPES['supplier-payment']!
    const sorted = JSON.parse(
      JSON.stringify(
        form,
        (_, value) =>
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? Object.fromEntries(
              Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1),
            )
            : value,
      ),
    )
    const fields = fieldsOf(sorted, 'zh')
    expect(fields.slice(0, 4).map(({ path }) => path.join('.')))
      .toEqual(['kind', 'payee.name', 'payee.account', 'payee.bank'])
    expect(fields.filter(({ required }) => required).map(({ path }) => path.join('.'))).toEqual(
      ['kind', 'payee.name', 'amount', 'currency', 'purpose', 'documentOn', 'institution'],
    )
  })

  it.each(Object.entries(SHIPPED_TYPES))('of %s are English in English', (_, { form }) => {
    for (const field of fieldsOf(form, 'en')) {
      expect(field.title).not.toMatch(/\p{Script=Han}/u)
      for (const { label } of field.choices) expect(label).not.toMatch(/\p{Script=Han}/u)
    }
    for (const { title } of fieldsOf(form, 'zh')) expect(title).toMatch(/\p{Script=Han}/u)
  })

  it('show a choice by its name, and what is no choice of theirs as it is', () => {
    const category = fieldsOf(SHIPPED_TYPES['expense-claim']!.form, 'zh')
      .find(({ path }) => path[0] === 'expenseCategory')!
    expect(shownAs(category, 'travel')).toBe('差旅')
    expect(shownAs(category, 'toString')).toBe('toString')
  })

  it('left empty are absent, so that the schema takes the form', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false })
      .compile(SHIPPED_TYPES['supplier-payment']!.form as object)
    const form = { ...supplierPayment(), payee: { name: '华东印刷', account: '', bank: undefined } }
    expect(validate(form)).toBe(false)
    expect(validate(filled({ ...form, documentNumber: '' }))).toBe(true)
    expect(filled({ a: { b: '' }, c: '0' })).toEqual({ c: '0' })
  })

  it('are found by the place of a refusal', () => {
    expect(pathOfPlace('/payee/name')).toEqual(['payee', 'name'])
    expect(pathOfPlace('/a~1b/c~0d')).toEqual(['a/b', 'c~d'])
    expect(pathOfPlace('')).toBeUndefined()
    expect(pathOfPlace(null)).toBeUndefined()
  })
})
