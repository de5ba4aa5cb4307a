/**
 * Long work at the server, as its progress tells.
 */

/** Whether a job has come to its end, well or not. */
export function isOver({ state }: { readonly state: string }): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING'
}
