import { Search } from 'lucide-react'
import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { navigate } from '../bridge/location.ts'
import { classNames } from '../components/class-names.ts'
import { Icon } from '../components/icon.tsx'
import { Key } from '../components/key.tsx'
import { useAppearance } from '../views/shared/appearance.ts'
import { type ClusterView, useCluster } from '../views/shared/cluster.ts'
import { buildNavigation, type NavNode } from './navigation.ts'
import styles from './palette.module.css'
import { type Command, findCommands } from './palette-search.ts'

export interface PaletteProps {
  clusters: readonly ClusterSummary[]
  onClose: () => void
  onHelp: () => void
}

/** Goes anywhere and runs any command by typing. */
export function Palette({ clusters, onClose, onHelp }: PaletteProps) {
  const cluster = useCluster()
  const [appearance, setAppearance] = useAppearance()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const id = useId()
  const commands = useMemo(
    () => [
      ...kindCommands(cluster),
      ...clusters.map(({ id: target, name, kind }) => ({
        id: target,
        group: 'Clusters' as const,
        label: name,
        detail: kind === 'local' ? 'local cluster' : 'context',
        run: () => navigate({ page: 'overview', cluster: target }),
      })),
      ...windowCommands({ cluster, onHelp, appearance, setAppearance }),
    ],
    [cluster, clusters, appearance, setAppearance, onHelp],
  )
  const found = findCommands(commands, query)
  const at = Math.min(active, found.length - 1)
  const run = (command: Command | undefined) => {
    if (!command) return
    onClose()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') run(found[at])
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
            <input
              autoFocus
              role="combobox"
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
              aria-label="Search or run a command"
              placeholder="Search or run a command"
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
                ref={element => {
                  if (index === at) element?.scrollIntoView({ block: 'nearest' })
                }}
                className={classNames(styles['option'], index === at && styles['on'])}
                onClick={() => run(command)}
                onPointerMove={() => index !== at && setActive(index)}
              >
                <span>{command.label}</span>
                <span className={styles['detail']}>{command.detail}</span>
                <span className={styles['group']}>
                  {index === 0 || found[index - 1]?.group !== command.group ? command.group : ''}
                </span>
              </div>
            ))}
            {!found.length && <p className={styles['none']}>Nothing is called “{query}”</p>}
          </div>
          <footer className={styles['foot']}>
            <span>
              <Key>↑</Key> <Key>↓</Key> Move
            </span>
            <span>
              <Key>Enter</Key> Open
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

function kindCommands({ id, resources }: ClusterView): Command[] {
  const leaves = (nodes: readonly NavNode[]): NavNode[] =>
    nodes.flatMap(node => (node.children ? leaves(node.children) : node.info ? [node] : []))
  return leaves(buildNavigation(resources)).flatMap(({ id: key, label, info }) =>
    info
      ? [
          {
            id: key,
            group: 'Kinds' as const,
            label,
            detail: [info.group, ...info.shortNames].filter(Boolean).join(', '),
            words: [info.resource, ...info.shortNames],
            run: () =>
              navigate({
                page: 'list',
                cluster: id,
                resource: { group: info.group, version: info.version, resource: info.resource },
                list: { filter: '' },
              }),
          },
        ]
      : [],
  )
}

interface WindowCommandsInput {
  cluster: ClusterView
  onHelp: () => void
  appearance: ReturnType<typeof useAppearance>[0]
  setAppearance: ReturnType<typeof useAppearance>[1]
}

function windowCommands({
  cluster,
  onHelp,
  appearance,
  setAppearance,
}: WindowCommandsInput): Command[] {
  const command = (id: string, label: string, run: () => void, detail = ''): Command => ({
    id,
    group: 'Commands',
    label,
    detail,
    run,
  })
  const isReady = cluster.resources.length > 0
  return [
    ...(isReady
      ? [
          command(
            'overview',
            'Overview',
            () => navigate({ page: 'overview', cluster: cluster.id }),
            cluster.name,
          ),
          command(
            'create',
            'Create from YAML…',
            () => navigate({ page: 'create', cluster: cluster.id }),
            cluster.name,
          ),
        ]
      : []),
    command('clusters', 'All clusters', () => navigate({ page: 'clusters', create: false })),
    command('new', 'New local cluster…', () => navigate({ page: 'clusters', create: true })),
    ...(['system', 'light', 'dark'] as const).map(theme =>
      command(`theme-${theme}`, `Theme: ${theme}`, () => setAppearance({ ...appearance, theme })),
    ),
    ...(['compact', 'comfortable'] as const).map(density =>
      command(`density-${density}`, `Density: ${density}`, () =>
        setAppearance({ ...appearance, density }),
      ),
    ),
    command('help', 'Keyboard shortcuts', onHelp),
  ]
}
