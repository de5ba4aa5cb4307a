import { describe, expect, it } from 'vitest'
import { onEngine } from '../rig/engines.ts'
import { enterOrder, expectQuiet, rowOf as row, sharedDesk } from './desk.ts'

const SERIAL = /OA\d{8}-\d{6}-\d/

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)
  const waitingOrder = (purpose: string) => enterOrder(desk, { purpose })

  describe('the keyboard alone', { timeout: 60_000 }, () => {
    it('finds an order by its serial, walks rows, opens one and comes back', async () => {
      const serial = await waitingOrder('键盘')
      const checker = await desk.open('checker', '/orders')
      const { page } = checker
      await row(page, serial).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type(serial.toLowerCase())
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: serial }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('heading', { name: '业务单', exact: true }).waitFor()
      await row(page, serial).waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('k')
      const chosen = await page.locator('.chosen').innerText()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: SERIAL.exec(chosen)![0] }).waitFor()
      expectQuiet(checker)
    })

    it('is a question’s own while one is asked: Esc ends it and leaves the screen', async () => {
      const serial = await waitingOrder('按键归对话框')
      const { page } = await desk.open('checker', '/orders')
      await row(page, serial).getByRole('link').first().click()
      await page.getByRole('button', { name: '同意' }).waitFor()
      await page.keyboard.press('a')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('r')
      await page.keyboard.press('a')
      expect(await page.getByRole('dialog').count()).toBe(1)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(new URL(page.url()).pathname).toBe(`/orders/${serial}`)
      await page.getByRole('button', { name: '同意' }).waitFor()
    })

    it('rejects a task with its reason', async () => {
      const serial = await waitingOrder('键盘驳回')
      const { page } = await desk.open('checker', `/orders/${serial}`)
      await page.getByRole('button', { name: '驳回' }).waitFor()
      await page.keyboard.press('r')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.type('没有合同')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByText('已驳回').first().waitFor()
      expect(await page.getByRole('main').innerText()).toContain('没有合同')
    })

    it('approves a task with two keys after opening it', async () => {
      const serial = await waitingOrder('两键同意')
      const checker = await desk.open('checker', `/orders/${serial}`)
      const { page } = checker
      await page.getByRole('button', { name: '同意' }).waitFor()
      await page.keyboard.press('a')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Enter')
      await page.getByText('已完成').first().waitFor()
      expectQuiet(checker)
    })
  })
})
