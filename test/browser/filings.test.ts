import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { onEngine } from '../rig/engines.ts'
import { expectQuiet, seriousFindings, sharedDesk } from './desk.ts'
import { signedCase } from './scene.ts'

onEngine('sqlite', (engine) => {
  const desk = sharedDesk(engine)

  /** A report as a file; with the error, an amount says another figure in capital characters. */
  function report(error: boolean): string {
    const folder = mkdtempSync(join(tmpdir(), 'huitong-test-browser-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const pdf = join(folder, '年度报告.pdf')
    const parts = reportParts({ year: 2021 }).map((part) =>
      typeof part === 'string' && error ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part
    )
    writeFileSync(pdf, reportPdf(parts))
    return pdf
  }

  /** Opens a project and reviews a report in it. */
  async function review(page: Page, name: string, pdf: string): Promise<void> {
    await page.getByLabel('名称').fill(name)
    await page.getByLabel('统一社会信用代码').fill('9152000071430580XT')
    await page.getByRole('button', { name: '新建' }).click()
    await page.getByRole('heading', { name }).waitFor()
    await page.locator('input[type=file]').setInputFiles(pdf)
    await page.getByRole('table', { name: '文件' }).getByText('年度报告.pdf').waitFor()
    await page.getByRole('button', { name: '开始审核' }).click()
    await page.getByText('已审核').waitFor()
  }

  describe('a filing with a planted error', { timeout: 120_000 }, () => {
    it('is reviewed, the page shows where, and the decision is approved by another', async () => {
      const maker = await desk.open('maker', '/filings')
      const { page } = maker
      await review(page, '年报审核', report(true))
      const list = page.getByRole('list', { name: '发现' })
      await list.getByText('大写金额').first().click()
      const finding = page.getByRole('region', { name: '所选发现' })
      expect(await finding.innerText()).toContain('贰佰贰拾叁万')
      await finding.locator('.frame-first').waitFor()
      // The frame lies on the page, around something.
      const [frame, picture] = [
        (await finding.locator('.frame-first').boundingBox())!,
        (await finding.locator('canvas').boundingBox())!,
      ]
      expect(frame.width).toBeGreaterThan(10)
      expect(frame.y).toBeGreaterThanOrEqual(picture.y - 8)
      expect(frame.y + frame.height).toBeLessThanOrEqual(picture.y + picture.height + 8)
      await finding.getByRole('button', { name: '忽略' }).click()
      await page.getByRole('dialog').getByLabel('理由').fill('合同原文如此')
      await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
      await finding.getByText('待复核').waitFor()
      expect(await seriousFindings(page)).toEqual([])

      const checker = await desk.open('checker', new URL(page.url()).pathname)
      await checker.page.getByRole('list', { name: '发现' }).getByText('大写金额').first().click()
      const seen = checker.page.getByRole('region', { name: '所选发现' })
      await seen.getByRole('button', { name: '同意' }).click()
      await seen.getByText('复核通过').waitFor()
      expectQuiet(maker)
      expectQuiet(checker)
    })

    it('has more findings than a page holds, and the way to the others', async () => {
      const { page } = await desk.open('maker', '/filings')
      await review(page, '发现很多', report(true))
      // As if the server gave a finding a page, three in all.
      await page.route('**/graphql', async (route) => {
        const { extensions, variables } = route.request().postDataJSON()
        if (variables?.id === undefined || extensions === undefined) return route.continue()
        const postData = JSON.stringify({
          ...route.request().postDataJSON(),
          variables: { ...variables, after: null },
        })
        const response = await route.fetch({ postData })
        const answer = await response.json()
        const findings = answer.data?.filingProject?.findings
        if (findings !== undefined) {
          const page = Number(variables.after ?? 0)
          findings.edges[0].node.id = `page-${page}`
          findings.pageInfo = { hasNextPage: page < 2, endCursor: String(page + 1) }
        }
        await route.fulfill({ response, json: answer })
      })
      await page.reload()
      const found = page.getByRole('list', { name: '发现' }).getByRole('listitem')
      await page.getByRole('button', { name: '已显示 1 行,继续' }).click()
      await page.getByRole('button', { name: '已显示 2 行,继续' }).click()
      await page.getByText('共 3 行').waitFor()
      expect(await found.count()).toBe(3)
    })

    it('is corrected in the next version, and the two are compared', async () => {
      const maker = await desk.open('maker', '/filings')
      const { page } = maker
      await review(page, '更正后重报', report(true))
      await page.locator('input[type=file]').setInputFiles(report(false))
      const versions = page.getByRole('table', { name: '文件' })
      await versions.getByRole('row').filter({ hasText: '待审核' }).waitFor()
      await page.getByRole('button', { name: '开始审核' }).click()
      // Each version can be had with what was found in it beside its text.
      const annotated = versions.getByRole('button', { name: '批注版' })
      await annotated.nth(1).waitFor()
      const [file] = await Promise.all([page.waitForEvent('download'), annotated.nth(1).click()])
      expect(file.suggestedFilename()).toContain('年度报告')
      await page.getByRole('link', { name: '与前一版比较' }).click()
      await page.getByRole('heading', { name: /第 1 版与第 2 版/ }).waitFor()
      const findings = page.getByRole('table', { name: '发现' })
      await findings.getByRole('row').filter({ hasText: '大写金额' })
        .filter({ hasText: '已修正' }).waitFor()
      // In the language of whoever reads it.
      await page.getByRole('button', { name: 'English' }).click()
      const english = page.getByRole('table', { name: 'Findings' })
      await english.getByRole('link').first().waitFor()
      expect((await english.getByRole('link').allInnerTexts()).join()).not.toMatch(
        /\p{Script=Han}/u,
      )
      await page.getByRole('button', { name: '中文' }).click()
      await page.getByRole('button', { name: /^文字:变化 [1-9]/ }).click()
      await page.locator('del').filter({ hasText: '贰' }).first().waitFor()
      await page.locator('ins').filter({ hasText: '壹' }).first().waitFor()
      await page.getByRole('button', { name: /^数字/ }).click()
      await page.getByRole('table', { name: '数字变化' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expectQuiet(maker)
    })

    it('leaves a decision that is proved in the evidence log', async () => {
      const maker = await desk.open('maker', '/filings')
      const { page } = maker
      await review(page, '存证一例', report(true))
      const project = new URL(page.url()).pathname.split('/').at(-1)!
      await page.getByRole('list', { name: '发现' }).getByText('大写金额').first().click()
      const finding = page.getByRole('region', { name: '所选发现' })
      await finding.getByRole('button', { name: '接受' }).click()
      await finding.getByText('待复核').waitFor()

      await page.goto(new URL(`/evidence?subject=${project}`, desk.url()).href)
      await page.getByRole('table', { name: '证据存证' }).getByRole('link').first().click()
      await page.getByRole('heading', { name: /^证据案卷/ }).waitFor()
      await page.getByRole('table', { name: '事件' }).getByRole('row').nth(1).waitFor()
      await signedCase(desk.server().demo)
      await page.getByRole('button', { name: '重新验证' }).click()
      await page.getByText(/个事件验证无误/).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expectQuiet(maker)
    })
  })
})
