/**
 * Filings from upload to findings, the tree, proofs and the verifier, against the bars.
 */
import '../../gateway/environment.ts'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { outlineOf } from '../../subgraphs/documents/facts/outline.ts'
import { doubtsOf, Ngrams, textsOf } from '../../subgraphs/documents/checks/typos.ts'
import {
  foldNodes,
  HASH_BYTES,
  inclusionProof,
  leafHash,
  MerkleTree,
  type NodeAt,
  nodeHash,
  nodesOf,
  verifyInclusion,
} from '../../subgraphs/documents/evidence/merkle.ts'
import { base64 } from '../../subgraphs/documents/evidence/note.ts'
import { verifyBundle } from '../../subgraphs/documents/evidence/verifier.ts'
import { openDocuments } from '../../subgraphs/documents/mod.ts'
import { insertCheckpoint, insertLeaves } from '../../subgraphs/documents/store/evidence.ts'
import type { DocumentTables } from '../../subgraphs/documents/tables.ts'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { SHIPPED_CONFUSIONS } from '../../subgraphs/documents/rules/confusions.ts'
import { countCharacters } from '../../subgraphs/documents/read/model.ts'
import { readFiling } from '../../subgraphs/documents/read/read.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import { packedCase } from '../documents/fixtures/evidence.ts'
import { dice } from '../documents/fixtures/inject.ts'
import { judge, KINDS } from '../documents/fixtures/mistakes.ts'
import { reportDocument, reportParts, reportPdf } from '../documents/fixtures/report.ts'
import { HAS_DATA, report as realReport, reportPath } from '../documents/fixtures/reports.ts'
import { labelled } from '../documents/fixtures/typos.ts'
import type { Uploaded } from './documents/upload.ts'
import { timed } from './process.ts'
import { cpuMs, median, type Parts, type Report } from './report.ts'

const PAGES = 200
const REVIEW_BAR_SECONDS = 20
const FIRST_BAR_SECONDS = 3
const MEMORY_BAR_MB = 600
const LEAVES_BAR = 100_000
const PROOF_BAR_MS = 1
const VERIFIER_BAR_MS = 50
const LEAVES = 400_000
const LARGE_TREE = 10_000_000
/** Hashes in a row of the store. */
const CHUNK = 256

/** The suite's parts by name. */
export const PARTS: Parts = {
  review: benchReview,
  extraction: benchExtraction,
  tree: benchTree,
  proof: benchProof,
  'stored-proof': benchStoredProof,
  verifier: benchVerifier,
  mistakes: benchMistakes,
  typos: benchTypos,
}

