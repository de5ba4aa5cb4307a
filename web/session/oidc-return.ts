/**
 * Where a provider sends the browser back to.
 */

/** The provider, and this page as its public client. */
export interface Provider {
  readonly issuer: string
  readonly clientId: string
}

export const RETURN_PATH = '/signed-in'

/** Whether the browser has just come back. */
export function comesBack(url: URL): boolean {
  return url.pathname === RETURN_PATH
}
