/**
 * Keys in a file that only its owner reads, which several processes may make and change at once.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What the file holds; `undefined` when there is none. */
export async function readJsonFile<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}

/** Makes the file unless it is there, whole or not at all. Answers what it then holds. */
export async function createJsonFile<T>(path: string, content: T): Promise<T> {
  const draft = await writeDraft(path, content)
  try {
    // A link appears at once and whole, so that nobody ever reads half a key.
    await link(draft, path)
    return content
  } catch (error) {
    // Another process was faster: its file is the file.
    if ((error as { code?: string }).code === 'EEXIST') return (await readJsonFile<T>(path))!
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Puts the file in place of what was there, whole or not at all. */
export async function replaceJsonFile(path: string, content: unknown): Promise<void> {
  await rename(await writeDraft(path, content), path)
}

async function writeDraft(path: string, content: unknown): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}`
  const text = `${JSON.stringify(content, null, 2)}\n`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
  return draft
}
