import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname!, '..')
/** Its samples of imports are not imports. */
const OWN = 'test/architecture.test.ts'
const FOLDERS = ['subgraphs', 'gateway', 'edge', 'web', 'test']
const IMPORT = /(?:^|[^\w.])(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'/g
const BARE_IMPORT = /(?:^|\n)\s*import\s*'([^']+)'/g
const DYNAMIC_IMPORT = /\bimport\(\s*'([^']+)'/g

interface Source {
  readonly path: string
  /** Without comments. */
  readonly code: string
  /** As written, in order. */
  readonly imports: readonly string[]
}

/** All TypeScript files, paths from the root. */
const SOURCES: readonly Source[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('dist/'))
    .filter((name) => join(folder, name) !== OWN)
    .map((name) => {
      const path = join(folder, name)
      const code = withoutComments(readFileSync(join(ROOT, path), 'utf8'))
      return { path, code, imports: importsOf(code) }
    })
)
const SUBGRAPHS = [
  ...new Set(
    SOURCES.map(({ path }) => /^subgraphs\/([^/]+)\//.exec(path)?.[1]).filter((name) =>
      name !== undefined && name !== 'kernel'
    ),
  ),
] as string[]

/** Pure rules: values in, values out. */
const RULES = [
  'kernel/actor.ts',
  'kernel/canonical-json.ts',
  'kernel/csv.ts',
  'kernel/error-text.ts',
  'kernel/ids.ts',
  'kernel/money.ts',
  'kernel/page.ts',
  'kernel/result.ts',
  'kernel/serial.ts',
  'kernel/time.ts',
  'ledger/account.ts',
  'ledger/books.ts',
  'documents/amount.ts',
  'documents/checks/capital.ts',
  'documents/checks/catalogue.ts',
  'documents/checks/cross.ts',
  'documents/checks/dates.ts',
  'documents/checks/finding.ts',
  'documents/checks/laws.ts',
  'documents/checks/mentions.ts',
  'documents/checks/names.ts',
  'documents/checks/notes.ts',
  'documents/checks/numbering.ts',
  'documents/checks/rates.ts',
  'documents/checks/relations.ts',
  'documents/checks/statements.ts',
  'documents/checks/subtotals.ts',
  'documents/checks/typos.ts',
  'documents/checks/wording.ts',
  'documents/credit-code.ts',
  'documents/decision.ts',
  'documents/manual-sum.ts',
  'documents/export/lines.ts',
  'documents/evidence/bundle.ts',
  'documents/evidence/checkpoint.ts',
  'documents/evidence/event.ts',
  'documents/evidence/merkle.ts',
  'documents/evidence/short-hash.ts',
  'documents/evidence/verifier.ts',
  'documents/facts/fact.ts',
  'documents/facts/label.ts',
  'documents/facts/outline.ts',
  'documents/facts/period.ts',
  'documents/facts/statement.ts',
  'documents/facts/table-view.ts',
  'documents/facts/unit.ts',
  'documents/review.ts',
  'documents/rules/confusions.ts',
  'documents/rules/laws.ts',
  'documents/rules/mention-rules.ts',
  'documents/rules/rule-set.ts',
  'documents/rules/statement-rules.ts',
  'documents/rules/sum-rules.ts',
  'documents/rules/wording-rules.ts',
  'documents/read/heading.ts',
  'documents/read/model.ts',
  'documents/read/pdf/assemble.ts',
  'documents/read/pdf/grid.ts',
  'documents/read/pdf/layout.ts',
  'documents/read/pdf/rulings.ts',
  'documents/read/sniff.ts',
  'ledger/channel.ts',
  'ledger/chart.ts',
  'ledger/event-body.ts',
  'ledger/export/sheet.ts',
  'ledger/hold.ts',
  'ledger/parameter/pricing.ts',
  'ledger/parameter/rate.ts',
  'ledger/parameter/shipped.ts',
  'ledger/parameter/table.ts',
  'ledger/posting-rule.ts',
  'ledger/product/accrual.ts',
  'ledger/product/day-count.ts',
  'ledger/product/deposit.ts',
  'ledger/product/fx.ts',
  'ledger/product/loan.ts',
  'ledger/product/overdue.ts',
  'ledger/product/schedule.ts',
  'ledger/rule-simulation.ts',
  'ledger/shipped-rules.ts',
  'ledger/statement.ts',
  'ledger/teller.ts',
  'ledger/voucher-id.ts',
  'ledger/voucher.ts',
  'orders/approval.ts',
  'orders/form.ts',
  'orders/history.ts',
  'orders/order-state.ts',
  'orders/order-type.ts',
  'orders/pointer.ts',
  'orders/replay.ts',
  'orders/shipped-types.ts',
  'orders/text.ts',
  'orders/visibility.ts',
  'orders/import/mapping.ts',
  'payments/instruction-state.ts',
  'risk-graph/bolt/cypher.ts',
  'risk-graph/detect/chance.ts',
  'risk-graph/detect/detect.ts',
  'risk-graph/detect/features.ts',
  'risk-graph/detect/groups.ts',
  'risk-graph/detect/judge.ts',
  'risk-graph/detect/match.ts',
  'risk-graph/detect/merge.ts',
  'risk-graph/detect/projection.ts',
  'risk-graph/detect/propagate.ts',
  'risk-graph/detect/rules.ts',
  'risk-graph/detect/world.ts',
  'risk-graph/engine/aliases.ts',
  'risk-graph/engine/components.ts',
  'risk-graph/engine/csr.ts',
  'risk-graph/engine/days.ts',
  'risk-graph/engine/live-graph.ts',
  'risk-graph/engine/id-table.ts',
  'risk-graph/engine/communities.ts',
  'risk-graph/engine/leiden.ts',
  'risk-graph/engine/louvain.ts',
  'risk-graph/engine/neighbourhood.ts',
  'risk-graph/engine/page-rank.ts',
  'risk-graph/engine/paths.ts',
  'risk-graph/engine/columns.ts',
  'risk-graph/engine/roots.ts',
  'risk-graph/engine/surroundings.ts',
  'risk-graph/engine/window.ts',
  'risk-graph/investigate/case-state.ts',
  'risk-graph/investigate/pack.ts',
  'risk-graph/investigate/quality.ts',
  'risk-graph/load/mapping.ts',
  'risk-graph/masking.ts',
  'risk-graph/record.ts',
  'risk-graph/resolve/match.ts',
  'risk-graph/resolve/normalise.ts',
  'risk-graph/resolve/similarity.ts',
  'risk-graph/score/context.ts',
  'risk-graph/score/score-claim.ts',
  'risk-graph/spending/find.ts',
  'risk-graph/synthetic/motor.ts',
  'risk-graph/synthetic/random.ts',
].map((path) => `subgraphs/${path}`)

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/(^|[\s;])\/\/.*$/gm, '$1')
}

