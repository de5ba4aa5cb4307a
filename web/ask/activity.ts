/**
 * That something has changed among orders and tasks, as the server tells it: followed once for the whole
 * desk, since a browser has few connections to one server.
 */
import { createContext, useContext, useEffect, useRef } from 'react'
import { OrderActivity, type OrderActivitySubscription } from '../../schema/desk.ts'
import { useFollow } from './ask.ts'

export type Activity = OrderActivitySubscription['orderActivity']

export const ActivityContext = createContext<Activity | undefined>(undefined)

/** Follows where orders are, again after a broken connection. */
export function useActivitySource(pause: boolean): Activity | undefined {
  return useFollow(OrderActivity, {}, pause, { again: () => true }).data?.orderActivity
}

/** Where orders are. Calls after each change, not for what there is at first. */
export function useActivity(changed?: () => void): Activity | undefined {
  const activity = useContext(ActivityContext)
  const seen = useRef(activity)
  useEffect(() => {
    // Nothing is known while a broken connection is mended; what was known before still counts.
    if (activity === undefined) return
    const before = seen.current
    seen.current = activity
    if (before !== undefined && JSON.stringify(activity) !== JSON.stringify(before)) changed?.()
  }, [activity])
  return activity
}
