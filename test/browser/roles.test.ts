import { describe, expect, it } from 'vitest'
import type { DemoRole } from '../../gateway/demo.ts'
import { onEngine } from '../rig/engines.ts'
import { seriousFindings, sharedDesk } from './desk.ts'

/** Screens of others, and what is not offered beside a list that everybody may read. */
const RIGHTS: readonly {
  readonly role: DemoRole
  readonly others: readonly string[]
  readonly withheld: readonly (readonly [path: string, list: string, acts: readonly string[]])[]
}[] = [
  { role: 'accountant', others: ['/orders/new', '/orders/import', '/evidence'], withheld: [] },
  { role: 'investigator', others: ['/day-end', '/orders'], withheld: [] },
  {
    role: 'checker',
    others: ['/rules', '/orders/new'],
    withheld: [
      ['/day-end', '会计日', ['试跑', '日终', '关账', '开立尾箱']],
      ['/filings', '申报文件审核', ['新建']],
      ['/suspense', '挂账', ['销账']],
    ],
  },
  {
    role: 'maker',
    others: ['/tasks', '/alerts'],
    withheld: [['/parameters?key=rate.lpr.1y', '参数中心', ['起草新版本', '同意', '驳回']]],
  },
]

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)

  describe('a role', { timeout: 60_000 }, () => {
    it('is shown the screens that are for it', async () => {
      const { page } = await desk.open('accountant', '/')
      const names = await page.getByRole('navigation').getByRole('link').allInnerTexts()
      expect(names).toContain('待办任务')
      expect(names).not.toContain('录入业务单')
    })

    it.each(RIGHTS)(
      '$role is told which screens are for others, and offered nothing that the server would refuse',
      async ({ role, others, withheld }) => {
        const { page } = await desk.open(role, '/')
        for (const path of others) {
          await page.goto(new URL(path, desk.url()).href)
          await page.getByText('您的角色不用这个页面').waitFor()
          expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
          expect(await seriousFindings(page)).toEqual([])
        }
        for (const [path, list, acts] of withheld) {
          await page.goto(new URL(path, desk.url()).href)
          await page.getByRole('table', { name: list }).waitFor()
          for (const name of acts) {
            expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0)
          }
        }
      },
    )
  })
})