function importsOf(code: string): string[] {
  return [IMPORT, BARE_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) =>
    Array.from(code.matchAll(pattern), (match) => match[1]!)
  )
}

const isRelative = (specifier: string) => specifier.startsWith('.')

/** The file that a relative import names, from the root. */
function targetOf(path: string, specifier: string): string {
  return normalize(join(dirname(path), specifier))
}

/** `path → target` of the relative imports that break a rule. */
function offences(
  of: (path: string) => boolean,
  allowed: (target: string, path: string) => boolean,
): string[] {
  return SOURCES.filter(({ path }) => of(path)).flatMap(({ path, imports }) =>
    imports.filter(isRelative).map((specifier) => targetOf(path, specifier))
      .filter((target) => !allowed(target, path)).map((target) => `${path} → ${target}`)
  )
}

const within = (...folders: string[]) => (path: string) =>
  folders.some((folder) => path.startsWith(`${folder}/`))

describe('the scan', () => {
  it('sees the imports of every kind', () => {
    const code = withoutComments(`
      import a from 'one'
      import {
        type B,
      } from "no" // import x from 'no'
      import type { C } from './two.ts'
      /** import x from 'no' */
      export { d } from '../three.ts'
      export * from 'four'
      import 'five'
      const e = await import('six')
      const text = 'from here'
    `)
    expect(importsOf(code).toSorted()).toEqual(
      ['../three.ts', './two.ts', 'five', 'four', 'one', 'six'],
    )
  })

  it('finds the files that there are', () => {
    expect(SOURCES.length).toBeGreaterThan(100)
    expect(SUBGRAPHS).toEqual(expect.arrayContaining(['ledger', 'orders', 'payments']))
    expect(SOURCES.flatMap(({ imports }) => imports).length).toBeGreaterThan(500)
  })
})

