import { expect, it } from 'vitest'
import { codesInReadme, codesInSource } from '../support/readme.ts'

it('the README of documents lists the codes that the source has, and no others', () => {
  const codes = codesInSource('documents')
  expect(codes.refusals.length).toBeGreaterThan(0)
  expect(codesInReadme('documents')).toEqual(codes)
})
