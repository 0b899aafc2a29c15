import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'
import styles from './checkbox.module.css'
import { classNames } from './class-names.ts'

/** The square of a checkbox, for lists that tell their state otherwise. */
export function CheckMark({ state }: { state: 'on' | 'off' | 'mixed' }) {
  const Mark = state === 'mixed' ? Minus : Check
  return (
    <span className={classNames(styles['mark'], state !== 'off' && styles['on'])}>
      {state !== 'off' && <Mark size={10} strokeWidth={3.5} aria-hidden />}
    </span>
  )
}

export function Checkbox({
  children,
  checked,
  onChange,
}: {
  children: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <AriaCheckbox className={styles['option'] ?? ''} isSelected={checked} onChange={onChange}>
      <CheckMark state={checked ? 'on' : 'off'} />
      <span>{children}</span>
    </AriaCheckbox>
  )
}
