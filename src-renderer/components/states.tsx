import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'
import styles from './states.module.css'
import { type GlyphTone, StatusGlyph } from './status-glyph.tsx'

/** What stands where nothing is: one sentence what this is, and the way to make the first. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  title: string
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className={styles['state']}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className={styles['actions']}>{actions}</div>}
    </div>
  )
}

/** What was tried, what was answered, and Retry; stands where the content would be. */
export function ErrorState({
  title,
  message,
  onRetry,
  actions,
}: {
  title: string
  message: string
  onRetry?: () => void
  actions?: ReactNode
}) {
  return (
    <div className={styles['state']} role="alert">
      <h2>
        <StatusGlyph shape="cross" tone="bad" />
        {title}
      </h2>
      <p className={styles['message']}>{message}</p>
      <div className={styles['actions']}>
        {onRetry && <Button onPress={onRetry}>Retry</Button>}
        {actions}
      </div>
    </div>
  )
}

/** Rows that are not here yet. Still, and only after 300 ms. */
export function Skeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className={styles['skeleton']} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={index}>
          <i />
          <i />
          <i />
        </div>
      ))}
    </div>
  )
}

const glyphs = { bad: 'cross', warn: 'triangle', info: 'info', ok: 'tick' } as const

/** A sentence on a tinted ground, beside what it is about. */
export function Note({
  tone,
  children,
  actions,
  flush,
}: {
  tone: Exclude<GlyphTone, 'idle'>
  children: ReactNode
  actions?: ReactNode
  /** From edge to edge, under a bar. */
  flush?: boolean
}) {
  return (
    <div
      className={classNames(styles['note'], styles[tone], flush && styles['flush'])}
      role={tone === 'bad' ? 'alert' : 'status'}
    >
      <StatusGlyph shape={glyphs[tone]} tone={tone} />
      <div className={styles['noteText']}>{children}</div>
      {actions}
    </div>
  )
}
