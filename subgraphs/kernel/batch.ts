/**
 * Loading by key in batches: once per key and request, one query per moment.
 */
import DataLoader from 'dataloader'
import type { ResolverContext } from './builder.ts'

/** The most keys in one query. */
const BATCH_MAX = 500

/** Loads the value of a key, together with whatever else is asked for at the moment. */
export type Load<Context, T> = (context: Context, key: string) => Promise<T>

/** Reads all rows for some keys. */
type Read<Context, Row> = (context: Context, keys: readonly string[]) => Promise<readonly Row[]>

/** A loader of all rows that share a key, in the order in which `read` gives them. */
export function loadMany<Context extends ResolverContext, Row>(
  read: Read<Context, Row>,
  keyOf: (row: Row) => string,
): Load<Context, Row[]> {
  return perRequest(async (context: Context, keys) => {
    const groups = Map.groupBy(await read(context, keys), keyOf)
    return keys.map((key) => groups.get(key) ?? [])
  })
}

/** A loader of the one row that has a key; null when there is none. */
export function loadOne<Context extends ResolverContext, Row>(
  read: Read<Context, Row>,
  keyOf: (row: Row) => string,
): Load<Context, Row | null> {
  return perRequest(async (context: Context, keys) => {
    const rows = new Map((await read(context, keys)).map((row) => [keyOf(row), row]))
    return keys.map((key) => rows.get(key) ?? null)
  })
}

/** A loader of the one row that has a key and must exist. */
export function loadExisting<Context extends ResolverContext, Row>(
  read: Read<Context, Row>,
  keyOf: (row: Row) => string,
): Load<Context, Row> {
  const load = loadOne(read, keyOf)
  return async (context, key) => {
    const row = await load(context, key)
    if (row === null) throw new Error(`a row that must exist is missing: ${key}`)
    return row
  }
}

function perRequest<Context extends object, T>(
  readAll: (context: Context, keys: readonly string[]) => Promise<T[]>,
): Load<Context, T> {
  const loaders = new WeakMap<Context, DataLoader<string, T>>()
  return (context, key) => {
    let loader = loaders.get(context)
    if (loader === undefined) {
      loader = new DataLoader((keys) => readAll(context, keys), { maxBatchSize: BATCH_MAX })
      loaders.set(context, loader)
    }
    return loader.load(key)
  }
}
