import type { ReactElement } from 'react'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import { Key } from './key.tsx'
import styles from './tooltip.module.css'

/** A short hint beside what it explains, on hover and on keyboard focus. */
export function WithTooltip({
  text,
  shortcut,
  children,
}: {
  text: string
  shortcut?: string
  children: ReactElement
}) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <Tooltip className={styles['tooltip'] ?? ''} offset={6}>
        {text}
        {shortcut && <Key>{shortcut}</Key>}
      </Tooltip>
    </TooltipTrigger>
  )
}
