import type { LucideIcon } from 'lucide-react'
import { Fragment, type ReactElement, useEffect, useRef } from 'react'
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
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

function Entries({ label, entries }: { label: string; entries: readonly MenuEntry[] }) {
  return (
    <AriaMenu
      aria-label={label}
      className={styles['menu'] ?? ''}
      onAction={key => entries.find(({ id }) => id === key)?.onAction()}
      disabledKeys={entries.filter(({ reason }) => reason).map(({ id }) => id)}
    >
      {entries.map(({ id, label: name, icon, shortcut, reason, destructive, apart }) => (
        <Fragment key={id}>
          {apart && <Separator className={styles['line'] ?? ''} />}
          <MenuItem
            id={id}
            textValue={name}
            className={classNames(styles['item'], destructive && styles['destructive'])}
          >
            {icon && <Icon of={icon} size={14} />}
            <span>{name}</span>
            {(reason || shortcut) && (
              <span className={styles['end']}>{reason ?? <Key>{shortcut ?? ''}</Key>}</span>
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
        <Entries label={label} entries={entries} />
      </Popover>
    </>
  )
}
