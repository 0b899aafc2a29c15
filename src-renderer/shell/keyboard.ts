import { useEffect, useRef } from 'react'

/** What single keys and chords do in the whole window. */
export interface KeyMap {
  readonly onHelp: () => void
  readonly onPalette: () => void
  readonly onSidebar: () => void
  /** Esc, when nothing that stands above took it. */
  readonly onEscape: () => void
  /** Another key; true when it was of use. */
  readonly onKey: (key: string) => boolean
}

const overlays = '[role=dialog],[role=alertdialog],[role=menu]'
const editable = 'input,textarea,select,[contenteditable=true],[role=textbox]'

/** Single keys work only while no text field has the focus and nothing stands above. */
export function useKeyboard(map: KeyMap): void {
  const latest = useRef(map)
  latest.current = map
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (handle(event, latest.current)) event.preventDefault()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

function handle(event: KeyboardEvent, map: KeyMap): boolean {
  const { key } = event
  const chord = event.ctrlKey || event.metaKey
  const target = event.target instanceof Element ? event.target : document.body
  if (chord && !event.altKey && !event.shiftKey && key.toLowerCase() === 'k')
    return run(map.onPalette)
  if (key === 'F6') return run(() => focusNextRegion(event.shiftKey ? -1 : 1))
  if (document.querySelector(overlays)) return false
  if (chord && key.toLowerCase() === 'b') return run(map.onSidebar)
  if (chord || event.altKey || target.closest(editable)) return false
  if (key === 'Escape') return run(map.onEscape)
  if (key === '?') return run(map.onHelp)
  if (key === '/') return run(focusFilter)
  return map.onKey(key)
}

function run(action: () => void): true {
  action()
  return true
}

const focusFilter = () => document.querySelector<HTMLInputElement>('[data-filter] input')?.focus()

const focusable =
  'a[href],button:not([disabled]),input:not([disabled]),textarea:not([disabled]),[contenteditable=true],[tabindex]:not([tabindex="-1"])'
const preferred =
  '[role=grid],[role=log],[role=treegrid] [tabindex="0"],[role=tab][aria-selected=true],.cm-content,.xterm-helper-textarea'

/** Walks the regions of the window: rail, sidebar, list, drawer, dock. */
function focusNextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    one => one.offsetParent !== null,
  )
  const at = regions.findIndex(region => region.contains(document.activeElement))
  for (let tried = 1; tried <= regions.length; tried++) {
    const region = regions[(at + step * tried + regions.length * 2) % regions.length]
    const visible = [...(region?.querySelectorAll<HTMLElement>(preferred) ?? [])].find(
      one => one.offsetParent !== null,
    )
    const target = visible ?? region?.querySelector<HTMLElement>(focusable)
    if (!target) continue
    target.focus()
    return
  }
}
