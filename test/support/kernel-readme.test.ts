import { expect, it } from 'vitest'
import { codesInReadme, codesInSource } from './readme.ts'

it('the README of the kernel lists the codes that the source has, and no others', () => {
  const codes = codesInSource('kernel')
  expect(codes.refusals.length).toBeGreaterThan(0)
  expect(codesInReadme('kernel')).toEqual(codes)
})
