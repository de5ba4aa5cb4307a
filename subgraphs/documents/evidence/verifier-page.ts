/**
 * The verifier as one page: opened from a disk, without a network, it says what a bundle proves.
 */
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

/** The verifier as plain JavaScript. */
export async function verifierScript(): Promise<string> {
  const source = await readFile(join(import.meta.dirname!, 'verifier.ts'), 'utf8')
  return stripTypeScriptTypes(source)
}

/** The page. */
export async function verifierPage(): Promise<string> {
  // Nothing in the script may end the element that holds it.
  const script = (await verifierScript()).replaceAll('</script', '<\\/script')
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>证据核验 Evidence verifier</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em }
label { display: block; margin: 1em 0 }
pre { background: #f4f4f4; padding: 1em; white-space: pre-wrap }
</style>
<h1>证据核验 Evidence verifier</h1>
<p>在本机核验，不连接网络。Runs on this machine; nothing is sent anywhere.</p>
<label>证据包 Bundle <input type="file" id="bundle" accept=".json"></label>
<label>信任配置 Trust <input type="file" id="trust" accept=".json"></label>
<pre id="verdict" aria-live="polite"></pre>
<script type="module">
${script}
const read = async (id) => {
  const [file] = document.getElementById(id).files
  return file === undefined ? undefined : JSON.parse(await file.text())
}
let asked = 0
const show = async () => {
  const out = document.getElementById('verdict')
  // What was asked for last is what is shown, whichever is done first.
  const own = ++asked
  const say = (state, text) => {
    if (own !== asked) return
    out.dataset.state = state
    out.textContent = text
  }
  say('busy', '')
  try {
    const bundle = await read('bundle')
    const trust = await read('trust')
    if (bundle === undefined || trust === undefined) return say('waiting', '')
    const verdict = await verifyBundle(bundle, trust)
    const title = verdict.ok ? '核验通过 Proved' : '核验不通过 Not proved'
    say(verdict.ok ? 'proved' : 'not-proved', title + '\\n' + JSON.stringify(verdict, null, 2))
  } catch (error) {
    say('unread', '无法读取 Cannot be read: ' + error.message)
  }
}
for (const id of ['bundle', 'trust']) document.getElementById(id).addEventListener('change', show)
</script>
</html>
`
}
