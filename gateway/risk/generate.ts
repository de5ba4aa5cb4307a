/**
 * Writes a simulated motor insurer's book as the files that `risk load` takes.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MOTOR_DEFAULTS, motorBook } from '../subgraphs.ts'

/** @property labels a file for the planted rings; they are not written without one */
export interface BookRequest {
  readonly seed: number | undefined
  readonly households: number | undefined
  readonly labels: string | undefined
}

/** Writes the files and says what is in them. */
export async function writeMotorBook(folder: string, request: BookRequest): Promise<string> {
  const options = {
    ...MOTOR_DEFAULTS,
    seed: request.seed ?? MOTOR_DEFAULTS.seed,
    households: request.households ?? MOTOR_DEFAULTS.households,
  }
  const { entities, links, labels } = motorBook(options)
  await mkdir(folder, { recursive: true })
  const lines = (header: string, rows: readonly (readonly string[])[]) =>
    `${header}\n${rows.map((row) => row.map(quoted).join(',')).join('\n')}\n`
  await writeFile(
    join(folder, 'entities.csv'),
    lines(
      'id,type,name,attributes',
      entities.map(([id, type, name, attributes]) => [id, type, name, JSON.stringify(attributes)]),
    ),
  )
  await writeFile(join(folder, 'links.csv'), lines('from,to,kind,on', links))
  if (request.labels !== undefined) {
    await writeFile(request.labels, labels.map((label) => `${JSON.stringify(label)}\n`).join(''))
  }
  return `simulated: ${entities.length} entities, ${links.length} links, ${labels.length} rings ` +
    `among them (seed ${options.seed})`
}

/** As RFC 4180 has it. These files are read by programs: a number with a plus sign stays one. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