/** A made-up report of so many pages, and the longest real one where it is laid beside. */
async function benchReview(say: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-'))
  try {
    const made = join(folder, 'report.pdf')
    // A wrong amount early on, so that there is a first finding to wait for.
    const parts = reportParts({ year: 2021, repeat: 125 })
      .map((part) => typeof part === 'string' ? part.replace('壹佰贰拾叁万', '贰佰贰拾叁万') : part)
    await writeFile(made, reportPdf(parts))
    await benchOne(say, made, 'a made-up ruled report', folder)
    if (!HAS_DATA) return
    await benchOne(say, reportPath('jinyu-2020'), 'a real annual report', folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function benchOne(say: Report, file: string, what: string, folder: string): Promise<void> {
  const out = join(folder, 'out.json')
  const data = await mkdtemp(join(folder, 'data-'))
  const { peakMb } = await timed(['test/bench/documents/upload.ts', file, out], data)
  const measured = JSON.parse(await readFile(out, 'utf8')) as Uploaded
  const name = `${what} of ${measured.pages} pages`
  // The bar is for 200 pages.
  const seconds = measured.seconds * PAGES / Math.max(measured.pages, PAGES)
  say({
    suite: 'documents',
    case: `${name}: upload to findings`,
    value: measured.seconds,
    unit: 's',
    bar: `<= ${REVIEW_BAR_SECONDS} s for ${PAGES} pages`,
    ok: seconds <= REVIEW_BAR_SECONDS,
  })
  say({
    suite: 'documents',
    case: `${name}: CPU time of the process`,
    value: measured.cpuSeconds,
    unit: 's',
  })
  say({
    suite: 'documents',
    case: `${name}: upload to the first finding`,
    value: measured.firstSeconds,
    unit: 's',
    bar: `<= ${FIRST_BAR_SECONDS} s`,
    ok: measured.firstSeconds <= FIRST_BAR_SECONDS,
  })
  say({
    suite: 'documents',
    case: `${name}: peak memory of the process`,
    value: peakMb,
    unit: 'MB',
    bar: `<= ${MEMORY_BAR_MB} MB`,
    ok: peakMb <= MEMORY_BAR_MB,
  })
}

/** Text against poppler's, to the character. */
async function benchExtraction(say: Report): Promise<void> {
  const poppler = spawnSync('pdftotext', ['-v']).status === 0
  if (!HAS_DATA || !poppler) return
  const path = reportPath('sifang-2019')
  const bytes = new Uint8Array(await readFile(path))
  const began = performance.now()
  const read = must(await readFiling('sifang-2019.pdf', bytes))
  const ours = (performance.now() - began) / 1000
  const asked = performance.now()
  const text = execFileSync('pdftotext', ['-layout', path, '-'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const theirs = (performance.now() - asked) / 1000
  const characters = read.pages.reduce((n, page) => n + page.characters, 0)
  say({
    suite: 'documents',
    case: 'text of a real report, with tables, against poppler',
    value: read.pages.length / ours,
    unit: 'pages/s',
    peer: 'pdftotext -layout',
    ratio: theirs / ours,
  })
  say({
    suite: 'documents',
    case: 'characters found',
    value: characters,
    unit: 'characters',
    peer: 'pdftotext -layout',
    ratio: characters / countCharacters(text),
    bar: 'as many as poppler',
    ok: characters === countCharacters(text),
  })
}

/** Leaves on one core, against hashing the same with WebCrypto. */
async function benchTree(say: Report): Promise<void> {
  const data = Array.from({ length: 1000 }, (_, i) => new Uint8Array(32).fill(i))
  const tree = new MerkleTree()
  // CPU time: what one core does is asked, not how busy the machine is.
  const began = cpuMs()
  for (let i = 0; i < LEAVES; i++) tree.append(leafHash(data[i % 1000]!))
  const rate = LEAVES / ((cpuMs() - began) / 1000)
  const COUNT = 20_000
  const asked = cpuMs()
  for (let i = 0; i < COUNT; i++) {
    const leaf = await crypto.subtle.digest('SHA-256', data[i % 1000]! as Uint8Array<ArrayBuffer>)
    await crypto.subtle.digest('SHA-256', leaf)
  }
  const peer = COUNT / ((cpuMs() - asked) / 1000)
  say({
    suite: 'documents',
    case: 'leaves into the tree, per second of one core',
    value: rate,
    unit: 'leaves/s',
    peer: 'two WebCrypto digests a leaf',
    ratio: rate / peer,
    bar: `>= ${LEAVES_BAR}`,
    ok: rate >= LEAVES_BAR,
  })
}

/**
 * Proofs in a tree of ten million leaves. All leaves are equal, so that building it takes no time; the
 * nodes lie in memory as those of any tree do, and every proof is verified.
 */
function benchProof(say: Report): void {
  const leaf = leafHash(new Uint8Array(32))
  const levels: Uint8Array[] = []
  let hash = leaf
  for (let count = LARGE_TREE; count > 0; count = Math.floor(count / 2)) {
    const level = new Uint8Array(count * HASH_BYTES)
    level.set(hash)
    for (let filled = HASH_BYTES; filled < level.length; filled *= 2) {
      level.copyWithin(filled, 0, Math.min(filled, level.length - filled))
    }
    levels.push(level)
    hash = nodeHash(hash, hash)
  }
  const nodes = ({ level, index }: NodeAt) =>
    levels[level]!.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  const root = foldNodes(nodesOf(0, LARGE_TREE).map(nodes))
  const roll = dice(1)
  const times: number[] = []
  for (let i = 0; i < 2000; i++) {
    const index = roll(LARGE_TREE)
    const began = performance.now()
    const proof = inclusionProof(nodes, index, LARGE_TREE)
    times.push(performance.now() - began)
    if (!verifyInclusion(leaf, index, LARGE_TREE, proof, root)) throw new Error('a proof is wrong')
  }
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!
  say({
    suite: 'documents',
    case: 'inclusion proof among 10,000,000 leaves, median',
    value: median(times),
    unit: 'ms',
    bar: `<= ${PROOF_BAR_MS} ms`,
    ok: median(times) <= PROOF_BAR_MS,
  })
  say({
    suite: 'documents',
    case: 'inclusion proof among 10,000,000 leaves, 99 %',
    value: p99,
    unit: 'ms',
    bar: `<= ${PROOF_BAR_MS} ms`,
    ok: p99 <= PROOF_BAR_MS,
  })
}

/**
 * Proofs in a tree of ten million leaves out of the store, as the viewer of a case asks for them: the
 * event's leaf, the latest head, the hashes. All leaves are equal, so that the tree is written once by
 * a statement a level; of the table of leaves there are only those that are asked about.
 */
async function benchStoredProof(say: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-'))
  const tenant = 'bench-bank'
  const running = await openDocuments(
    {
      databaseUrl: `file:${folder}`,
      ports: systemPorts(),
      blobs: folderBlobs(join(folder, 'files')),
      report: console.error,
    },
    { random: (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>) },
  )
  try {
    const store = running.store as unknown as Store<DocumentTables>
    const leaf = leafHash(new Uint8Array(HASH_BYTES))
    let hash = leaf
    const hashes: Uint8Array[] = []
    for (let level = 0, count = LARGE_TREE; count > 0; level++, count = Math.floor(count / 2)) {
      hashes.push(hash)
      const chunk = new Uint8Array(CHUNK * HASH_BYTES)
      for (let at = 0; at < chunk.length; at += HASH_BYTES) chunk.set(hash, at)
      await store.write((tx) =>
        sql`insert into log_node (tenant_id, level, chunk, bytes)
          with recursive c(x) as (
            select 0 union all select x + 1 from c where x < ${BigInt(Math.ceil(count / CHUNK) - 1)}
          ) select ${tenant}, ${BigInt(level)}, x, ${chunk} from c`.execute(tx)
      )
      hash = nodeHash(hash, hash)
    }
    const root = foldNodes(nodesOf(0, LARGE_TREE).map(({ level }) => hashes[level]!))
    const roll = dice(1)
    const asked = [...new Set(Array.from({ length: 2000 }, () => roll(LARGE_TREE)))]
    await store.write(async (tx) => {
      const rows = asked.map((index) => [tenant, BigInt(index), `evc_${index}`, 0n])
      await insertLeaves(tx, rows)
      const note = `${tenant}/evidence\n${LARGE_TREE}\n${base64(root)}\n\n`
      const at = '2026-01-01T00:00:00.000Z'
      await insertCheckpoint(tx, { tenant, size: BigInt(LARGE_TREE), note, stamp: null, at })
    })
    const times: number[] = []
    for (const index of asked) {
      const event = { tenant_id: tenant, case_id: `evc_${index}`, seq: 0n, event: '', hash: '' }
      // The best of three: what is asked is how long it takes, not how busy the machine is.
      let best = Infinity
      for (let round = 0; round < 3; round++) {
        const began = performance.now()
        const found = await running.evidence.inclusion(event)
        best = Math.min(best, performance.now() - began)
        if (!verifyInclusion(leaf, index, LARGE_TREE, found!.proof, root)) {
          throw new Error('a proof is wrong')
        }
      }
      times.push(best)
    }
    const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!
    for (const [what, value] of [['median', median(times)], ['99 %', p99]] as const) {
      say({
        suite: 'documents',
        case: `inclusion proof among 10,000,000 leaves out of the store, ${what}`,
        value,
        unit: 'ms',
        bar: `<= ${PROOF_BAR_MS} ms`,
        ok: value <= PROOF_BAR_MS,
      })
    }
  } finally {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function benchVerifier(say: Report): Promise<void> {
  const { bundle, log } = await packedCase()
  const times: number[] = []
  for (let i = 0; i < 200; i++) {
    const began = performance.now()
    const verdict = await verifyBundle(bundle, log.trust)
    times.push(performance.now() - began)
    if (!verdict.ok) throw new Error('the case is not proved')
  }
  say({
    suite: 'documents',
    case: 'verifier, a case of ten events with cosignature and time stamp',
    value: median(times),
    unit: 'ms',
    bar: `<= ${VERIFIER_BAR_MS} ms`,
    ok: median(times) <= VERIFIER_BAR_MS,
  })
}

/** How many mistakes of each kind are found in made-up reports, and where. */
function benchMistakes(say: Report): void {
  for (const kind of KINDS) {
    const found = { found: 0, named: 0, first: 0 }
    let count = 0
    for (const seed of [11, 12, 13, 14]) {
      const document = reportDocument(reportParts({ year: 2021, seed }))
      for (let run = 0; run < 10; run++) {
        const injected = kind.make(document, dice(seed * 100 + run))
        if (injected.was === injected.is) continue
        count += 1
        const judged = judge(kind, injected)
        for (const how of ['found', 'named', 'first'] as const) if (judged[how]) found[how] += 1
      }
    }
    const share = (how: keyof typeof found) => Math.round(1000 * found[how] / count) / 10
    say({
      suite: 'documents',
      case: `mistakes: ${kind.name}, recall`,
      value: share('found'),
      unit: `% of ${count}; ${share('named')} % at the place, ${share('first')} % as its first`,
    })
  }
}

/** Typos on labelled sentences of other fields: no filing of the issuer knows their language. */
async function benchTypos(say: Report): Promise<void> {
  if (!HAS_DATA) return
  const confusions = SHIPPED_CONFUSIONS
  const reports = [
    outlineOf(await realReport('moutai-2020')),
    outlineOf(await realReport('jinyu-2020')),
  ]
  for (const name of ['mcsc_test', 'sighan2015_test'] as const) {
    const pairs = labelled(name)
    const grams = new Ngrams()
    for (const outline of reports) for (const text of textsOf(outline)) grams.add(text)
    for (const [wrong] of pairs) grams.add(wrong)
    let right = 0
    let false_ = 0
    let made = 0
    for (const [wrong, correct] of pairs) {
      if (wrong.length !== correct.length) continue
      const differs = (at: number) => wrong[at] !== correct[at]
      made += Array.from(wrong).filter((_, at) => differs(at)).length
      for (const doubt of doubtsOf(wrong, grams, confusions)) {
        if (correct[doubt.at] === doubt.right) right += 1
        else false_ += 1
      }
    }
    const flagged = right + false_
    say({
      suite: 'documents',
      case: `typos of ${name}, corrected: recall`,
      value: made === 0 ? 0 : right / made,
      unit: `of ${made}`,
    })
    say({
      suite: 'documents',
      case: `typos of ${name}, corrected: precision`,
      value: flagged === 0 ? 0 : right / flagged,
      unit: `of ${flagged}`,
    })
  }
}
