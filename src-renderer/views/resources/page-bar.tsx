import { ListFilter } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { Key } from '../../components/key.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { Switch } from '../../components/switch.tsx'
import { TextField } from '../../components/text-field.tsx'
import styles from './resource-list.module.css'
import type { GroupId, RowGroups } from './row-groups.ts'

interface PageBarProps {
  title: string
  groups: RowGroups
  group: GroupId
  filter: string
  onGroup: (group: GroupId) => void
  onFilter: (filter: string) => void
  system: { on: boolean; set: (on: boolean) => void } | undefined
}

/** The name of a list, its segments and its filter. */
export function PageBar({ title, groups, group, filter, onGroup, onFilter, system }: PageBarProps) {
  const input = useRef<HTMLInputElement>(null)
  const { counts, hasStatus } = groups
  return (
    <div className={styles['bar']}>
      <h1>{title}</h1>
      {hasStatus ? (
        <Segmented<GroupId>
          small
          label="Show"
          value={group}
          onChange={onGroup}
          items={[
            { id: 'all', label: 'All', count: counts.all },
            ...(counts.failing || group === 'failing'
              ? [
                  {
                    id: 'failing' as const,
                    label: 'Failing',
                    count: counts.failing,
                    glyph: { shape: 'cross' as const, tone: 'bad' as const },
                  },
                ]
              : []),
            ...(counts.pending || group === 'pending'
              ? [
                  {
                    id: 'pending' as const,
                    label: 'Pending',
                    count: counts.pending,
                    glyph: { shape: 'arc' as const, tone: 'warn' as const },
                  },
                ]
              : []),
            { id: 'running', label: 'Healthy', count: counts.running },
          ]}
        />
      ) : (
        <span className={styles['count']}>{counts.all}</span>
      )}
      <span className={styles['grow']} />
      {system && (
        <span className={styles['system']}>
          <Switch on={system.on} onChange={system.set}>
            System
          </Switch>
        </span>
      )}
      <div className={styles['filter']} data-filter>
        <TextField
          bare
          small
          label="Filter"
          placeholder="Filter"
          icon={ListFilter}
          value={filter}
          onChange={onFilter}
          inputRef={input}
          end={filter ? undefined : <Key>/</Key>}
          onKeyDown={event => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            if (filter) onFilter('')
            else input.current?.blur()
          }}
        />
      </div>
    </div>
  )
}

/** Stands instead of the page bar while rows are chosen. */
export function ChosenBar({
  count,
  onClear,
  onDelete,
}: {
  count: number
  onClear: () => void
  onDelete: () => void
}) {
  return (
    <div className={styles['bar']} role="toolbar" aria-label="Chosen rows">
      <h1>{count} chosen</h1>
      <Button small onPress={onDelete}>
        Delete…
      </Button>
      <span className={styles['grow']} />
      <Button small look="quiet" onPress={onClear}>
        Clear
      </Button>
    </div>
  )
}
