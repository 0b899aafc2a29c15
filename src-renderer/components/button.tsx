import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components/Button'
import styles from './button.module.css'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'
import { WithTooltip } from './tooltip.tsx'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  /** One primary to a view; danger only inside a confirmation. */
  look?: 'plain' | 'primary' | 'quiet' | 'danger'
  small?: boolean
  icon?: LucideIcon
  /** Why it can't be used; its tooltip. */
  reason?: string
  children: ReactNode
}

export function Button({ look = 'plain', small, icon, reason, children, ...props }: ButtonProps) {
  const button = (
    <AriaButton
      {...props}
      {...(reason && held)}
      className={classNames(
        styles['button'],
        styles[look],
        small && styles['small'],
        reason && styles['held'],
      )}
    >
      {icon && <Icon of={icon} size={14} />}
      {children}
    </AriaButton>
  )
  return reason ? <WithTooltip text={reason}>{button}</WithTooltip> : button
}

/** A button that does nothing but can be reached, so that its tooltip says why. */
const held: AriaButtonProps = { 'aria-disabled': true, onPress: () => {} }

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  icon: LucideIcon
  /** What it does; its name and its tooltip. */
  label: string
  /** The key that does the same. */
  shortcut?: string
  /** Why it can't be used; shown in the tooltip. */
  reason?: string
  /** Pressed, for a button that switches something. */
  on?: boolean
  small?: boolean
}

export function IconButton({
  icon,
  label,
  shortcut,
  reason,
  on,
  small,
  ...props
}: IconButtonProps) {
  return (
    <WithTooltip text={reason ? `${label}: ${reason}` : label} {...(shortcut && { shortcut })}>
      <AriaButton
        {...props}
        aria-label={label}
        {...(on !== undefined && { 'aria-pressed': on })}
        {...(reason && held)}
        className={classNames(
          styles['iconButton'],
          small && styles['small'],
          on && styles['on'],
          reason && styles['held'],
        )}
      >
        <Icon of={icon} size={small ? 14 : 16} />
      </AriaButton>
    </WithTooltip>
  )
}
