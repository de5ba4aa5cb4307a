/**
 * Checks evidence against itself: every event is what its leaf says, every head covers what it signs.
 */
import type { Store } from '../kernel/store.ts'
import type { Finding } from '../kernel/subgraph.ts'
import { parseCheckpoint } from './evidence/checkpoint.ts'
import { eventHash, type EvidenceEvent, NO_EVENT } from './evidence/event.ts'
import { leafHash, MerkleTree } from './evidence/merkle.ts'
import { bytesOfHex, hex, parseNote } from './evidence/note.ts'
import type { DocumentTables } from './tables.ts'

/** What is wrong with the evidence of all tenants; nothing when it is in order. */
export async function* verifyDocuments({ read }: Store<DocumentTables>): AsyncGenerator<Finding> {
  const tenants = await read.selectFrom('log_key').select('tenant_id').distinct().execute()
  for (const { tenant_id: tenant } of tenants) {
    const hashes = new Map<string, string>()
    const events = await read.selectFrom('evidence_event').selectAll()
      .where('tenant_id', '=', tenant).orderBy('case_id').orderBy('seq').execute()
    let before: { case: string; hash: string } | undefined
    for (const row of events) {
      const event = JSON.parse(row.event) as EvidenceEvent
      const hash = hex(eventHash(event))
      hashes.set(`${row.case_id}/${row.seq}`, hash)
      const prev = before?.case === row.case_id ? before.hash : NO_EVENT
      if (hash !== row.hash) yield finding('EVENT_CHANGED', `${row.case_id} ${row.seq}`)
      if (event.prev !== prev) yield finding('EVENT_UNLINKED', `${row.case_id} ${row.seq}`)
      before = { case: row.case_id, hash }
    }
    const tree = new MerkleTree()
    const leaves = await read.selectFrom('log_leaf').selectAll()
      .where('tenant_id', '=', tenant).orderBy('leaf').execute()
    for (const { leaf, case_id, seq } of leaves) {
      const hash = hashes.get(`${case_id}/${seq}`)
      if (leaf !== BigInt(tree.size) || hash === undefined) {
        yield finding('LEAF_WITHOUT_EVENT', `${leaf}: ${case_id} ${seq}`)
      }
      tree.append(leafHash(bytesOfHex(hash ?? '')))
    }
    const checkpoints = await read.selectFrom('log_checkpoint').selectAll()
      .where('tenant_id', '=', tenant).orderBy('size').execute()
    for (const { size, note } of checkpoints) {
      const parsed = parseNote(note)
      const head = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed
      const covers = head.ok && head.value.size <= tree.size && BigInt(head.value.size) === size &&
        hex(head.value.root) === hex(tree.root(head.value.size))
      if (!covers) yield finding('CHECKPOINT_WRONG', `${tenant} ${size}`)
    }
  }
}

function finding(code: string, message: string): Finding {
  return { subgraph: 'documents', code, message }
}
