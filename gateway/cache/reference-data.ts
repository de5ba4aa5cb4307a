/**
 * The data that changes seldom and that all of a tenant see alike.
 */
import type { ResponseCacheConfig } from './response-cache.ts'

/** A minute: what is changed is seen by everybody within it, without anybody purging. */
const SECONDS = 60

export const REFERENCE_DATA: ResponseCacheConfig = {
  fields: { 'Query.chartOfAccounts': SECONDS, 'Query.orderTypes': SECONDS },
  keys: { Subject: 'code', OrderType: 'code' },
  entriesMax: 1000,
}
