/**
 * What a type of orders is called: the institution names its own.
 */
import { useCallback } from 'react'
import { OrderTypes } from '../../schema/desk.ts'
import { useAsk } from '../ask/ask.ts'
import { useWords } from '../words/words.ts'

/** The name of a type by its code; the code while names are read, or where there is no such type. */
export function useTypeName(): (code: string) => string {
  const { named } = useWords()
  const types = useAsk(OrderTypes, {}).data?.orderTypes
  return useCallback((code) => {
    const type = types?.find((one) => one.code === code)
    return type === undefined ? code : named(type)
  }, [types, named])
}
