import { describe, expect, it } from 'vitest'
import { onEngine } from '../rig/engines.ts'
import { expectQuiet, sharedDesk } from './desk.ts'
import { lendMoney } from './scene.ts'

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)

  describe('a contract', { timeout: 120_000 }, () => {
    it.each(
      [
        ['zh', ['每年1月1日 · 2', '应计罚息、复利', '表外罚息、复利', '利率变动', '申请']],
        ['en', ['1 January · 2', 'Accrued penalty', 'Rates', 'Asked for']],
      ] as const,
    )(
      'shows in %s by what it is repriced and what its rates were',
      async (language, texts) => {
        const { loan } = await lendMoney(desk.server().demo)
        const opened = await desk.open('accountant', `/contracts/${loan}`, {
          language,
          width: 1280,
        })
        await opened.page.locator('main svg').first().waitFor()
        const shown = await opened.page.getByRole('main').innerText()
        // 60 bp over LPR of one year, as shipped.
        for (const text of ['(rate.lpr.1y + 0.006)', ...texts]) expect(shown).toContain(text)
        expectQuiet(opened)
      },
    )
  })

  it('holidays are entered in the parameter centre as other parameters are', async () => {
    const opened = await desk.open('accountant', '/parameters?key=calendar')
    const { page } = opened
    await page.getByRole('button', { name: '起草新版本' }).click()
    const body = page.getByLabel('内容(JSON)')
    const table = JSON.parse(await body.inputValue())
    table.rows.push({
      dimensions: {},
      from: '2026-12-24',
      to: '2026-12-25',
      value: { day: 'HOLIDAY', name: 'made-up holiday' },
    })
    await body.fill(JSON.stringify(table))
    await page.getByRole('dialog').getByRole('button', { name: '提交' }).click()
    const draft = page.getByRole('region', { name: 'calendar 2' })
    await draft.getByText('day HOLIDAY, name made-up holiday').waitFor()
    expectQuiet(opened)
  }, 60_000)
})
