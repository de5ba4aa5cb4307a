/**
 * GraphiQL with what partners usually ask, ready to be run as the demo partner.
 */
import type { GraphiQLOptions } from 'graphql-yoga'
import { DEMO_QUERY } from '../demo.ts'
import type { Manifest } from '../door/trusted/manifest.ts'

/** Variables of a registered document, by its name. */
export type Examples = Readonly<Record<string, object>>

/** What GraphiQL opens with. */
export type Explorer = () => Promise<GraphiQLOptions>

/**
 * Opens a tab for each example, then the query of the start-up banner.
 *
 * @param token of the demo partner, asked for anew each time that the page is loaded
 * @throws Error when an example names no document of the partner's
 */
export function explorer(
  { documents }: Manifest,
  examples: Examples,
  client: string,
  token: () => Promise<string>,
): Explorer {
  const registered = Object.values(documents).filter(({ clients }) => clients.includes(client))
  const tabs = Object.entries(examples).map(([name, variables]) => {
    const document = registered.find((each) => each.name === name)
    if (document === undefined) throw new Error(`${client} has registered no document ${name}`)
    return { query: document.text, variables: JSON.stringify(variables, null, 2) }
  })
  return async () => {
    const headers = JSON.stringify({ authorization: `Bearer ${await token()}` }, null, 2)
    return {
      title: '汇通 Huitong',
      defaultTabs: [...tabs, { query: DEMO_QUERY }],
      headers,
      defaultHeaders: headers,
      // A token that was kept would have ended by the next visit.
      shouldPersistHeaders: false,
    }
  }
}
