import { ListFilter } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { formatCount } from '../../components/format.ts'
import { Key } from '../../components/key.tsx'
import { PageBar } from '../../components/page.tsx'
import { type Segment, Segmented } from '../../components/segmented.tsx'
import { Switch } from '../../components/switch.tsx'
import { TextField } from '../../components/text-field.tsx'
import type { KindPresentation } from '../../kinds/define-kind.ts'
import { glyphOf } from '../../kinds/status.ts'
import styles from './resource-list.module.css'
import type { GroupId, RowGroups } from './row-groups.ts'

type SegmentWords = NonNullable<KindPresentation['segments']>

interface ListBarProps {
  title: string
  groups: RowGroups
  /** Undefined while the rows are not here. */
  count: number | undefined
  words: SegmentWords | undefined
  group: GroupId
  filter: string
  onGroup: (group: GroupId) => void
  onFilter: (filter: string) => void
  system: { on: boolean; set: (on: boolean) => void } | undefined
}

const bad: Segment<GroupId> = {
  id: 'failing',
  label: 'Failing',
  glyph: { shape: 'cross', tone: 'bad' },
}
const warn = ({ warn: label, busy }: SegmentWords): Segment<GroupId> => ({
  id: 'pending',
  label,
  glyph: glyphOf({ word: label, tone: busy ? 'busy' : 'warn' }),
})
const standardWords: SegmentWords = { warn: 'Warning', ok: 'Healthy' }

/** The name of a list, its segments and its filter. */
export function ListBar(props: ListBarProps) {
  const { title, groups, count, group, filter, onGroup, onFilter, system } = props
  const input = useRef<HTMLInputElement>(null)
  const { failing, pending, running } = groups.counts
  const words = props.words ?? standardWords
  const isMixed = failing > 0 || pending > 0 || group !== 'all'
  return (
    <PageBar hasControls>
      <h1 className={styles['title']}>{title}</h1>
      {isMixed ? (
        <Segmented<GroupId>
          small
          label="Show"
          value={group}
          onChange={onGroup}
          items={[
            { id: 'all', label: 'All', count: groups.counts.all },
            ...(failing || group === 'failing' ? [{ ...bad, count: failing }] : []),
            ...(pending || group === 'pending' ? [{ ...warn(words), count: pending }] : []),
            ...(running ? [{ id: 'running' as const, label: words.ok, count: running }] : []),
          ]}
        />
      ) : (
        <span className={styles['count']}>{count !== undefined && formatCount(count)}</span>
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
    </PageBar>
  )
}

/** Stands instead of it while rows are chosen. */
export function ChosenBar({
  count,
  reason,
  onClear,
  onDelete,
}: {
  count: number
  /** Why the person may delete none of them. */
  reason: string | undefined
  onClear: () => void
  onDelete: () => void
}) {
  return (
    <PageBar label="Chosen rows" hasControls>
      <h1 className={styles['title']}>{count} chosen</h1>
      <Button small {...(reason && { reason })} onPress={onDelete}>
        Delete…
      </Button>
      <span className={styles['grow']} />
      <Button small look="quiet" onPress={onClear}>
        Clear
      </Button>
    </PageBar>
  )
}
