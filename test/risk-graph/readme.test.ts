import { expect, it } from 'vitest'
import { codesInReadme, codesInSource } from '../support/readme.ts'

it('the README of the risk graph lists the codes that the source has, and no others', () => {
  const codes = codesInSource('risk-graph')
  expect(codes.refusals.length).toBeGreaterThan(0)
  expect(codes.findings.length).toBeGreaterThan(0)
  expect(codesInReadme('risk-graph')).toEqual(codes)
})
