import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs'
import styles from './tabs.module.css'

export interface TabItem {
  readonly id: string
  readonly label: string
  readonly count?: number
  readonly content: ReactNode
}

/** The parts of one object. */
export function Tabs({
  label,
  items,
  value,
  onChange,
}: {
  label: string
  items: readonly TabItem[]
  value: string
  onChange: (id: string) => void
}) {
  return (
    <AriaTabs
      className={styles['tabs'] ?? ''}
      selectedKey={value}
      onSelectionChange={key => onChange(String(key))}
    >
      <TabList className={styles['list'] ?? ''} aria-label={label}>
        {items.map(({ id, label: name, count }) => (
          <Tab key={id} id={id} className={styles['tab'] ?? ''}>
            {name}
            {count !== undefined && <span className={styles['count']}>{count}</span>}
          </Tab>
        ))}
      </TabList>
      {items.map(({ id, content }) => (
        <TabPanel key={id} id={id} className={styles['panel'] ?? ''}>
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
