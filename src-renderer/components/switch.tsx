import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import styles from './switch.module.css'

export function Switch({
  children,
  on,
  onChange,
}: {
  children: string
  on: boolean
  onChange: (on: boolean) => void
}) {
  return (
    <AriaSwitch className={styles['option'] ?? ''} isSelected={on} onChange={onChange}>
      <span className={styles['track']} />
      {children}
    </AriaSwitch>
  )
}
