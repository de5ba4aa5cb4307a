/**
 * A real browser, from npm alone.
 */
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as engine } from 'playwright-core'

/**
 * A page is put together as by any browser without a graphics processor. The packaged one is told to use
 * an emulated one for everything, which no browser does by itself: drawing ahead while a long list scrolls
 * then takes that emulator up to 350 ms at a time, whatever the page does. WebGL still goes through it.
 */
const COMPOSITING = '--disable-gpu-compositing'

/** Starts a browser; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  return await engine.launch({
    executablePath: await chromium.executablePath(),
    // In one process, the first page that is closed would take the browser with it.
    args: [...chromium.args.filter((arg) => arg !== '--single-process'), COMPOSITING],
    headless: true,
  })
}
