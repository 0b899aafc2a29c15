import { ChevronDown } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { useTable } from '../bridge/hooks.ts'
import { Button } from '../components/button.tsx'
import { CheckMark } from '../components/checkbox.tsx'
import { Icon } from '../components/icon.tsx'
import { TextField } from '../components/text-field.tsx'
import styles from './namespace-picker.module.css'
import bar from './top-bar.module.css'

export interface NamespacePickerProps {
  cluster: string
  chosen: readonly string[]
  onChange: (namespaces: readonly string[]) => void
}

const inSight = 3

/** Which namespaces show; none chosen means all of them. A name that can't be listed can be typed. */
export function NamespacePicker(props: NamespacePickerProps) {
  const { chosen } = props
  return (
    <DialogTrigger>
      <AriaButton className={bar['pick'] ?? ''}>
        <span className={bar['dim']}>Namespaces</span>{' '}
        <span className={styles['names']}>{chosen.slice(0, inSight).join(', ') || 'all'}</span>
        {chosen.length > inSight && <span className={bar['dim']}>+ {chosen.length - inSight}</span>}
        <Icon of={ChevronDown} size={14} />
      </AriaButton>
      <Popover className={styles['popover'] ?? ''} placement="bottom start" offset={4}>
        <Dialog className={styles['dialog'] ?? ''} aria-label="Namespaces">
          <Choice {...props} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function Choice({ cluster, chosen, onChange }: NamespacePickerProps) {
  const [filter, setFilter] = useState('')
  const known = useNamespaceNames(cluster)
  const names = useMemo(() => [...new Set([...known, ...chosen])].sort(), [known, chosen])
  const shown = names.filter(name => name.includes(filter.toLowerCase()))
  const typed = filter.trim().toLowerCase()
  const take = () => {
    const name = names.includes(typed) ? typed : (shown[0] ?? typed)
    if (!name) return
    onChange(chosen.includes(name) ? chosen.filter(one => one !== name) : [...chosen, name])
    setFilter('')
  }
  return (
    <>
      <div className={styles['field']}>
        <TextField
          bare
          autoFocus
          label="Find a namespace"
          placeholder="Find or type a name"
          value={filter}
          onChange={setFilter}
          onKeyDown={event => event.key === 'Enter' && take()}
        />
      </div>
      <ListBox
        aria-label="Namespaces"
        className={styles['list'] ?? ''}
        selectionMode="multiple"
        escapeKeyBehavior="none"
        selectedKeys={chosen}
        onSelectionChange={keys => {
          if (keys !== 'all') onChange([...keys].map(String).sort())
        }}
        renderEmptyState={() => (
          <p className={styles['empty']}>
            {typed ? `Enter chooses “${typed}”` : 'No namespaces are known'}
          </p>
        )}
      >
        {shown.map(name => (
          <ListBoxItem key={name} id={name} textValue={name} className={styles['item'] ?? ''}>
            {({ isSelected }) => (
              <>
                <CheckMark state={isSelected ? 'on' : 'off'} />
                {name}
              </>
            )}
          </ListBoxItem>
        ))}
      </ListBox>
      <footer className={styles['foot']}>
        <span>{chosen.length ? `${chosen.length} chosen` : 'all are shown'}</span>
        <Button small look="quiet" isDisabled={!chosen.length} onPress={() => onChange([])}>
          Show all
        </Button>
      </footer>
    </>
  )
}

function useNamespaceNames(cluster: string): readonly string[] {
  const table = useTable({
    cluster,
    resource: { group: '', version: 'v1', resource: 'namespaces' },
    namespaces: [],
  })
  const [names, setNames] = useState<readonly string[]>([])
  useEffect(() => {
    const read = () => setNames([...table.rows().values()].map(({ name }) => name))
    read()
    const listening = table.changes.on(read)
    return () => listening[Symbol.dispose]()
  }, [table])
  return names
}
