/**
 * Forms against their JSON Schema.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Json } from './pointer.ts'
import { escapeSegment } from './text.ts'

export type FormCode = 'FORM_INVALID' | 'SCHEMA_INVALID'

// `strict: false`: keywords for the user interface are not errors. Formats are left to patterns.
const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false })

/** Compiled validators by the text of their schema: a schema text never changes its meaning. */
const compiled = new Map<string, ValidateFunction>()
const COMPILED_MAX = 200

/** Checks a form. The refusal's place is a JSON Pointer into the form. */
export function checkForm(schemaText: string, form: Json): Result<Json, FormCode> {
  let validate = compiled.get(schemaText)
  if (validate === undefined) {
    try {
      validate = ajv.compile(JSON.parse(schemaText))
    } catch (error) {
      return refuse(
        'SCHEMA_INVALID',
        `The form's schema cannot be used: ${(error as Error).message}`,
      )
    }
    if (compiled.size >= COMPILED_MAX) compiled.clear()
    compiled.set(schemaText, validate)
  }
  if (validate(form)) return ok(form)
  const [error] = validate.errors ?? []
  const missing = error?.params.missingProperty ?? error?.params.additionalProperty
  const place = `${error?.instancePath ?? ''}${
    missing === undefined ? '' : `/${escapeSegment(missing)}`
  }`
  return refuse(
    'FORM_INVALID',
    `The form is not valid at ${place || 'its root'}: ${error?.message}.`,
    place,
  )
}
