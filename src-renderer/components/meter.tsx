import { classNames } from './class-names.ts'
import styles from './meter.module.css'

const share = (value: number, most: number) => `${Math.min(100, (value / most) * 100)}%`

/** How much of `most` is used, with a tick where what was asked for ends. The words say the same. */
export function Meter({
  label,
  used,
  asked,
  most,
  small,
}: {
  label: string
  used: number
  asked?: number | undefined
  most: number
  small?: boolean
}) {
  return (
    <span
      className={classNames(styles['meter'], small && styles['small'])}
      role="img"
      aria-label={label}
    >
      <i
        className={classNames(styles['used'], used >= most * 0.9 && styles['warns'])}
        style={{ width: share(used, most) }}
      />
      {asked !== undefined && asked > 0 && (
        <i className={styles['asked']} style={{ left: share(asked, most) }} />
      )}
    </span>
  )
}
