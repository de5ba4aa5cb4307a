/**
 * One font for pictures, whatever fonts a machine has: many have none for Chinese.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { BrowserContext } from 'playwright-core'

const PACKAGE = dirname(
  createRequire(import.meta.url).resolve('@fontsource-variable/noto-sans-sc/package.json'),
)
const FAMILY = 'Noto Sans SC Variable'
/** The font that our PDFs name and do not bring along. */
const OF_PDF = 'SimSun'

/** Where pages are told to find it: at their own server, which knows nothing of it. */
const PATH = '/picture-fonts/'

/** Has all pages of a context drawn in Noto Sans SC. */
export async function useOneFont(context: BrowserContext): Promise<void> {
  await context.route(`**${PATH}**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(PATH.length)
    if (name !== 'all.css') return await route.fulfill({ path: join(PACKAGE, name) })
    const faces = readFileSync(join(PACKAGE, 'index.css'), 'utf8')
    const ofPdf = faces.replaceAll(FAMILY, OF_PDF)
    const body = `${faces}\n${ofPdf}\n* { font-family: '${FAMILY}' !important; }`
    await route.fulfill({ body, contentType: 'text/css' })
  })
  await context.addInitScript((href) => {
    addEventListener('DOMContentLoaded', () => {
      const link = document.createElement('link')
      Object.assign(link, { rel: 'stylesheet', href })
      document.head.append(link)
    })
  }, `${PATH}all.css`)
}
