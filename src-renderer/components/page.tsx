import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './page.module.css'

/** A page of its own: a bar with its name, and what is on it below. */
export function Page({
  title,
  sub,
  end,
  controls,
  children,
}: {
  title: string
  /** Words beside the title. */
  sub?: ReactNode
  /** Words at the end of the bar, the first that give way. */
  end?: ReactNode
  /** Buttons at the end of the bar. */
  controls?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={styles['page']} aria-label={title} data-region="list">
      <PageBar hasControls={controls !== undefined}>
        <h1 className={styles['title']}>{title}</h1>
        {sub !== undefined && <span className={styles['sub']}>{sub}</span>}
        {end !== undefined && <span className={styles['end']}>{end}</span>}
        {controls !== undefined && <span className={styles['controls']}>{controls}</span>}
      </PageBar>
      {children}
    </section>
  )
}

/** The bar at the top of a page; a toolbar when it is labelled. */
export function PageBar({
  label,
  hasControls,
  children,
}: {
  label?: string
  hasControls: boolean
  children: ReactNode
}) {
  return (
    <div
      className={classNames(styles['bar'], hasControls && styles['withControls'])}
      {...(label !== undefined && { role: 'toolbar', 'aria-label': label })}
    >
      {children}
    </div>
  )
}
