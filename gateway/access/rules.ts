/**
 * Who may see which field, as the supergraph declares it.
 *
 * @see https://specs.apollo.dev/requiresScopes/v0.1, https://specs.apollo.dev/policy/v0.1
 */
import { type ConstDirectiveNode, Kind, parse, type ValueNode } from 'graphql'

/** Any of the outer lists, all of the inner. */
type AnyOfAll = readonly (readonly string[])[]

/** One declared rule. Whoever is held to any rule must be signed in. */
export interface AccessRule {
  /** Coordinate of what carries it: `Query.voucher`, or a type's name. */
  readonly place: string
  readonly scopes: AnyOfAll
  readonly policies: AnyOfAll
}

/** Rules by coordinate: `Type.field`, or `Type` for whatever leads to the type or into it. */
export type AccessRules = ReadonlyMap<string, AccessRule>

/** Reads the rules out of a supergraph. */
export function accessRules(supergraphSdl: string): AccessRules {
  const rules = new Map<string, AccessRule>()
  const add = (place: string, directives: readonly ConstDirectiveNode[] = []) => {
    const rule = ruleOf(place, directives)
    if (rule !== undefined) rules.set(place, rule)
  }
  for (const definition of parse(supergraphSdl).definitions) {
    if (!('directives' in definition) || !definition.kind.endsWith('TypeDefinition')) continue
    const { name, directives, fields } = definition as {
      name: { value: string }
      directives?: readonly ConstDirectiveNode[]
      fields?: readonly { name: { value: string }; directives?: readonly ConstDirectiveNode[] }[]
    }
    add(name.value, directives)
    for (const field of fields ?? []) add(`${name.value}.${field.name.value}`, field.directives)
  }
  return rules
}

/** Why a rule is not met, or nothing when it is. */
export type Denial = 'UNAUTHENTICATED' | 'FORBIDDEN'

/** @param scopes of whoever asks; absent when nobody is signed in */
export function denialOf(
  rule: AccessRule,
  scopes: ReadonlySet<string> | undefined,
  policies: ReadonlySet<string>,
): Denial | undefined {
  if (scopes === undefined) return 'UNAUTHENTICATED'
  return meets(rule.scopes, scopes) && meets(rule.policies, policies) ? undefined : 'FORBIDDEN'
}

/** One English sentence about what a rule asks for. */
export function demandOf({ place, scopes, policies }: AccessRule): string {
  const asked = [
    ...scopes.length === 0 ? [] : [`the scope ${listed(scopes)}`],
    ...policies.length === 0 ? [] : [`the policy ${listed(policies)}`],
  ]
  return `${place} needs ${asked.join(' and ')}.`
}

function meets(wanted: AnyOfAll, held: ReadonlySet<string>): boolean {
  return wanted.length === 0 || wanted.some((all) => all.every((one) => held.has(one)))
}

function listed(wanted: AnyOfAll): string {
  return wanted.map((all) => all.join(' and ')).join(' or ')
}

function ruleOf(place: string, directives: readonly ConstDirectiveNode[]): AccessRule | undefined {
  const find = (name: string) => directives.find((directive) => directive.name.value === name)
  const [scopes, policies] = [find('requiresScopes'), find('policy')]
  if (scopes === undefined && policies === undefined && find('authenticated') === undefined) {
    return undefined
  }
  return { place, scopes: listsOf(scopes), policies: listsOf(policies) }
}

/** The one argument of a directive: a list of lists of texts. */
function listsOf(directive: ConstDirectiveNode | undefined): AnyOfAll {
  const value = directive?.arguments?.[0]?.value
  return items(value).map((all) =>
    items(all).map((one) => one.kind === Kind.STRING ? one.value : '')
  )
}

function items(value: ValueNode | undefined): readonly ValueNode[] {
  return value?.kind === Kind.LIST ? value.values : []
}
