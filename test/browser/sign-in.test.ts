import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onEngine } from '../rig/engines.ts'
import { expectQuiet, sharedDesk } from './desk.ts'
import { AUDIENCE, CLIENT_ID, openProvider, type Provider } from './provider.ts'

const PERSON = { sub: 'zhang', name: '张复核', tenant: 'bank-z', roles: ['checker'] }

onEngine('sqlite', (engine) => {
  let provider: Provider
  // Before the desk's own, so that its server can discover the provider.
  beforeAll(async () => {
    provider = await openProvider(PERSON)
  })
  const desk = sharedDesk(engine, () => ({
    OIDC_ISSUER: provider.issuer,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_CLIENT_ID: CLIENT_ID,
  }))
  afterAll(() => provider.close())

  describe('signing in at an OpenID Connect provider', { timeout: 60_000 }, () => {
    it('leads back to the screen that was asked for, with the rights of the token', async () => {
      const opened = await desk.visit('/tasks')
      const { page } = opened
      expect(await page.getByText('演示').count()).toBe(0)
      await page.getByRole('button', { name: '用本行账号登录' }).click()
      await page.getByRole('heading', { name: '待办任务' }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/tasks')
      expect(new URL(page.url()).search).toBe('')
      await page.getByText('没有等您处理的任务').waitFor()
      expect(await page.getByRole('banner').innerText()).toContain('张复核')
      const names = await page.getByRole('navigation').getByRole('link').allInnerTexts()
      expect(names).not.toContain('录入业务单')
      expectQuiet(opened)
    })

    it.each(
      [
        ['the provider refuses', 'refuse'],
        ['its answer was meant for another sign-in', 'another-nonce'],
      ] as const,
    )('is told to have failed when %s, and can be tried again', async (_, how) => {
      const { page } = await desk.visit('/')
      provider.answerNext(how)
      await page.getByRole('button', { name: '用本行账号登录' }).click()
      await page.getByText(/^登录没有成功/).waitFor()
      await page.getByRole('button', { name: '用本行账号登录' }).click()
      await page.getByRole('heading', { name: '首页' }).waitFor()
    })

    it('again, once a session has ended, leaves the page with what was filled in', async () => {
      provider.person = { ...PERSON, roles: ['maker'] }
      const { page } = await desk.visit('/filings')
      await page.getByRole('button', { name: '用本行账号登录' }).click()
      await page.getByLabel('名称').fill('填了一半')
      await page.getByLabel('统一社会信用代码').fill('9152000071430580XT')
      await page.route('**/graphql', (route) => route.fulfill({ status: 401, body: '{}' }))
      await page.getByRole('button', { name: '新建' }).click()
      await page.getByText('登录已过期').waitFor()
      await page.unroute('**/graphql')
      const again = page.getByRole('dialog').getByRole('button', { name: '用本行账号登录' })
      await page.evaluate(() => Object.assign(globalThis, { kept: open, open: () => null }))
      await again.click()
      await page.getByText(/请允许本站弹出窗口/).waitFor()
      await page.evaluate(() =>
        Object.assign(globalThis, { open: Reflect.get(globalThis, 'kept') })
      )
      provider.answerNext('refuse')
      await again.click()
      await page.getByText(/请允许本站弹出窗口/).waitFor({ state: 'detached' })
      await page.getByText(/^登录没有成功/).waitFor()
      const [beside] = await Promise.all([page.context().waitForEvent('page'), again.click()])
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await expect.poll(() => beside.isClosed()).toBe(true)
      expect(await page.getByLabel('名称').inputValue()).toBe('填了一半')
      await page.getByRole('button', { name: '新建' }).click()
      await page.getByRole('heading', { name: '填了一半' }).waitFor()
    })

    it('is refused with a code that no sign-in of this tab asked for', async () => {
      const { page } = await desk.visit('/signed-in?code=stolen&state=guessed')
      await page.getByText(/^登录没有成功/).waitFor()
      expect(await page.getByRole('navigation').count()).toBe(0)
    })
  })
})
