/**
 * Whether a saved document still works as it did when it was registered.
 */
import {
  type ASTNode,
  type DocumentNode,
  getNamedType,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { type DocumentShape, readShape } from './document-shape.ts'
import { answerChange, stillAccepts } from './type-change.ts'

/**
 * - `INVALID`: the schema no longer has, or no longer takes, what the document says
 * - `ANSWER_NULLABLE`, `ANSWER_TYPE`: what it reads may be null now, or is of another type
 * - `INPUT_REMOVED`, `INPUT_REQUIRED`, `INPUT_TYPE`, `CHOICE_REMOVED`: what its variables held is
 *   refused now, or is not enough
 * - `VALUE_ADDED`, `MEMBER_ADDED`: an enum or an abstract type that it reads can be something new
 */
export type ChangeCode =
  | 'INVALID'
  | 'ANSWER_NULLABLE'
  | 'ANSWER_TYPE'
  | 'INPUT_REMOVED'
  | 'INPUT_REQUIRED'
  | 'INPUT_TYPE'
  | 'CHOICE_REMOVED'
  | 'VALUE_ADDED'
  | 'MEMBER_ADDED'

/** Something that a document's client will notice. */
export interface Change {
  /** Programs that meet a `break` fail; those that meet a `warning` may, if written carelessly. */
  readonly severity: 'break' | 'warning'
  readonly code: ChangeCode
  /** In the schema: `Type.field`, `Type.field(argument:)`, `Enum.VALUE`, `Input.field`, `Type`. */
  readonly coordinate: string
  /** In the document: `line:column`, a response path, or `variables`. */
  readonly place: string
  /** One English sentence. */
  readonly reason: string
}

/** Every change that a document's client notices, breaks first. */
export function checkDocument(
  text: string,
  before: DocumentShape,
  schema: GraphQLSchema,
): Change[] {
  const document = parse(text)
  const now = readShape(text, schema)
  const changes = [
    ...invalid(document, schema),
    ...answers(before, now.shape, now.coordinates),
    ...inputs(before, now.shape, schema),
    ...additions(before, now.shape),
  ]
  return changes.toSorted((a, b) => rank(a) - rank(b))
}

const rank = ({ severity }: Change) => severity === 'break' ? 0 : 1

function invalid(document: DocumentNode, schema: GraphQLSchema): Change[] {
  const errors = validate(schema, document, undefined, { maxErrors: 100 })
  if (errors.length === 0) return []
  const coordinates = coordinatesByNode(document, schema)
  return errors.map((error) => ({
    severity: 'break',
    code: 'INVALID',
    coordinate: error.nodes?.map((node) => coordinates.get(node)).find((each) => each) ?? '',
    place: placeOf(error),
    reason: error.message,
  }))
}

function placeOf({ locations }: GraphQLError): string {
  const [at] = locations ?? []
  return at === undefined ? '' : `${at.line}:${at.column}`
}

/** Where each part of a document points, also where the schema no longer has it. */
function coordinatesByNode(
  document: DocumentNode,
  schema: GraphQLSchema,
): ReadonlyMap<ASTNode, string> {
  const found = new Map<ASTNode, string>()
  const info = new TypeInfo(schema)
  const conditions = new Map<string, string>()
  for (const node of document.definitions) {
    if (node.kind !== Kind.FRAGMENT_DEFINITION) continue
    conditions.set(node.name.value, node.typeCondition.name.value)
  }
  const field = () => `${info.getParentType()?.name}.${info.getFieldDef()?.name}`
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        const parent = info.getParentType()
        if (parent) found.set(node, `${parent.name}.${node.name.value}`)
      },
      Argument(node) {
        if (info.getFieldDef()) found.set(node, `${field()}(${node.name.value}:)`)
      },
      ObjectField(node) {
        const input = getNamedType(info.getParentInputType())
        if (input) found.set(node, `${input.name}.${node.name.value}`)
      },
      EnumValue(node) {
        const type = getNamedType(info.getInputType())
        if (type) found.set(node, `${type.name}.${node.value}`)
      },
      Variable(node) {
        const argument = info.getArgument()
        if (argument && info.getFieldDef()) found.set(node, `${field()}(${argument.name}:)`)
      },
      NamedType(node) {
        found.set(node, node.name.value)
      },
      InlineFragment(node) {
        if (node.typeCondition) found.set(node, node.typeCondition.name.value)
      },
      FragmentSpread(node) {
        const condition = conditions.get(node.name.value)
        if (condition !== undefined) found.set(node, condition)
      },
    }),
  )
  return found
}

