import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkDocuments } from '../../../gateway/check/check-documents.ts'
import { readShapes } from '../../../gateway/check/shapes-file.ts'
import { DEFAULT_FRONT_DOOR } from '../../../gateway/door/config.ts'
import { readSavedDocuments } from '../../../gateway/door/trusted/register.ts'
import { clientSchemas } from '../../../gateway/door/trusted/schemas.ts'
import { ROOT, runProcess, testFolder } from '../../support/process.ts'

const SCHEMA = join(ROOT, 'schema')
const SAVED = (await readSavedDocuments(join(SCHEMA, 'documents'))).length

/** A copy of `schema/`, and the command over it. */
function copied() {
  const folder = join(testFolder(), 'schema')
  cpSync(SCHEMA, folder, { recursive: true })
  return {
    edit(file: string, from: string | RegExp, to: string) {
      const path = join(folder, file)
      const text = readFileSync(path, 'utf8')
      expect(text.replace(from, to), 'the edit changes nothing').not.toBe(text)
      writeFileSync(path, text.replace(from, to))
    },
    remove: (file: string) => rmSync(join(folder, file)),
    check: (...args: string[]) =>
      runProcess('deno', ['gateway/cli/check-schema.ts', '--schema', folder, ...args], {}),
  }
}

it('the saved documents of this repository break nothing', async () => {
  const folder = join(SCHEMA, 'documents')
  const schemaFor = await clientSchemas(SCHEMA, DEFAULT_FRONT_DOOR.trusted.people)
  const saved = await readSavedDocuments(folder)
  expect(saved.length).toBeGreaterThan(5)
  const found = await checkDocuments(saved, await readShapes(folder), schemaFor)
  expect(found.filter(({ severity }) => severity === 'break')).toEqual([])
})

describe('check-schema', { timeout: 60_000 }, () => {
  it('names document, coordinate, place and reason of what breaks, until it is accepted', async () => {
    const { edit, check } = copied()
    edit('partner.graphql', 'updatedAt: DateTime!', 'updatedAt: DateTime')
    const broken = await check()
    expect(broken).toMatchObject({ code: 1 })
    expect(broken.stdout).toContain(
      'break partner/orderStatus.graphql ANSWER_NULLABLE BusinessOrder.updatedAt ' +
        'at order.updatedAt: It was DateTime! and is DateTime: it may be null now.\n',
    )
    // Staff's schema did not change, and the other documents of partners do not read it.
    expect(broken.stdout).toContain(`${SAVED} saved documents, 1 broken\n`)
    expect(await check('--accept')).toMatchObject({ code: 0 })
    expect(await check()).toMatchObject({ code: 0, stdout: `${SAVED} saved documents, 0 broken\n` })
  })

  it('finds a field that is gone for partners alone, and accepts no document that is invalid', async () => {
    const { edit, check } = copied()
    edit('partner.graphql', '  updatedAt: DateTime!\n', '')
    const broken = await check()
    expect(broken).toMatchObject({ code: 1 })
    expect(broken.stdout).toContain(
      'break partner/orderStatus.graphql INVALID BusinessOrder.updatedAt at 8:5: Cannot query',
    )
    const refused = await check('--accept')
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain('partner/orderStatus: Cannot query field "updatedAt"')
    expect(await check()).toMatchObject({ code: 1 })
  })

  it('finds documents that changed, went or came', async () => {
    const { edit, remove, check } = copied()
    edit('documents/partner/orderStatus.graphql', 'updatedAt', 'createdAt')
    remove('documents/partner/myOrders.graphql')
    edit('documents/shapes.json', '"desk/decideAll"', '"desk/decided"')
    const { code, stdout } = await check()
    expect(code).toBe(1)
    expect(stdout.split('\n').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'break desk/decideAll.graphql NOT_RECORDED',
      'break partner/orderStatus.graphql TEXT_CHANGED',
      'break desk/decided.graphql DOCUMENT_GONE',
      'break partner/myOrders.graphql DOCUMENT_GONE',
      `${SAVED - 1} saved documents,`,
      '',
    ])
  })

  it('accepts one document and leaves what the others rely on', async () => {
    const { edit, remove, check } = copied()
    edit('partner.graphql', 'failureCode: String', 'failureCode: Int')
    edit('partner.graphql', 'hasNextPage: Boolean!', 'hasNextPage: Boolean')
    remove('documents/desk/myTasks.graphql')
    expect((await check()).stdout).toContain(`${SAVED - 1} saved documents, 3 broken\n`)
    const accepted = await check('--accept', 'partner/myOrders', 'desk/myTasks')
    expect(accepted).toMatchObject({ code: 0 })
    expect(accepted.stdout).toContain('accepted: partner/myOrders, desk/myTasks\n')
    const left = await check()
    expect(left).toMatchObject({ code: 1 })
    expect(left.stdout.split('\n')).toEqual([
      expect.stringMatching(/^break partner\/orderStatus\.graphql ANSWER_TYPE /),
      `${SAVED - 1} saved documents, 1 broken`,
      '',
    ])
    const unknown = await check('--accept', 'partner/nobody')
    expect(unknown).toMatchObject({ code: 2 })
    expect(unknown.stderr).toContain('partner/nobody: no such document')
    // Only accepting takes names.
    expect(await check('partner/orderStatus')).toMatchObject({ code: 2 })
  })

  it('says what is wrong with a record that it cannot read, and with its own arguments', async () => {
    const { edit, check } = copied()
    edit('documents/shapes.json', '"version": 1', '"version": 2')
    const unreadable = await check()
    expect(unreadable).toMatchObject({ code: 2 })
    expect(unreadable.stderr).toContain('shapes.json is not a file of shapes')
    expect(await check('--nonsense')).toMatchObject({ code: 2 })
  })
})
