import { expect, it } from 'vitest'
import { sql } from 'kysely'
import { eachEngine } from './engines.ts'

eachEngine((engine) => {
  it('gives every caller an empty database', async () => {
    const one = await engine.open()
    const two = await engine.open()
    await one.write(async (tx) => {
      await sql`create table t (a integer)`.execute(tx)
    })
    await expect(sql`select * from t`.execute(one.read)).resolves.toMatchObject({ rows: [] })
    await expect(sql`select * from t`.execute(two.read)).rejects.toThrow('failed')
    expect(one.dialect).toBe(engine.name)
  })

  it('opens the same database twice in a row', async () => {
    const url = await engine.freshUrl()
    const first = await engine.openMigrated([], url)
    await first.close()
    const second = await engine.openMigrated([], url)
    expect(await second.read.selectFrom('job').selectAll().execute()).toEqual([])
  })
})
