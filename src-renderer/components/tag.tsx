import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './tag.module.css'

export function Tag({
  children,
  tone,
  mono,
  title,
}: {
  children: ReactNode
  tone?: 'accent' | 'bad' | 'warn' | 'ok'
  mono?: boolean
  title?: string
}) {
  return (
    <span
      className={classNames(styles['tag'], tone && styles[tone], mono && styles['mono'])}
      title={title}
    >
      <span>{children}</span>
    </span>
  )
}