function answers(
  before: DocumentShape,
  now: DocumentShape,
  coordinates: ReadonlyMap<string, string>,
): Change[] {
  return Object.entries(before.answers).flatMap(([place, was]): Change[] => {
    const is = entry(now.answers, place)
    // What is gone makes the document invalid, which is said with its line.
    if (is === undefined) return []
    const change = answerChange(was, is)
    if (change === 'none') return []
    return [{
      severity: 'break',
      code: change === 'nullable' ? 'ANSWER_NULLABLE' : 'ANSWER_TYPE',
      coordinate: coordinates.get(place)!,
      place,
      reason: change === 'nullable'
        ? `It was ${was} and is ${is}: it may be null now.`
        : `It was ${was} and is ${is}.`,
    }]
  })
}

function inputs(before: DocumentShape, now: DocumentShape, schema: GraphQLSchema): Change[] {
  const broken = (code: ChangeCode, coordinate: string, reason: string): Change => ({
    severity: 'break',
    code,
    coordinate,
    place: 'variables',
    reason,
  })
  const changes: Change[] = []
  for (const [coordinate, was] of Object.entries(before.inputs)) {
    const is = entry(now.inputs, coordinate)
    if (is === undefined) {
      // An input that no variable reaches any more is said where it was last reached.
      if (schema.getType(typeOf(coordinate)) !== undefined && reached(now, typeOf(coordinate))) {
        changes.push(broken('INPUT_REMOVED', coordinate, `It was ${was} and is gone.`))
      }
    } else if (!required(was) && required(is)) {
      changes.push(broken('INPUT_REQUIRED', coordinate, `It was ${was} and is ${is}: required.`))
    } else if (!stillAccepts(bare(was), bare(is))) {
      changes.push(broken('INPUT_TYPE', coordinate, `It was ${was} and is ${is}.`))
    }
  }
  for (const [coordinate, is] of Object.entries(now.inputs)) {
    const isNew = entry(before.inputs, coordinate) === undefined
    // A whole new input comes with a field that leads to it, and that field's rule decides.
    if (isNew && required(is) && reached(before, typeOf(coordinate))) {
      changes.push(broken('INPUT_REQUIRED', coordinate, `It is new and required: ${is}.`))
    }
  }
  for (const [name, were] of Object.entries(before.choices)) {
    const are = entry(now.choices, name)
    for (const value of are === undefined ? [] : were.filter((each) => !are.includes(each))) {
      changes.push(broken('CHOICE_REMOVED', `${name}.${value}`, 'A variable may hold it; gone.'))
    }
  }
  return changes
}

function additions(before: DocumentShape, now: DocumentShape): Change[] {
  const added = (
    code: ChangeCode,
    were: DocumentShape['enums'],
    are: DocumentShape['enums'],
    reason: string,
    coordinate: (type: string, name: string) => string,
  ) =>
    Object.entries(were).flatMap(([type, names]) =>
      (entry(are, type) ?? []).filter((name) => !names.includes(name)).map((name): Change => ({
        severity: 'warning',
        code,
        coordinate: coordinate(type, name),
        place: type,
        reason,
      }))
    )
  return [
    ...added(
      'VALUE_ADDED',
      before.enums,
      now.enums,
      'A new value that the document may read.',
      (type, name) => `${type}.${name}`,
    ),
    ...added(
      'MEMBER_ADDED',
      before.members,
      now.members,
      'A new type that the document may meet.',
      (_, name) => name,
    ),
  ]
}

const typeOf = (coordinate: string) => coordinate.split('.', 1)[0]!

const reached = ({ inputs }: DocumentShape, type: string) =>
  Object.keys(inputs).some((coordinate) => typeOf(coordinate) === type)

/** The type without its default. */
const bare = (input: string) => input.split(' = ', 1)[0]!

const required = (input: string) => bare(input) === input && input.endsWith('!')

/** Types may be called `constructor`. */
function entry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
