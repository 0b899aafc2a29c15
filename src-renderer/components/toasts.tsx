import { X } from 'lucide-react'
import { useEffect, useSyncExternalStore } from 'react'
import { Button, IconButton } from './button.tsx'
import { StatusGlyph } from './status-glyph.tsx'
import styles from './toasts.module.css'

export interface Toast {
  readonly title: string
  readonly detail?: string
  readonly tone: 'ok' | 'bad' | 'info'
  readonly action?: { readonly label: string; readonly run: () => void }
}

interface Shown extends Toast {
  readonly id: number
}

const shownAtOnce = 3
const lifeMs = 6_000
let shown: readonly Shown[] = []
let next = 0
const listeners = new Set<() => void>()

function set(toasts: readonly Shown[]): void {
  shown = toasts
  for (const listener of [...listeners]) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says something for six seconds, above the dock; an error stays until it is closed. */
export function toast(message: Toast): void {
  set([...shown, { ...message, id: next++ }].slice(-shownAtOnce))
}

const close = (id: number) => set(shown.filter(one => one.id !== id))

export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown)
  return (
    <section className={styles['toasts']} aria-label="Notices" aria-live="polite">
      {toasts.map(one => (
        <ToastBox key={one.id} {...one} />
      ))}
    </section>
  )
}

function ToastBox({ id, title, detail, tone, action }: Shown) {
  useEffect(() => {
    if (tone === 'bad') return
    const timer = setTimeout(() => close(id), action ? 10_000 : lifeMs)
    return () => clearTimeout(timer)
  }, [id, tone, action])
  return (
    <div className={styles['toast']} role={tone === 'bad' ? 'alert' : 'status'}>
      <StatusGlyph shape={tone === 'bad' ? 'cross' : tone === 'ok' ? 'tick' : 'info'} tone={tone} />
      <div className={styles['text']}>
        <b>{title}</b>
        {detail && <p>{detail}</p>}
      </div>
      <div className={styles['actions']}>
        {action && (
          <Button
            small
            onPress={() => {
              close(id)
              action.run()
            }}
          >
            {action.label}
          </Button>
        )}
        <IconButton small icon={X} label="Close this notice" onPress={() => close(id)} />
      </div>
    </div>
  )
}
