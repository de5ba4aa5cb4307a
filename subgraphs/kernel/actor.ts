/**
 * Who asks. The gateway proves it; every subgraph checks it again.
 */
import { type Refusal, refuse } from './result.ts'

/**
 * - `person`: signed in
 * - `app`: a partner's program, which sees only what it brought in
 * - `rule`: a versioned rule that decides below a limit
 * - `system`: a consumer of events, acting for whoever caused them
 */
export type ActorKind = 'person' | 'app' | 'rule' | 'system'

/**
 * @property tenant the bank, insurer or broker whose data may be seen: never more than one
 * @property subject stable id, unique within the tenant
 * @property institution the branch that the actor works for
 */
export interface Actor {
  readonly tenant: string
  readonly subject: string
  readonly name: string
  readonly kind: ActorKind
  readonly roles: readonly string[]
  readonly scopes: ReadonlySet<string>
  readonly institution?: string
}

/** What a role may do. Tokens of an outside issuer may carry roles, scopes, or both. */
export const ROLE_SCOPES: Readonly<Record<string, readonly string[]>> = {
  maker: [
    'orders:read',
    'orders:submit',
    'ledger:read',
    'payments:read',
    'documents:read',
    'documents:review',
    'evidence:read',
    'evidence:write',
  ],
  checker: [
    'orders:read',
    'orders:approve',
    'orders:import',
    'ledger:read',
    'ledger:approve',
    'payments:read',
    'documents:read',
    'documents:approve',
    'evidence:read',
    'evidence:reveal',
  ],
  accountant: [
    'orders:read',
    'orders:retry',
    'ledger:read',
    'ledger:write',
    'payments:read',
    'payments:operate',
  ],
  teller: ['ledger:read', 'ledger:cash'],
  partner: ['orders:read', 'orders:submit', 'payments:read'],
  operator: ['operations:read', 'operations:write'],
  investigator: ['risk:read', 'risk:load', 'risk:score', 'risk:investigate', 'risk:reveal'],
  'risk-manager': ['risk:read', 'risk:investigate', 'risk:approve'],
}

/** The scopes of some roles, and those granted by name. */
export function scopesOf(roles: readonly string[], granted: readonly string[]): Set<string> {
  // A token may name any role, `constructor` too.
  const known = roles.filter((role) => Object.hasOwn(ROLE_SCOPES, role))
  return new Set([...known.flatMap((role) => ROLE_SCOPES[role]!), ...granted])
}

/** A rule or consumer acting inside one tenant. It passes no scope check: it calls commands itself. */
export function systemActor(tenant: string, subject: string, kind: 'rule' | 'system'): Actor {
  return { tenant, subject, name: subject, kind, roles: [], scopes: new Set() }
}

/** Refuses unless the actor holds the scope. For commands that are reached without GraphQL. */
export function requireScope(actor: Actor, scope: string): Refusal<'FORBIDDEN'> | undefined {
  return actor.scopes.has(scope)
    ? undefined
    : refuse('FORBIDDEN', `This needs the scope ${scope}.`, undefined, { scope })
}
