/**
 * Who asks, carried from the gateway that proved it to a subgraph in another process.
 */
import type { Actor, ActorKind } from '../../../subgraphs/kernel/actor.ts'
import type { RequestContext } from '../../../subgraphs/kernel/builder.ts'
import { canonicalJson } from '../../../subgraphs/kernel/canonical-json.ts'
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'

/** Servers take some 16 KiB of headers; half of it is for this one. */
const LENGTH_MAX = 8192
/** Events reach a consumer with no caller; only people and programs come through the gateway. */
const KINDS: readonly ActorKind[] = ['person', 'app']

/** What the gateway proved of a caller. */
export type Identity = Pick<RequestContext, 'policies'> & { readonly actor: Actor }

/** An identity as the text of a header: base64url of canonical JSON. @throws RangeError beyond 8,192 characters */
export function writeIdentity({ actor, policies }: Identity): string {
  const { tenant, subject, name, kind, roles, scopes, institution } = actor
  const json = canonicalJson({
    tenant,
    subject,
    name,
    kind,
    roles: [...roles],
    scopes: [...scopes],
    ...(institution === undefined ? {} : { institution }),
    ...(policies === undefined ? {} : { policies: [...policies] }),
  })
  const bytes = new TextEncoder().encode(json)
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  if (text.length > LENGTH_MAX) throw new RangeError('the roles and scopes of a token are too many')
  return text
}

/** The identity that a believed header tells of. */
export function readIdentity(text: string): Result<Identity, 'IDENTITY_MALFORMED'> {
  const value = text.length <= LENGTH_MAX ? parse(text) : undefined
  if (value === undefined) return malformed()
  const { tenant, subject, name, kind, roles, scopes, institution, policies } = value
  if (
    !isText(tenant) || !isText(subject) || typeof name !== 'string' ||
    !KINDS.includes(kind as ActorKind) || !isTexts(roles) || !isTexts(scopes) ||
    !(institution === undefined || isText(institution)) ||
    !(policies === undefined || isTexts(policies))
  ) return malformed()
  return ok({
    actor: {
      tenant,
      subject,
      name,
      kind: kind as ActorKind,
      roles,
      scopes: new Set(scopes),
      ...(institution === undefined ? {} : { institution }),
    },
    ...(policies === undefined ? {} : { policies: new Set(policies) }),
  })
}

function malformed() {
  return refuse('IDENTITY_MALFORMED', 'The identity is not written as one.')
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null
      ? value as Record<string, unknown>
      : undefined
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)
