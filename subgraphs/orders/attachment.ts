/**
 * Files that belong to an order (附件): what its history says of them.
 */
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Instant } from '../kernel/time.ts'
import type { HistoryKind } from './history.ts'
import { isText } from './text.ts'

/** More files belong into an archive. */
export const ATTACHMENTS_MAX = 50
const NAME_MAX = 200

export type AttachmentCode = 'FILE_NAME_MALFORMED' | 'ATTACHMENTS_FULL'

/** @property file hash by which the file is fetched @property by who put it there */
export interface Attachment {
  readonly file: string
  readonly name: string
  readonly bytes: number
  readonly by: string
  readonly at: Instant
}

/** A file as it is to be attached. */
export type NewAttachment = Pick<Attachment, 'file' | 'name' | 'bytes'>

/** An event as it is stored. @property detail JSON */
interface Event {
  readonly kind: string
  readonly detail: string
  readonly actor: string
  readonly at: Instant
}

/** The attachments that a history tells of, oldest first. */
export function attachmentsIn(events: readonly Event[]): Attachment[] {
  const attached: HistoryKind = 'ATTACHED'
  return events.filter(({ kind }) => kind === attached).map(({ detail, actor, at }) => ({
    ...JSON.parse(detail) as NewAttachment,
    by: actor,
    at,
  }))
}

/** Whether a file may be attached to these; false when it is there already under this name. */
export function checkAttachment(
  present: readonly NewAttachment[],
  { file, name }: NewAttachment,
): Result<boolean, AttachmentCode> {
  if (!isText(name) || name.trim() === '' || name.length > NAME_MAX || /[/\\]/.test(name)) {
    return refuse('FILE_NAME_MALFORMED', `A file's name has 1 to ${NAME_MAX} characters.`, '/name')
  }
  if (present.some((each) => each.file === file && each.name === name)) return ok(false)
  if (present.length >= ATTACHMENTS_MAX) {
    return refuse('ATTACHMENTS_FULL', `An order has at most ${ATTACHMENTS_MAX} files.`, '/file')
  }
  return ok(true)
}
