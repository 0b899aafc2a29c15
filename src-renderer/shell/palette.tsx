import { Search } from 'lucide-react'
import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { classNames } from '../components/class-names.ts'
import { plural } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { Key } from '../components/key.tsx'
import { StatusGlyph } from '../components/status-glyph.tsx'
import { Tag } from '../components/tag.tsx'
import { useAllowed, useRefusalToCreate } from '../views/shared/access.ts'
import { useAppearance } from '../views/shared/appearance.ts'
import { useCluster } from '../views/shared/cluster.ts'
import styles from './palette.module.css'
import { clusterCommands, kindCommands, windowCommands } from './palette-commands.ts'
import { type Command, filterActions, findCommands } from './palette-search.ts'
import { useFoundObjects } from './use-found-objects.ts'

export interface PaletteProps {
  clusters: readonly ClusterSummary[]
  onClose: () => void
  onHelp: () => void
}

/** Goes anywhere and runs any command by typing. */
export function Palette({ clusters, onClose, onHelp }: PaletteProps) {
  const cluster = useCluster()
  const [appearance, setAppearance] = useAppearance()
  const refusalToCreate = useRefusalToCreate(cluster.id, cluster.namespaces)
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const id = useId()
  const commands = useMemo(
    () => [
      ...kindCommands(cluster),
      ...clusterCommands(clusters),
      ...windowCommands({ cluster, refusalToCreate, onHelp, appearance, setAppearance }),
    ],
    [cluster, clusters, refusalToCreate, appearance, setAppearance, onHelp],
  )
  const objects = useFoundObjects(query)
  const [subject, setSubject] = useState<Command>()
  const found = subject
    ? filterActions(subject, query)
    : [...objects.commands, ...findCommands(commands, query)]
  const at = Math.min(active, found.length - 1)
  const judged = useAllowed(
    found.flatMap(command => (command.action ? [{ ...command.action, command }] : [])),
  )
  const reasonOf = (command: Command) =>
    command.reason ?? judged.find(one => one.command === command)?.reason
  const run = (command: Command | undefined) => {
    if (!command || reasonOf(command)) return
    onClose()
    command.run()
  }
  /** Shows what can be done with one of the found, or goes back to all of them. */
  const begin = (command: Command | undefined) => {
    setSubject(command)
    setQuery('')
    setActive(0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const actions = found[at]?.actions
    if (event.key === 'Tab' && actions?.length) begin(found[at])
    else if (event.key === 'Backspace' && subject && !query) begin(undefined)
    else if (event.key === 'Enter') run(found[at])
    else if (step && found.length) setActive((at + step + found.length) % found.length)
    else return
    event.preventDefault()
  }
  return (
    <ModalOverlay
      className={styles['overlay'] ?? ''}
      isOpen
      isDismissable
      onOpenChange={open => open || onClose()}
    >
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''} aria-label="Search or run a command">
          <div className={styles['field']}>
            <Icon of={Search} />
            {subject && <Tag>{subject.label}</Tag>}
            <input
              autoFocus
              role="combobox"
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
              aria-label="Search or run a command"
              placeholder={subject ? `Do with ${subject.label}` : 'Search or run a command'}
              spellCheck={false}
              value={query}
              onChange={event => {
                setQuery(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div id={`${id}-list`} role="listbox" aria-label="Results" className={styles['list']}>
            {found.map((command, index) => (
              // biome-ignore lint/a11y: see above
              <div
                key={`${command.group} ${command.id}`}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                aria-disabled={reasonOf(command) !== undefined}
                ref={element => {
                  if (index === at) element?.scrollIntoView({ block: 'nearest' })
                }}
                className={classNames(
                  styles['option'],
                  index === at && styles['on'],
                  reasonOf(command) && styles['held'],
                )}
                onClick={() => run(command)}
                onPointerMove={() => index !== at && setActive(index)}
              >
                {command.glyph && <StatusGlyph {...command.glyph} />}
                {command.icon && <Icon of={command.icon} size={14} />}
                <span className={styles['name']}>{command.label}</span>
                <span className={styles['detail']}>{reasonOf(command) ?? command.detail}</span>
                <span className={styles['group']}>
                  {index === 0 || found[index - 1]?.group !== command.group ? command.group : ''}
                </span>
              </div>
            ))}
            {objects.more > 0 && !subject && (
              <p className={styles['none']}>
                {plural(objects.more, 'more object')} named like this: type more of the name
              </p>
            )}
            {!found.length && !objects.busy && (
              <p className={styles['none']}>Nothing is called “{query}”</p>
            )}
          </div>
          <footer className={styles['foot']}>
            <span>
              <Key>↑</Key> <Key>↓</Key> Move
            </span>
            <span>
              <Key>Enter</Key> Open
            </span>
            <span>
              <Key>Tab</Key> Actions
            </span>
            <span className={styles['end']}>
              <Key>:</Key> Kinds
            </span>
            <span>
              <Key>@</Key> Clusters
            </span>
            <span>
              <Key>{'>'}</Key> Commands
            </span>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
