/**
 * Views of lists that a person keeps: the filters and columns of a URL under a name, in this browser.
 */
export interface View {
  readonly name: string
  /** As the list's URL has it. */
  readonly search: Readonly<Record<string, unknown>>
}

export const VIEW_NAME_MAX = 40
/** A menu that is longer is no help any more. */
export const VIEWS_MAX = 30

const keyOf = (subject: string, list: string) => `huitong.views.${subject}.${list}`

/** The views that a person keeps of a list, by name. */
export function viewsOf(storage: Pick<Storage, 'getItem'>, subject: string, list: string): View[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(keyOf(subject, list)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isView) : []
  } catch {
    return []
  }
}

/** Keeps a view, in place of one of the same name. */
export function keepView(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  subject: string,
  list: string,
  view: View,
): void {
  const others = viewsOf(storage, subject, list).filter(({ name }) => name !== view.name)
  const views = [...others, view].toSorted((a, b) => a.name.localeCompare(b.name))
  storage.setItem(keyOf(subject, list), JSON.stringify(views.slice(0, VIEWS_MAX)))
}

export function dropView(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  subject: string,
  list: string,
  name: string,
): void {
  const others = viewsOf(storage, subject, list).filter((view) => view.name !== name)
  storage.setItem(keyOf(subject, list), JSON.stringify(others))
}

/** Whether two searches show the same. */
export function sameSearch(a: View['search'], b: View['search']): boolean {
  const text = (search: View['search']) =>
    JSON.stringify(Object.entries(search).toSorted(([x], [y]) => x < y ? -1 : 1))
  return text(a) === text(b)
}

function isView(value: unknown): value is View {
  if (typeof value !== 'object' || value === null) return false
  const { name, search } = value as Partial<View>
  return typeof name === 'string' && typeof search === 'object' && search !== null
}
