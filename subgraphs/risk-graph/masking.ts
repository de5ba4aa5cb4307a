/**
 * What is shown of people to whoever has not said why they need to see more.
 *
 * @see 《中华人民共和国个人信息保护法》第六条: no more than the purpose needs.
 */
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import type { EntityType } from './record.ts'

/** Types that tell of a person. */
const PERSONAL: ReadonlySet<EntityType> = new Set(
  ['person', 'vehicle', 'phone', 'address', 'account', 'device'],
)

/** Whether entities of a type are masked. */
export function isPersonal(type: EntityType): boolean {
  return PERSONAL.has(type)
}

/** A name as it is shown: enough to tell apart what stands beside one another, no more. */
export function maskName(type: EntityType, name: string): string {
  if (!isPersonal(type)) return name
  const characters = [...name]
  const keep = (first: number, last: number) =>
    characters.length <= first + last
      ? '*'.repeat(characters.length)
      : `${characters.slice(0, first).join('')}***${
        characters.slice(characters.length - last).join('')
      }`
  switch (type) {
    case 'person':
      return keep(1, 0)
    case 'phone':
      return keep(3, 2)
    case 'vehicle':
      return keep(2, 1)
    case 'address':
      return keep(4, 0)
    default:
      return keep(0, 4)
  }
}

/** Attributes as they are shown: which there are, of what tells of a person. */
export function maskAttributes(
  type: EntityType,
  attributes: Readonly<Record<string, CanonicalValue>>,
): Readonly<Record<string, CanonicalValue>> {
  if (!isPersonal(type)) return attributes
  return Object.fromEntries(Object.keys(attributes).map((name) => [name, '***']))
}
