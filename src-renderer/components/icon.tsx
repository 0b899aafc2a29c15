import type { LucideIcon } from 'lucide-react'
import styles from './icon.module.css'

/** An icon beside words or in a named button: never the only carrier of a meaning. */
export function Icon({ of: Shape, size = 16 }: { of: LucideIcon; size?: 10 | 12 | 14 | 16 }) {
  return <Shape className={styles['icon'] ?? ''} size={size} strokeWidth={1.75} aria-hidden />
}
