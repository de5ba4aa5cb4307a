/**
 * A real browser, from npm alone.
 */
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as engine } from 'playwright-core'

/** Starts a browser; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  return await engine.launch({
    executablePath: await chromium.executablePath(),
    // In one process, the first page that is closed would take the browser with it.
    args: chromium.args.filter((arg) => arg !== '--single-process'),
    headless: true,
  })
}
