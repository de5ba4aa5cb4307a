/**
 * What an order told the books and they would not take.
 */

/** An event as an order has it. @property outcome what became of this arrival of it */
export interface PostingEvent {
  readonly id: string
  readonly type: string
  readonly outcome: string
  readonly receivedAt: string
}

/**
 * The newest refusal of each type that has not been posted since, oldest first: an order's event is
 * posted once, whichever of its arrivals that was.
 */
export function refusedPostings<Event extends PostingEvent>(events: readonly Event[]): Event[] {
  const posted = new Set(events.flatMap(({ type, outcome }) => outcome === 'POSTED' ? type : []))
  const newest = new Map<string, Event>()
  for (const event of events) {
    const known = newest.get(event.type)
    if (event.outcome !== 'REFUSED' || posted.has(event.type)) continue
    if (known === undefined || known.receivedAt <= event.receivedAt) newest.set(event.type, event)
  }
  return [...newest.values()].toSorted((a, b) => a.receivedAt < b.receivedAt ? -1 : 1)
}
