import { describe, expect, it } from 'vitest'
import { onEngine } from '../rig/engines.ts'
import { loadMotorBook } from '../support/motor-book.ts'
import { expectQuiet, seriousFindings, sharedDesk } from './desk.ts'

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)

  describe('a ring', { timeout: 120_000 }, () => {
    it('is opened, walked on the chart, investigated and closed with an outcome', async () => {
      await loadMotorBook(desk.server().demo)
      const opened = await desk.open('investigator', '/alerts')
      const { page } = opened
      await page.getByRole('button', { name: '重新查找团伙' }).click()
      const rings = page.getByRole('table', { name: '团伙预警' }).getByRole('link')
      await rings.first().waitFor()
      await rings.first().click()
      await page.getByRole('heading', { name: /^团伙:\d+ 人/ }).waitFor()
      const chart = page.getByRole('img', { name: /^关系图/ })
      await chart.locator('canvas').first().waitFor()
      const nodes = async () =>
        Number(/(\d+) 个节点/.exec((await chart.getAttribute('aria-label'))!)![1])
      const before = await nodes()
      const people = page.getByLabel('展开或收起')
      await people.selectOption({ index: 1 })
      await page.getByText(/显示 \d+ 个联系中的 \d+ 个/).waitFor()
      expect(await nodes()).toBeGreaterThan(before)
      await people.selectOption({ index: 1 })
      await page.getByText(/显示 \d+ 个联系中的/).waitFor({ state: 'detached' })
      expect(await nodes()).toBe(before)

      // The ring's own path leads from each of its members to each other.
      for (const [end, index] of [['从', 1], ['到', 2]] as const) {
        await page.getByLabel(end, { exact: true }).selectOption({ index })
      }
      const path = page.getByRole('list', { name: '两者之间的路径' }).getByRole('listitem').first()
      expect(await path.innerText()).toContain(' → ')

      const say = async (button: string, reason: string) => {
        await page.getByRole('button', { name: button, exact: true }).click()
        await page.getByRole('dialog').getByLabel('理由').fill(reason)
        await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }
      await say('由我调查', '今日预警')
      await page.getByText('调查中').waitFor()
      expect(await seriousFindings(page)).toEqual([])
      await say('属实', '三方口供一致')
      await page.getByText('已结案').waitFor()
      // A closed case takes nothing but to be opened again.
      const ofCase = page.getByRole('main').locator('.ant-card').first().getByRole('button')
      expect(await ofCase.allInnerTexts()).toEqual(['重启调查'])
      await say('重启调查', '新的证据')
      await page.getByText('调查中').waitFor()
      await page.getByText('· 重启 ·').waitFor()
      await page.getByRole('navigation').getByRole('link', { name: '首页' }).click()
      await page.getByRole('table', { name: '团伙预警' }).getByRole('row')
        .filter({ hasText: '调查中' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      await page.goBack()
      expect(await page.getByRole('main').innerText()).toContain('新的证据')
      await ofCase.filter({ hasText: '属实' }).first().waitFor()
      expectQuiet(opened)
    })
  })

  describe('the rule bench', { timeout: 120_000 }, () => {
    it('tries a draft out, takes it from one person and its approval from another', async () => {
      const investigator = await desk.open('investigator', '/rules')
      const { page } = investigator
      await page.getByRole('button', { name: '起草新版本' }).click()
      // Nothing is an alert below 1, so that every ring is dropped.
      await page.getByLabel('预警阈值').fill('1')
      await page.getByRole('button', { name: '在现有图谱上试跑' }).first().click()
      await page.getByText(/新规则 0 个:保留 0,新增 0,减少 \d+/).waitFor()
      await page.getByLabel('预警阈值').fill('0.65')
      // What was tried is no longer what would be proposed.
      await page.getByText(/新规则 0 个/).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: '提交' }).click()
      const draft = page.getByRole('region', { name: '版本 2' })
      await draft.getByText('待复核').waitFor()
      expect(await draft.getByRole('button', { name: '同意' }).count()).toBe(0)
      expect(await seriousFindings(page)).toEqual([])

      const manager = await desk.open('risk-manager', '/rules')
      const submitted = manager.page.getByRole('region', { name: '版本 2' })
      expect(await submitted.innerText()).toContain('→ 0.65')
      await submitted.getByRole('button', { name: '同意' }).click()
      await manager.page.getByRole('dialog').getByLabel('理由').fill('试跑结果一致')
      await manager.page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
      await submitted.getByText('已批准').waitFor()
      expectQuiet(investigator)
      expectQuiet(manager)
    })
  })
})
