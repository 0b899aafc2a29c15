import { ToggleButton } from 'react-aria-components/ToggleButton'
import type { Key as ItemKey } from 'react-aria-components/ToggleButtonGroup'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { classNames } from './class-names.ts'
import styles from './segmented.module.css'
import { type GlyphKind, StatusGlyph } from './status-glyph.tsx'

export interface Segment<T extends string> {
  readonly id: T
  readonly label: string
  readonly count?: number
  readonly glyph?: GlyphKind
}

/** Two to four exclusive views. */
export function Segmented<T extends string>({
  label,
  items,
  value,
  onChange,
  small,
  wide,
}: {
  label: string
  items: readonly Segment<T>[]
  value: T
  onChange: (value: T) => void
  small?: boolean
  /** Takes the whole width, in equal parts. */
  wide?: boolean
}) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys: Set<ItemKey>) => {
        for (const key of keys) onChange(key as T)
      }}
      className={classNames(styles['segmented'], small && styles['small'], wide && styles['wide'])}
    >
      {items.map(item => (
        <ToggleButton key={item.id} id={item.id} className={styles['segment'] ?? ''}>
          {item.glyph && <StatusGlyph {...item.glyph} />}
          {item.label}
          {item.count !== undefined && <span className={styles['count']}>{item.count}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
