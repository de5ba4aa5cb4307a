/**
 * Lets this process import a checkout of the federation audit: its suites as data, over our packages.
 *
 * The audit's own helpers serve each subgraph over HTTP. In their place come ones that keep what they
 * are given, so that a suite is a list of subgraphs and of queries with their answers. `graphql` is
 * ours in both, for types of two copies of it do not mix.
 */
import { existsSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

const STAND_INS: Readonly<Record<string, string>> = {
  'subgraph.js': 'export const createSubgraph = (name, parts) => ({ name, ...parts })',
  'supergraph.js': 'export const serve = (id, subgraphs, tests) => ({ id, subgraphs, tests })',
}

/** Loads modules below `root` as said above. */
export function hookAudit(root: string): void {
  const require = createRequire(import.meta.url)
  registerHooks({
    resolve(specifier, context, next) {
      const parent = context.parentURL === undefined ? '' : asPath(context.parentURL)
      if (!parent.startsWith(root)) return next(specifier, context)
      if (specifier === 'graphql') {
        return { url: `file://${require.resolve('graphql')}`, shortCircuit: true }
      }
      const name = specifier.split('/').at(-1)!
      if (specifier === `../../${name}` && STAND_INS[name] !== undefined) {
        const source = encodeURIComponent(STAND_INS[name])
        return { url: `data:text/javascript,${source}`, shortCircuit: true }
      }
      if (specifier.startsWith('.') && specifier.endsWith('.js')) {
        const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
        if (existsSync(url)) {
          return { url: url.href, format: 'module-typescript', shortCircuit: true }
        }
      }
      return next(specifier, context)
    },
  })
}

function asPath(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : ''
}
