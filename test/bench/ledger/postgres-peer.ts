/**
 * The same transfer on PostgreSQL: a stored function, called by many clients at once, each call a
 * transaction of its own, synced to the disk.
 */
import pg from 'pg'
import { startPostgres } from '../../rig/postgres.ts'
import { ACCOUNTS, pick } from './raw.ts'

const SETUP = `
  create table account (id bigint primary key, balance bigint not null);
  create table transfer (id bigserial primary key, key text not null unique, at bigint not null);
  create table entry (
    id bigserial primary key, transfer bigint not null, account bigint not null,
    minor bigint not null, balance bigint not null);
  create index entry_account on entry (account, id);
  insert into account select i, 0 from generate_series(1, ${ACCOUNTS}) as i;
  create function move(k text, a bigint, b bigint, m bigint) returns bigint language plpgsql as $$
  declare t bigint; x bigint; y bigint;
  begin
    insert into transfer (key, at) values (k, 0) returning id into t;
    -- In the order of ids, or two that meet would deadlock.
    if a < b then
      update account set balance = balance - m where id = a returning balance into x;
      update account set balance = balance + m where id = b returning balance into y;
    else
      update account set balance = balance + m where id = b returning balance into y;
      update account set balance = balance - m where id = a returning balance into x;
    end if;
    insert into entry (transfer, account, minor, balance) values (t, a, -m, x), (t, b, m, y);
    return t;
  end $$;`

/** A PostgreSQL that is ready. */
export interface PostgresPeer {
  /** Transfers a second over `ms` milliseconds. */
  run(clients: number, ms: number, hot?: boolean): Promise<number>
  stop(): Promise<void>
}

export async function startPeer(): Promise<PostgresPeer> {
  const server = await startPostgres(true)
  const client = new pg.Client(server.url)
  await client.connect()
  await client.query(SETUP)
  await client.end()
  let n = 0
  return {
    async run(clients, ms, hot = false) {
      const own = await Promise.all(Array.from({ length: clients }, async () => {
        const one = new pg.Client(server.url)
        await one.connect()
        return one
      }))
      const began = performance.now()
      let done = 0
      await Promise.all(own.map(async (one) => {
        while (performance.now() - began < ms) {
          await one.query({
            name: 'move',
            text: 'select move($1, $2, $3, $4)',
            values: [`key-${++n}`, hot ? 1 : pick(), pick(), 5],
          }).catch((error) => {
            // The two accounts of a transfer may be one; that is no transfer.
            if ((error as { code?: string }).code !== '40P01') throw error
          })
          done += 1
        }
      }))
      const seconds = (performance.now() - began) / 1000
      await Promise.all(own.map((one) => one.end()))
      return done / seconds
    },
    stop: () => server.stop(),
  }
}
