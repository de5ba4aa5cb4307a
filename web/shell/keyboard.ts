/**
 * The desk by keyboard: `/` search, `j` and `k` rows, `Enter` open, `Esc` back.
 */
import { useEffect, useRef } from 'react'

/** What a key does on a screen. Keys typed into a field, or with Ctrl, Alt or Meta, are left alone. */
export type Keys = Readonly<Record<string, () => void>>

/** Whether a key press belongs to whatever has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** Whether a question stands before the screen: keys are its own then. */
function isAsked(): boolean {
  return [...globalThis.document.querySelectorAll('[role=dialog]')]
    .some((dialog) => dialog.checkVisibility())
}

/** Listens for keys while a screen is shown. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    let asked = false
    // Seen before the question itself sees the key, and is gone.
    const look = () => {
      asked = isAsked()
    }
    const listen = (event: KeyboardEvent) => {
      if (asked) return
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return
      if (isTyping(event.target)) return
      // A button or link under the focus takes Enter itself.
      if (
        event.key === 'Enter' && event.target instanceof HTMLElement &&
        event.target.closest('a, button')
      ) {
        return
      }
      const act = current.current[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', look, { capture: true })
    addEventListener('keydown', listen)
    return () => {
      removeEventListener('keydown', look, { capture: true })
      removeEventListener('keydown', listen)
    }
  }, [])
}
