import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DemoRole } from '../../gateway/demo.ts'
import { SCREENS } from '../../web/screens.ts'
import { zh } from '../../web/words/zh.ts'
import { onEngine } from '../rig/engines.ts'
import { cutTexts, type DeskPage, expectQuiet, seriousFindings, sharedDesk } from './desk.ts'
import { differenceFrom } from './picture.ts'
import { type Scene, setScene } from './scene.ts'

const ROLES: readonly DemoRole[] = [
  'maker',
  'checker',
  'accountant',
  'investigator',
  'risk-manager',
]
const WIDTHS = [1280, 1920] as const

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)
  let scenes: readonly Scene[] = []
  let artist: Page | undefined
  beforeAll(async () => {
    scenes = await setScene(desk.server().demo)
    artist = await desk.artist()
  }, 120_000)
  afterAll(() => artist?.close())

  /** Goes to a screen and waits until it stands still. */
  async function settle({ page }: DeskPage, { path, ready }: Scene): Promise<void> {
    // As a link does: loading the whole desk anew for each screen would take most of the time.
    await page.evaluate((to) => {
      history.pushState({}, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    await page.waitForFunction((to) => location.pathname + location.search === to, path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await settled(page, { ready })
  }

  async function settled(page: Page, { ready }: Pick<Scene, 'ready'>): Promise<void> {
    // Skeletons; a result that is told stays.
    await page.locator('.ant-skeleton').first().waitFor({ state: 'detached' })
    if (ready !== undefined) await page.locator(ready).first().waitFor()
    await page.evaluate(() => document.fonts.ready)
    await page.waitForTimeout(80)
  }

  /** Presses a button of the frame that is called otherwise from then on. */
  async function press(page: Page, name: string, then: string): Promise<void> {
    await page.getByRole('button', { name, exact: true }).click()
    await page.getByRole('button', { name: then, exact: true }).waitFor()
    // What is under the mouse looks another way.
    await page.mouse.move(0, 0)
  }

  const byRole = () => Map.groupBy(scenes, ({ role }) => role)

  it('are all of the navigation’s, and everybody sees those of their roles', async () => {
    const paths = new Set(scenes.map(({ path }) => path.split('?')[0]))
    expect(SCREENS.filter(({ path }) => !paths.has(path))).toEqual([])
    expect([...byRole().keys()].toSorted()).toEqual(ROLES.toSorted())
    for (const role of byRole().keys()) {
      const { page } = await desk.open(role, '/')
      const shown = await page.getByRole('navigation').getByRole('link').allInnerTexts()
      const words = SCREENS.filter(({ roles }) =>
        roles.length === 0 || (roles as readonly string[]).includes(role)
      ).map(({ phrase }) => zh[phrase])
      expect(shown.map((text) => text.replace(/ \(\d+\)$/, ''))).toEqual([
        ...words,
        zh['desk.explorer'],
      ])
    }
  })

  describe.each(ROLES)('of the role %s', { timeout: 120_000 }, (role) => {
    const differences: string[] = []

    it('cut no text and have no serious fault, in either language, width and light', async () => {
      const faults: string[] = []
      const opened = await desk.open(role, '/', { oneFont: true })
      const { page } = opened
      for (const scene of byRole().get(role)!) {
        await settle(opened, scene)
        for (const language of ['zh', 'en'] as const) {
          if (language === 'en') await press(page, 'English', '中文')
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 })
            await settled(page, scene)
            const { centre } = scene
            if (centre !== undefined) {
              await page.locator(centre).first()
                .evaluate((at) => at.scrollIntoView({ block: 'center' }))
            }
            const at = `${language}-${width}/${scene.name}`
            const difference = await differenceFrom(page, artist!, at)
            if (difference !== undefined) differences.push(difference)
            faults.push(...(await cutTexts(page)).map((cut) => `${at} cuts ${cut}`))
            // What is a fault at one width, or in one language, is one in the other.
            if (width !== 1280 || language !== 'zh') continue
            faults.push(...(await seriousFindings(page)).map((fault) => `${at}: ${fault}`))
            await press(page, '深色', '浅色')
            faults.push(...(await seriousFindings(page)).map((fault) => `${at} dark: ${fault}`))
            await press(page, '浅色', '深色')
          }
        }
        await press(page, '中文', 'English')
      }
      expectQuiet(opened)
      expect(faults).toEqual([])
    })

    it('look as they were accepted', () => {
      expect(differences).toEqual([])
    })
  })
})
