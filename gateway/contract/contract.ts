/**
 * A contract: the part of the one schema that an audience may know of.
 *
 * Fields are in it when they are tagged, or their type is. Arguments, inputs, enums, scalars and unions
 * follow from the fields that use them. What is left out becomes `@inaccessible`: it still works as a
 * key, and introspection, validation and errors do not know it.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql'
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'

const INACCESSIBLE_URL = 'https://specs.apollo.dev/inaccessible/v0.2'
const INACCESSIBLE: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'inaccessible' },
}
const INACCESSIBLE_SDL = parse(`
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION |
    SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`).definitions

/**
 * The supergraph in which everything outside the contract is hidden.
 *
 * @throws Error when it is empty, or naming a field that leads to a type with nothing in the contract
 */
export function contractSupergraph(supergraphSdl: string, tag: string): string {
  const document = parse(supergraphSdl)
  const types = new Map(
    document.definitions.filter(isType).map((type) => [type.name.value, type]),
  )
  const reached = reach(types, tag)
  return print({
    ...document,
    definitions: [
      ...document.definitions.map((definition) => {
        if (definition.kind === Kind.SCHEMA_DEFINITION && !linksInaccessible(document)) {
          return { ...definition, directives: [...definition.directives ?? [], link()] }
        }
        if (!isType(definition) || isMachinery(definition.name.value)) return definition
        return narrowed(definition, reached, tag)
      }),
      ...(linksInaccessible(document) ? [] : INACCESSIBLE_SDL),
    ],
  } as DocumentNode)
}

/** The schema as clients see it: what is inaccessible and what only composes is left out. */
export function publicSdl(supergraphSdl: string): string {
  return `${print(transformSupergraphToPublicSchema(parse(supergraphSdl))).trimEnd()}\n`
}

type Types = ReadonlyMap<string, TypeDefinitionNode>

/** Names of all types that the contract's fields lead to, from the root types. */
function reach(types: Types, tag: string): ReadonlySet<string> {
  if (shownFields(types.get('Query'), tag).length === 0) {
    throw new Error(`nothing of Query is tagged ${tag}`)
  }
  const reached = new Set<string>()
  const open = ['Query', 'Mutation', 'Subscription'].filter((name) =>
    shownFields(types.get(name), tag).length > 0
  )
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue
    reached.add(name)
    const type = types.get(name)
    if (type === undefined) continue
    for (const field of shownFields(type, tag)) {
      const target = namedType(field.type)
      if (isComposite(types.get(target)) && !isShown(target, types, tag)) {
        throw new Error(`${name}.${field.name.value} is tagged ${tag}, but nothing of ${target} is`)
      }
      open.push(target, ...(field.arguments ?? []).map((argument) => namedType(argument.type)))
    }
    if (type.kind === Kind.UNION_TYPE_DEFINITION) {
      open.push(...membersOf(type).filter((member) => isShown(member, types, tag)))
    }
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      open.push(...implementing(name, types).filter((object) => isShown(object, types, tag)))
    }
    if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      open.push(
        ...(type.fields ?? []).map((field: InputValueDefinitionNode) => namedType(field.type)),
      )
    }
  }
  return reached
}

function narrowed(
  type: TypeDefinitionNode,
  reached: ReadonlySet<string>,
  tag: string,
): TypeDefinitionNode {
  if (!reached.has(type.name.value)) return hidden(type)
  if (type.kind === Kind.UNION_TYPE_DEFINITION) return withoutMembers(type, reached)
  if (!hasFields(type)) return type
  const shown = new Set(shownFields(type, tag))
  return {
    ...type,
    fields: type.fields?.map((field) => shown.has(field) ? field : hidden(field)),
  } as TypeDefinitionNode
}

/** The public schema's transform leaves hidden members in their unions, so they go here. */
function withoutMembers(
  type: UnionTypeDefinitionNode,
  reached: ReadonlySet<string>,
): UnionTypeDefinitionNode {
  const memberOf = ({ name, arguments: args }: ConstDirectiveNode) => {
    const value = args?.find((argument) => argument.name.value === 'member')?.value
    return name.value === 'join__unionMember' && value?.kind === Kind.STRING
      ? value.value
      : undefined
  }
  return {
    ...type,
    types: type.types?.filter((member) => reached.has(member.name.value)) ?? [],
    directives: type.directives?.filter((directive) => {
      const member = memberOf(directive)
      return member === undefined || reached.has(member)
    }) ?? [],
  }
}

/** A type with fields is shown when one of them is, a union when one of its members is. */
function isShown(name: string, types: Types, tag: string): boolean {
  const type = types.get(name)
  return type?.kind === Kind.UNION_TYPE_DEFINITION
    ? membersOf(type).some((member) => isShown(member, types, tag))
    : shownFields(type, tag).length > 0
}

function shownFields(type: TypeDefinitionNode | undefined, tag: string): FieldDefinitionNode[] {
  if (type === undefined || !hasFields(type)) return []
  const whole = isTagged(type, tag)
  return (type.fields ?? []).filter((field) => whole || isTagged(field, tag))
}

function isTagged(node: { readonly directives?: readonly ConstDirectiveNode[] }, tag: string) {
  return (node.directives ?? []).some(({ name, arguments: args }) => {
    const value = args?.find((argument) => argument.name.value === 'name')?.value
    return name.value === 'tag' && value?.kind === Kind.STRING && value.value === tag
  })
}

function hidden<N extends { readonly directives?: readonly ConstDirectiveNode[] }>(node: N): N {
  const directives = node.directives ?? []
  if (directives.some((directive) => directive.name.value === 'inaccessible')) return node
  return { ...node, directives: [...directives, INACCESSIBLE] }
}

function linksInaccessible(document: DocumentNode): boolean {
  return document.definitions.some((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === 'inaccessible'
  )
}

function link(): ConstDirectiveNode {
  const [schema] = parse(`schema @link(url: "${INACCESSIBLE_URL}", for: SECURITY) { query: Query }`)
    .definitions
  return (schema as { directives?: readonly ConstDirectiveNode[] }).directives![0]!
}

/** Types of the join and link specifications, which clients never see. */
function isMachinery(name: string): boolean {
  return /^(join|link|core)__|__Scope$|__Policy$/.test(name)
}

type WithFields = TypeDefinitionNode & { readonly fields?: readonly FieldDefinitionNode[] }

function hasFields(type: TypeDefinitionNode): type is WithFields {
  return type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION
}

function isComposite(type: TypeDefinitionNode | undefined): boolean {
  return type !== undefined && (hasFields(type) || type.kind === Kind.UNION_TYPE_DEFINITION)
}

function membersOf(type: TypeDefinitionNode): string[] {
  return type.kind === Kind.UNION_TYPE_DEFINITION
    ? (type.types ?? []).map((member) => member.name.value)
    : []
}

function implementing(name: string, types: Types): string[] {
  return Array.from(types.values()).filter((type) =>
    hasFields(type) &&
    (type as { interfaces?: readonly { name: { value: string } }[] }).interfaces
      ?.some((declared) => declared.name.value === name)
  ).map((type) => type.name.value)
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

function isType(definition: { readonly kind: string }): definition is TypeDefinitionNode {
  return definition.kind.endsWith('TypeDefinition')
}
