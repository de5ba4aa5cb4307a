/**
 * The operator's file of settings.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defineFrontDoor, type FrontDoorConfig, type FrontDoorSettings } from './config.ts'

/**
 * Loads a TypeScript or JavaScript file whose default export says what differs from `base`.
 *
 * @throws RangeError that begins with `FRONT_DOOR` and names the file, or each setting at fault
 */
export async function loadFrontDoor(path: string, base: FrontDoorConfig): Promise<FrontDoorConfig> {
  const settings = await importDefault(path)
  try {
    return defineFrontDoor(settings as FrontDoorSettings, base)
  } catch (error) {
    throw new RangeError(`FRONT_DOOR: ${path}: ${(error as Error).message}`, { cause: error })
  }
}

async function importDefault(path: string): Promise<unknown> {
  try {
    const file = await import(pathToFileURL(resolve(path)).href) as { default?: unknown }
    if (file.default !== undefined) return file.default
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RangeError(`FRONT_DOOR: ${path} cannot be loaded: ${reason}`, { cause: error })
  }
  throw new RangeError(`FRONT_DOOR: ${path} has no default export`)
}
