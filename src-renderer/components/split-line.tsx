import type { KeyboardEvent, PointerEvent as ReactPointerEvent } from 'react'
import { classNames } from './class-names.ts'
import styles from './split-line.module.css'

export interface SplitLineProps {
  label: string
  /** `left`: the region beside it lies to the right and grows to the left; and so on. */
  grows: 'left' | 'right' | 'up'
  size: number
  min: number
  max: number
  standard: number
  onSize: (size: number) => void
}

const step = 8

/** The line between two regions: drag it, or focus it and use the arrows; a double click sets it back. */
export function SplitLine({ label, grows, size, min, max, standard, onSize }: SplitLineProps) {
  const set = (next: number) => onSize(Math.round(Math.max(min, Math.min(max, next))))
  const upright = grows !== 'up'
  const drag = (event: ReactPointerEvent<HTMLElement>) => {
    event.preventDefault()
    const line = event.currentTarget
    const start = upright ? event.clientX : event.clientY
    const sign = grows === 'right' ? 1 : -1
    line.setPointerCapture(event.pointerId)
    const move = (to: PointerEvent) =>
      set(size + sign * ((upright ? to.clientX : to.clientY) - start))
    line.addEventListener('pointermove', move)
    line.addEventListener(
      'lostpointercapture',
      () => line.removeEventListener('pointermove', move),
      { once: true },
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = {
      left: { ArrowLeft: step, ArrowRight: -step },
      right: { ArrowLeft: -step, ArrowRight: step },
      up: { ArrowUp: step, ArrowDown: -step },
    }[grows] as Record<string, number>
    const change = by[event.key]
    if (change === undefined) return
    event.preventDefault()
    set(size + change)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a widget
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={upright ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={Math.round(max)}
      className={classNames(styles['line'], upright ? styles['upright'] : styles['level'])}
      onPointerDown={drag}
      onDoubleClick={() => onSize(standard)}
      onKeyDown={onKeyDown}
    />
  )
}
