/**
 * People and programs of a tenant, as the gateway would prove them.
 */
import { type Actor, type ActorKind, scopesOf } from '../../subgraphs/kernel/actor.ts'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import type { TenantSetup } from '../../subgraphs/kernel/subgraph.ts'

/** An actor with one role or several; scopes follow from the roles. */
export function actor(
  tenant: string,
  subject: string,
  roles: readonly string[] = [subject],
  kind: ActorKind = 'person',
): Actor {
  return { tenant, subject, name: subject, kind, roles, scopes: scopesOf(roles, []) }
}

/** A partner's program, which sees only what it brought in. */
export function partnerApp(tenant: string, subject = 'partner'): Actor {
  return actor(tenant, subject, ['partner'], 'app')
}

/** What a request of an actor brings along; of nobody when absent. */
export function requestOf(actor: Actor | undefined): RequestContext {
  return { actor, traceId: 'test' }
}

let tenants = 0

/** A tenant that no other test has, with three institutions. */
export function newTenant(): TenantSetup {
  return {
    tenant: `bank-${++tenants}`,
    institutions: {
      '1001': { zh: '总行', en: 'Head office' },
      '1002': { zh: '城东支行', en: 'East branch' },
      '1003': { zh: '城西支行', en: 'West branch' },
    },
  }
}
