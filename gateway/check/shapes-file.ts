/**
 * `schema/documents/shapes.json`: what each saved document relied on when it was registered.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Shapes } from './check-documents.ts'

const NAME = 'shapes.json'

/** Reads the shapes of a folder of documents; none when there is no file. @throws Error when unreadable */
export async function readShapes(folder: string): Promise<Shapes> {
  const path = join(folder, NAME)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, documents: {} }
    throw error
  }
  try {
    const shapes = JSON.parse(text) as Shapes
    if (shapes.version === 1 && typeof shapes.documents === 'object') return shapes
  } catch {
    // Said below, with the file's name.
  }
  throw new Error(`${path} is not a file of shapes: check-schema --accept writes it`)
}

/** Writes the shapes of a folder of documents. */
export async function writeShapes(folder: string, shapes: Shapes): Promise<void> {
  await writeFile(join(folder, NAME), `${JSON.stringify(shapes, null, 2)}\n`)
}
