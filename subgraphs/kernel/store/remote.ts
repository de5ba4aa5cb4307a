/**
 * libSQL over the network: one interactive write transaction per unit, no groups.
 *
 * Unverified: no server for it is to be had from the npm registry (see README.md). The adapter is
 * thin for that reason and its unit path is the one that the other engines are tested through.
 */
import {
  createClient,
  type InArgs,
  type Transaction as RemoteTransaction,
} from '@libsql/client/web'
import type { QueryResult, Transaction } from 'kysely'
import type { Store } from '../store.ts'
import { bindAll, bindRows } from './bind.ts'
import { StoreError } from './error.ts'
import { Listeners } from './listeners.ts'
import { commitGroup, type GroupSession, type Pending } from './group-commit.ts'
import { handleOver, type OwnQuery, ShutSession, sqliteKit } from './handle.ts'
import { sqliteError } from './sqlite-error.ts'

/** @param authToken the database's token, where it wants one */
export function openRemote<Db>(url: string, authToken: string | undefined): Store<Db> {
  const client = createClient({
    url,
    intMode: 'bigint',
    ...(authToken === undefined ? {} : { authToken }),
  })
  const listeners = new Listeners()
  const begin = (mode: 'write' | 'read') =>
    client.transaction(mode).catch((error) => {
      throw sqliteError(error)
    })
  return {
    dialect: 'sqlite',
    exclusive: false,
    onCommit: (listener) => listeners.add(listener),
    read: handleOver<Db>(sqliteKit, { execute: (query) => run(client, query) }),
    async write(unit: (tx: Transaction<Db>) => Promise<never>) {
      const session = new RemoteSession(await begin('write'))
      return await new Promise<never>((resolve, reject) => {
        const pending = { unit, resolve, reject } as unknown as Pending
        commitGroup(session, sqliteKit, 'begin', [pending], () => listeners.call()).catch(reject)
          .finally(() => session.close())
      })
    },
    async snapshot(view) {
      const transaction = await begin('read')
      const session = new ShutSession({ execute: (query) => run(transaction, query) })
      try {
        return await view(handleOver<Db>(sqliteKit, session))
      } finally {
        session.shut()
        transaction.close()
      }
    },
    close() {
      client.close()
      return Promise.resolve()
    },
  }
}

class RemoteSession implements GroupSession {
  readonly synchronous = false
  readonly #transaction: RemoteTransaction

  constructor(transaction: RemoteTransaction) {
    this.#transaction = transaction
  }

  execute(query: OwnQuery): Promise<QueryResult<unknown>> {
    return run(this.#transaction, query)
  }

  async control(sql: string): Promise<void> {
    // The transaction was begun when it was opened.
    if (sql === 'begin') return
    try {
      if (sql === 'commit') await this.#transaction.commit()
      else await this.#transaction.execute(sql)
    } catch (error) {
      if (sql === 'commit') throw new StoreError('outcome_unknown', 'the commit failed', error)
      throw sqliteError(error)
    }
  }

  close(): void {
    this.#transaction.close()
  }
}

async function run(
  target: Pick<RemoteTransaction, 'execute'>,
  { rows: many, parameters, sql }: OwnQuery,
): Promise<QueryResult<unknown>> {
  const args = (many === undefined ? bindAll(parameters) : bindRows(many)) as InArgs
  const result = await target.execute({ sql, args }).catch((error) => {
    throw sqliteError(error)
  })
  const rows = result.rows.map((row) =>
    Object.fromEntries(result.columns.map((name, i) => [name, row[i]]))
  )
  return { rows, numAffectedRows: BigInt(result.rowsAffected) }
}
