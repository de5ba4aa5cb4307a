/**
 * Bundles: one case with all that the verifier needs, as one file.
 */
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { commitment, eventHash, type EventKind, type EvidenceEvent, NO_EVENT } from './event.ts'
import { base64, hex } from './note.ts'
import type { Bundle } from './verifier.ts'

/** The event that follows others. @param last the hash of the one before, as hex; none for the first */
export function eventAfter(
  seq: number,
  last: string | undefined,
  caseId: string,
  kind: EventKind,
  at: string,
  body: { readonly [key: string]: CanonicalValue },
  commitments: EvidenceEvent['commitments'] = {},
): EvidenceEvent {
  return { case: caseId, seq, kind, at, prev: last ?? NO_EVENT, body, commitments }
}

/** The event that follows others. */
export function nextEvent(
  events: readonly EvidenceEvent[],
  caseId: string,
  kind: EventKind,
  at: string,
  body: { readonly [key: string]: CanonicalValue },
  commitments: EvidenceEvent['commitments'] = {},
): EvidenceEvent {
  const last = events.at(-1)
  const hash = last === undefined ? undefined : hex(eventHash(last))
  return eventAfter(events.length, hash, caseId, kind, at, body, commitments)
}

/** What closes a case: how many events there are and the hash of the last. */
export function closingBody(events: readonly EvidenceEvent[]): { head: string; events: number } {
  return { head: hex(eventHash(events.at(-1)!)), events: events.length }
}

/** A value that is shown with its salt. */
export interface Opening {
  readonly seq: number
  readonly name: string
  readonly value: string
  readonly salt: Uint8Array
}

/** Whether an opening is what was committed to. */
export function opens(events: readonly EvidenceEvent[], opening: Opening): boolean {
  const { seq, name, value, salt } = opening
  return events[seq]?.commitments[name] === commitment(name, value, salt)
}

/** Puts a bundle together. @param checkpoint a signed note that covers all leaves */
export function bundleOf(
  events: readonly EvidenceEvent[],
  leaves: readonly { readonly index: number; readonly proof: readonly Uint8Array[] }[],
  checkpoint: string,
  timestamp: Uint8Array | null,
  openings: readonly Opening[],
): Bundle {
  return {
    format: 'huitong-evidence/1',
    case: events[0]!.case,
    events,
    leaves: leaves.map(({ index, proof }) => ({ index, proof: proof.map(base64) })),
    checkpoint,
    timestamp: timestamp === null ? null : base64(timestamp),
    openings: openings.map((opening) => ({ ...opening, salt: base64(opening.salt) })),
  }
}
