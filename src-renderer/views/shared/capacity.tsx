import { Meter } from '../../components/meter.tsx'
import styles from './capacity.module.css'

export interface CapacityProps {
  label: string
  used: number | undefined
  asked?: number | undefined
  most: number
  text: (amount: number) => string
  /** What is counted, after the amounts: `cores`. */
  unit?: string
  /** Stands under the bar instead of what is requested. */
  note?: string
}

/** What is used and requested of something that is there once: a bar with its words above and below. */
export function Capacity({ label, used, asked, most, text, unit = '', note }: CapacityProps) {
  const figure = [used === undefined ? undefined : text(used), 'of', text(most), unit]
    .filter(Boolean)
    .join(' ')
  const below =
    note ??
    (asked === undefined
      ? undefined
      : `${text(asked)} requested, ${text(Math.max(0, most - asked))} left`)
  return (
    <div className={styles['capacity']}>
      <div className={styles['head']}>
        <span>{label}</span>
        <span>{figure}</span>
      </div>
      <Meter
        label={[`${label}: ${figure}`, below].filter(Boolean).join('; ')}
        used={used ?? 0}
        asked={asked}
        most={most}
      />
      {below && <div className={styles['below']}>{below}</div>}
    </div>
  )
}
