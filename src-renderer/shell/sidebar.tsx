import { ChevronDown, ChevronRight } from 'lucide-react'
import { Fragment, memo, useEffect, useMemo, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Tree, TreeItem, TreeItemContent } from 'react-aria-components/Tree'
import type { OutputOf } from '../../src-main/contract/contract.ts'
import { useLive } from '../bridge/hooks.ts'
import { navigate } from '../bridge/location.ts'
import type { Route } from '../bridge/route.ts'
import { classNames } from '../components/class-names.ts'
import { formatCount } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { StatusGlyph } from '../components/status-glyph.tsx'
import { useCluster } from '../views/shared/cluster.ts'
import { buildNavigation, type NavNode, nodeId, pathTo } from './navigation.ts'
import styles from './sidebar.module.css'

type Count = OutputOf<'tables.counts'>[number]
type Counts = ReadonlyMap<string, Count>

/** The node of the tree that a place belongs to; empty for none. */
export const nodeOfPlace = (route: Route): string =>
  route.page === 'list' || route.page === 'edit'
    ? nodeId(route.resource)
    : route.page === 'overview' || route.page === 'forwards'
      ? route.page
      : ''

/** The kinds of a cluster as a tree; counts come late and never hold it up. `current`: the node where one is. */
export const Sidebar = memo(({ current, dimmed }: { current: string; dimmed: boolean }) => {
  const cluster = useCluster()
  const nodes = useMemo(() => buildNavigation(cluster.resources), [cluster.resources])
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set(['workloads']))
  useEffect(() => {
    const path = pathTo(nodes, current)
    if (path.length) setExpanded(now => new Set([...now, ...path]))
  }, [nodes, current])
  const counts = useCounts(nodes, expanded)

  const go = (id: string) => {
    const node = findNode(nodes, id)
    if (!node) return
    if (node.children) {
      setExpanded(now =>
        now.has(id) ? new Set([...now].filter(one => one !== id)) : new Set([...now, id]),
      )
    } else if (node.page) navigate({ page: node.page, cluster: cluster.id })
    else if (node.info) {
      const { group, version, resource } = node.info
      navigate({
        page: 'list',
        cluster: cluster.id,
        resource: { group, version, resource },
        list: { filter: '' },
      })
    }
  }
  return (
    <nav
      className={classNames(styles['sidebar'], dimmed && styles['dimmed'])}
      aria-label="Cluster"
      data-region="sidebar"
    >
      <Tree
        aria-label="Kinds"
        className={styles['tree'] ?? ''}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[current]}
        onSelectionChange={keys => {
          if (keys !== 'all') for (const key of keys) go(String(key))
        }}
        expandedKeys={expanded}
        onExpandedChange={keys => setExpanded(new Set([...keys].map(String)))}
      >
        {nodes.map(node => renderNode(node, 0, counts, expanded))}
      </Tree>
    </nav>
  )
})

function renderNode(node: NavNode, depth: number, counts: Counts, expanded: ReadonlySet<string>) {
  const { id, label, icon, children } = node
  return (
    <TreeItem key={id} id={id} textValue={label} className={styles['item'] ?? ''}>
      <TreeItemContent>
        {({ isExpanded }) => (
          <span
            className={classNames(
              styles['node'],
              depth > 0 && styles['child'],
              depth > 1 && styles['grandchild'],
            )}
          >
            {(depth === 0 || children) && (
              <Button
                slot="chevron"
                className={styles['twist'] ?? ''}
                aria-label={isExpanded ? 'Collapse' : 'Expand'}
              >
                {children && <Icon of={isExpanded ? ChevronDown : ChevronRight} size={12} />}
              </Button>
            )}
            {icon && <Icon of={icon} size={14} />}
            <span className={styles['label']}>{breakable(label)}</span>
            <Figure node={node} counts={counts} isExpanded={expanded.has(id)} />
          </span>
        )}
      </TreeItemContent>
      {children?.map(child => renderNode(child, depth + 1, counts, expanded))}
    </TreeItem>
  )
}

/** A long kind, such as ValidatingAdmissionPolicyBindings, goes on in a second line where a new word begins. */
const breakable = (label: string) =>
  label.split(/(?=[A-Z][a-z])/).map(word => (
    <Fragment key={word}>
      <wbr />
      {word}
    </Fragment>
  ))

/** How many there are, and first how many of them are in trouble. */
function Figure({
  node,
  counts,
  isExpanded,
}: {
  node: NavNode
  counts: Counts
  isExpanded: boolean
}) {
  if (node.children) {
    if (isExpanded) return null
    const bad = node.children.reduce((sum, { id }) => sum + (counts.get(id)?.bad ?? 0), 0)
    return bad ? <Bad count={bad} /> : null
  }
  if (node.page === 'forwards') return <ForwardCount />
  const count = counts.get(node.id)
  if (!count) return null
  return count.bad ? (
    <Bad count={count.bad} total={count.total} />
  ) : (
    <span className={styles['figure']}>{formatCount(count.total)}</span>
  )
}

function ForwardCount() {
  const { value } = useLive('forwards.watch', {})
  return value?.length ? (
    <span className={styles['figure']}>{formatCount(value.length)}</span>
  ) : null
}

function Bad({ count, total }: { count: number; total?: number }) {
  return (
    <span
      className={classNames(styles['figure'], styles['bad'])}
      title={`${formatCount(count)} in trouble`}
    >
      <StatusGlyph shape="cross" tone="bad" />
      {formatCount(count)}
      {total !== undefined && <span>/ {formatCount(total)}</span>}
    </span>
  )
}

function findNode(nodes: readonly NavNode[], id: string): NavNode | undefined {
  for (const node of nodes) {
    const found = node.id === id ? node : findNode(node.children ?? [], id)
    if (found) return found
  }
  return undefined
}

/** Counts of the kinds in sight, those of closed groups only once they have been open. */
function useCounts(nodes: readonly NavNode[], expanded: ReadonlySet<string>): Counts {
  const cluster = useCluster()
  const resources = useMemo(() => {
    const visible = (list: readonly NavNode[]): NavNode[] =>
      list.flatMap(node =>
        node.children ? (expanded.has(node.id) ? visible(node.children) : []) : [node],
      )
    return visible(nodes).flatMap(({ info }) =>
      info ? [{ group: info.group, version: info.version, resource: info.resource }] : [],
    )
  }, [nodes, expanded])
  const { value } = useLive('tables.counts', {
    cluster: cluster.id,
    resources,
    namespaces: [...cluster.namespaces],
  })
  const [last, setLast] = useState<Counts>(new Map())
  useEffect(() => {
    if (value)
      setLast(
        now => new Map([...now, ...value.map(count => [nodeId(count.resource), count] as const)]),
      )
  }, [value])
  return last
}
