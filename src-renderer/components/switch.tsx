import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import styles from './switch.module.css'

export function Switch({
  children,
  label,
  on,
  onChange,
}: {
  children?: string
  /** What it switches, where no text stands beside it. */
  label?: string
  on: boolean
  onChange: (on: boolean) => void
}) {
  return (
    <AriaSwitch
      className={styles['option'] ?? ''}
      isSelected={on}
      onChange={onChange}
      {...(label && { 'aria-label': label })}
    >
      <span className={styles['track']} />
      {children}
    </AriaSwitch>
  )
}