describe('dependencies point one way:', () => {
  it('the kernel depends on packages and itself', () => {
    expect(offences(within('subgraphs/kernel'), within('subgraphs/kernel'))).toEqual([])
  })

  it.each(SUBGRAPHS)('%s depends on the kernel and itself', (name) => {
    const own = `subgraphs/${name}`
    expect(offences(within(own), within(own, 'subgraphs/kernel'))).toEqual([])
  })

  it('the gateway depends on the kernel, schema/ and itself, and on subgraphs in one file', () => {
    const allowed = within('gateway', 'schema', 'subgraphs/kernel')
    expect(offences(within('gateway'), (target, path) => {
      if (allowed(target)) return true
      return path === 'gateway/subgraphs.ts' && /^subgraphs\/[^/]+\/mod\.ts$/.test(target)
    })).toEqual([])
  })

  it('the edge depends on the kernel and itself', () => {
    expect(offences(within('edge'), within('edge', 'subgraphs/kernel'))).toEqual([])
  })

  it('the web UI depends on schema/ and itself', () => {
    expect(offences(within('web'), within('web', 'schema'))).toEqual([])
  })

  it('nothing that ships depends on tests', () => {
    expect(
      offences(within('subgraphs', 'gateway', 'edge', 'web'), (target) => !within('test')(target)),
    )
      .toEqual([])
  })

  it('no import leads out of the repository, and each that is relative has its extension', () => {
    const wrong = SOURCES.flatMap(({ path, imports }) =>
      imports.filter(isRelative).filter((specifier) =>
        !/\.(tsx?|json)$/.test(specifier) || targetOf(path, specifier).startsWith('..')
      ).map((specifier) => `${path}: ${specifier}`)
    )
    expect(wrong).toEqual([])
  })
})

describe('rules', () => {
  const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)])

  it.each(RULES)('%s takes values and gives values', (path) => {
    const source = SOURCES.find((candidate) => candidate.path === path)
    expect(source, 'the list names a file that is gone').toBeDefined()
    const { code, imports } = source!
    const packages = imports.filter((specifier) => !isRelative(specifier))
    expect(packages.filter((name) => /^(kysely|graphql|@pothos|libsql|pg)\b/.test(name))).toEqual(
      [],
    )
    // Hashing is a function of its argument.
    expect(packages.filter((name) => builtin.has(name) && !/^node:(crypto|util)$/.test(name)))
      .toEqual([])
    const clockOrChance =
      /Date\.now|new Date\(\)|Math\.random|getRandomValues|randomUUID|randomBytes|performance\.now|setTimeout|setInterval|\bfetch\(|\bDeno\b|process\./
    expect(clockOrChance.exec(code)?.[0]).toBeUndefined()
    // What a rule builds on is a rule, or types alone.
    const stores = imports.filter((specifier) => /\/(store|tables|graph)(\.ts|\/)/.test(specifier))
    const typesOnly = stores.filter((specifier) =>
      !new RegExp(`import type [^;']*'${specifier.replaceAll('.', '\\.')}'`).test(code)
    )
    expect(typesOnly).toEqual([])
  })
})

describe('SQL', () => {
  const SQL = /\b(selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\(|\bsql`|\bsql\.raw\(/
  const allowed = (path: string) =>
    path.startsWith('subgraphs/kernel/') ||
    /^subgraphs\/[^/]+\/(store|tables|verify)\.ts$/.test(path) ||
    /^subgraphs\/[^/]+\/store\//.test(path) ||
    path === 'subgraphs/payments/bank-simulator.ts' ||
    /^gateway\/[^/]+\/(store|tables)\.ts$/.test(path)

  it('is written where it belongs', () => {
    const found = SOURCES.filter(({ path, code }) =>
      within('subgraphs', 'gateway', 'edge')(path) && SQL.test(code) && !allowed(path)
    ).map(({ path }) => path)
    // Whether a database answers at all is asked in SQL.
    expect(found).toEqual(['gateway/http/health.ts'])
  })

  it('names no float: total() is banned', () => {
    const found = SOURCES.filter(({ path, code }) =>
      within('subgraphs')(path) && /\btotal\(/.test(code)
    )
    expect(found.map(({ path }) => path)).toEqual([])
  })
})

describe('packages with another licence or a cost', () => {
  it('only the plan-based executor imports @apollo/gateway', () => {
    const found = SOURCES.filter(({ imports, path }) =>
      !path.startsWith('test/') && imports.some((name) => name.startsWith('@apollo/gateway'))
    )
    expect(found.map(({ path }) => path)).toEqual(['gateway/execute/apollo.ts'])
  })

  it('every package that is imported is one that package.json names', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>
    const named = (path: string) => ({
      ...dependencies,
      ...(path.startsWith('test/') ? devDependencies : {}),
    })
    const packageOf = (specifier: string) =>
      specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
    const unnamed = SOURCES.flatMap(({ path, imports }) =>
      imports.filter((name) => !isRelative(name) && !name.startsWith('node:'))
        .filter((name) => !Object.hasOwn(named(path), packageOf(name)))
        .map((name) => `${path}: ${name}`)
    )
    expect(unnamed).toEqual([])
  })
})
