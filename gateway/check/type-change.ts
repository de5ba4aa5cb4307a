/**
 * Which changes of a type those who read or send it can live with.
 */
import { Kind, parseType, type TypeNode } from 'graphql'

/** What became of a type that is read. */
export type AnswerChange = 'none' | 'nullable' | 'other'

/**
 * What a reader of one type notices when it becomes another.
 *
 * `nullable`: nothing but that there may be null where there was none, also within a list. Whatever
 * becomes non-null is no change to a reader. Another named type is always a change.
 *
 * @param before printed, such as `[String!]!`
 */
export function answerChange(before: string, now: string): AnswerChange {
  return answerBetween(parseType(before), parseType(now))
}

function answerBetween(before: TypeNode, now: TypeNode): AnswerChange {
  if (before.kind === Kind.NON_NULL_TYPE) {
    if (now.kind === Kind.NON_NULL_TYPE) return answerBetween(before.type, now.type)
    return answerBetween(before.type, now) === 'other' ? 'other' : 'nullable'
  }
  if (now.kind === Kind.NON_NULL_TYPE) return answerBetween(before, now.type)
  if (before.kind === Kind.LIST_TYPE) {
    return now.kind === Kind.LIST_TYPE ? answerBetween(before.type, now.type) : 'other'
  }
  return now.kind === Kind.NAMED_TYPE && now.name.value === before.name.value ? 'none' : 'other'
}

/**
 * Whether every value of one input type is a value of another. One value is also a list of one.
 *
 * @param before printed, such as `[ID!]`
 */
export function stillAccepts(before: string, now: string): boolean {
  return acceptsBetween(parseType(before), parseType(now))
}

function acceptsBetween(before: TypeNode, now: TypeNode): boolean {
  if (now.kind === Kind.NON_NULL_TYPE) {
    return before.kind === Kind.NON_NULL_TYPE && acceptsBetween(before.type, now.type)
  }
  if (before.kind === Kind.NON_NULL_TYPE) return acceptsBetween(before.type, now)
  if (before.kind === Kind.LIST_TYPE) {
    return now.kind === Kind.LIST_TYPE && acceptsBetween(before.type, now.type)
  }
  if (now.kind === Kind.LIST_TYPE) return acceptsInList(before, now.type)
  return now.name.value === before.name.value
}

/** A lone null stays null and does not become a list with a null in it. */
function acceptsInList(before: TypeNode, item: TypeNode): boolean {
  return acceptsBetween(before, item.kind === Kind.NON_NULL_TYPE ? item.type : item)
}
