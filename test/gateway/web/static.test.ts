import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { webFiles } from '../../../gateway/web/static.ts'

function built(connect: string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-web-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'dist/assets'), { recursive: true })
  writeFileSync(join(folder, 'dist/index.html'), '<title>desk</title>')
  writeFileSync(join(folder, 'dist/assets/a-1.js'), 'code')
  writeFileSync(join(folder, 'dist/assets/a-1.js.gz'), gzipSync('packed code'))
  writeFileSync(join(folder, 'secret'), 'not for anybody')
  const serve = webFiles(join(folder, 'dist'), connect)
  return (
    path: string,
    headers: Record<string, string> = { accept: 'text/html' },
    method = 'GET',
  ) => serve(new Request(new URL(path, 'http://huitong.example'), { method, headers }))
}

describe('the files of the web UI', () => {
  it('are the page for every screen, never kept, and bound to this origin', async () => {
    const get = built(['https://login.example.com'])
    for (const path of ['/', '/orders/OA1', '/no/such/screen']) {
      const page = await get(path)
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('desk')
      expect(page.headers.get('cache-control')).toBe('no-cache')
      const policy = page.headers.get('content-security-policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("connect-src 'self' https://login.example.com;")
    }
  })

  it('are kept for good under a name with a hash, packed for whoever reads that', async () => {
    const get = built()
    const plain = await get('/assets/a-1.js', {})
    expect([await plain.text(), plain.headers.get('content-encoding')]).toEqual(['code', null])
    expect(plain.headers.get('cache-control')).toContain('immutable')
    const packed = await get('/assets/a-1.js', { 'accept-encoding': 'br, gzip' })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(packed.headers.get('content-type')).toContain('javascript')
    expect(gunzipSync(await packed.bytes()).toString()).toBe('packed code')
  })

  it.each(['/assets/../../secret', '/assets/..%2f..%2fsecret', '/assets/none.js'])(
    'are no others: %s',
    async (path) => {
      const answer = await built()(path, {})
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND' })
    },
  )

  it('are no answer to a program that asks for something else, or to another method', async () => {
    const get = built()
    expect((await get('/nothing', { accept: 'application/json' })).status).toBe(404)
    expect((await get('/', { accept: '*/*' })).status).toBe(200)
    expect((await get('/', {}, 'POST')).status).toBe(405)
  })

  it('say so when they are not built', async () => {
    const serve = webFiles(join(tmpdir(), 'no-such-folder'), [])
    const answer = await serve(
      new Request('http://huitong.example/', { headers: { accept: 'text/html' } }),
    )
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'WEB_NOT_BUILT' }])
  })
})
