import type { LucideIcon } from 'lucide-react'
import { Fragment, type HTMLAttributes, type ReactElement, useEffect, useRef } from 'react'
import {
  Menu as AriaMenu,
  MenuItem,
  type MenuItemProps,
  MenuTrigger,
} from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Separator } from 'react-aria-components/Separator'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'
import { Key } from './key.tsx'
import styles from './menu.module.css'

export interface MenuEntry {
  readonly id: string
  readonly label: string
  readonly icon?: LucideIcon
  readonly shortcut?: string
  /** Why it can't be done; shown beside it. */
  readonly reason?: string
  readonly destructive?: boolean
  /** A line above it. */
  readonly apart?: boolean
  readonly onAction: () => void
}

/** An entry that does nothing but can be reached, so that everybody can learn why. */
const held: Partial<MenuItemProps> = {
  shouldCloseOnSelect: false,
  render: props => <div {...(props as HTMLAttributes<HTMLDivElement>)} aria-disabled />,
}

function Entries({
  label,
  entries,
  takesFocus = false,
}: {
  label: string
  entries: readonly MenuEntry[]
  takesFocus?: boolean
}) {
  return (
    <AriaMenu
      aria-label={label}
      autoFocus={takesFocus}
      className={styles['menu'] ?? ''}
      onAction={key => {
        const entry = entries.find(({ id }) => id === key)
        if (!entry?.reason) entry?.onAction()
      }}
    >
      {entries.map(({ id, label: name, icon, shortcut, reason, destructive, apart }) => (
        <Fragment key={id}>
          {apart && <Separator className={styles['line'] ?? ''} />}
          <MenuItem
            id={id}
            textValue={name}
            {...(reason && held)}
            className={classNames(
              styles['item'],
              destructive && styles['destructive'],
              reason && styles['held'],
            )}
          >
            {icon && <Icon of={icon} size={14} />}
            <span>{name}</span>
            {reason ? (
              <span className={styles['reason']} title={reason}>
                {reason}
              </span>
            ) : (
              shortcut && (
                <span className={styles['end']}>
                  <Key>{shortcut}</Key>
                </span>
              )
            )}
          </MenuItem>
        </Fragment>
      ))}
    </AriaMenu>
  )
}

/** A button with a menu under it. */
export function Menu({
  label,
  entries,
  children,
}: {
  label: string
  entries: readonly MenuEntry[]
  children: ReactElement
}) {
  return (
    <MenuTrigger>
      {children}
      <Popover className={styles['popover'] ?? ''} offset={4}>
        <Entries label={label} entries={entries} />
      </Popover>
    </MenuTrigger>
  )
}

/** A menu at a point of the window: the right button, or the menu key on a row. */
export function ContextMenu({
  label,
  entries,
  at,
  onClose,
}: {
  label: string
  entries: readonly MenuEntry[]
  at: { x: number; y: number }
  onClose: () => void
}) {
  const anchor = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!anchor.current) return
    anchor.current.style.left = `${at.x}px`
    anchor.current.style.top = `${at.y}px`
  }, [at])
  return (
    <>
      <span ref={anchor} className={styles['anchor']} />
      <Popover
        className={styles['popover'] ?? ''}
        triggerRef={anchor}
        isOpen
        onOpenChange={open => open || onClose()}
        placement="bottom start"
        offset={0}
      >
        <Entries label={label} entries={entries} takesFocus />
      </Popover>
    </>
  )
}
