/**
 * How people sign in to the web UI: with the bank's OpenID Connect provider, or as one of the demo
 * people where there is no other issuer.
 */
import { demoToken } from '../auth/demo-issuer.ts'
import type { Config } from '../config.ts'
import { DEMO_PEOPLE, type DemoRole, isDemoRole } from '../demo.ts'
import { problem } from '../http/problem.ts'
import type { Routes } from '../http/routes.ts'

/** What the page is told before anybody is signed in. */
export type SignInSettings =
  | { readonly kind: 'demo'; readonly people: readonly { role: DemoRole; name: string }[] }
  | { readonly kind: 'oidc'; readonly issuer: string; readonly clientId: string }
  /** An issuer without a client for the web UI. */
  | { readonly kind: 'none' }

type SignInConfig = Pick<Config, 'issuer' | 'dataDir'>

/** @property clientId the web UI's own at the provider */
export function signInSettings({ issuer }: SignInConfig): SignInSettings {
  if (issuer.kind === 'demo') {
    const people = Object.entries(DEMO_PEOPLE).filter(([, { kind }]) => kind === 'person')
    return {
      kind: 'demo',
      people: people.map(([role, { name }]) => ({ role: role as DemoRole, name })),
    }
  }
  return issuer.clientId === undefined
    ? { kind: 'none' }
    : { kind: 'oidc', issuer: issuer.issuer, clientId: issuer.clientId }
}

/** `/sign-in/settings` for the page, and in demo mode `/sign-in/demo` for a demo token. */
export function signInRoutes(config: SignInConfig): Routes {
  const settings = signInSettings(config)
  return {
    '/sign-in/settings': () => Response.json(settings),
    ...(settings.kind === 'demo' ? { '/sign-in/demo': demoSignIn(config) } : {}),
  }
}

function demoSignIn({ dataDir }: SignInConfig): Routes[string] {
  return async (request) => {
    if (request.method !== 'POST') {
      return problem({ status: 405, code: 'METHOD_NOT_ALLOWED', title: 'Sign in with POST.' })
    }
    const role = new URL(request.url).searchParams.get('as') ?? undefined
    if (!isDemoRole(role) || DEMO_PEOPLE[role].kind !== 'person') {
      return problem({ status: 400, code: 'ROLE_UNKNOWN', title: 'No demo person has this role.' })
    }
    return Response.json({ token: await demoToken(dataDir, role) })
  }
}
