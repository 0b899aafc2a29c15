import { Box } from 'lucide-react'
import type { TableRow } from '../../src-main/contract/tables.ts'
import type { Container, ContainerStatus, Pod } from '../../src-main/kubernetes/api/core-v1.ts'
import { plural } from '../components/format.ts'
import styles from './columns.module.css'
import { cellText } from './columns.tsx'
import type { ContainerLine, KindPresentation, Property } from './define-kind.ts'
import { ownerProperty } from './shared-properties.tsx'

const manyRestarts = 4
const restartsAt = 3
const nodeAt = 6

/** Whether a pod takes room on a node: what waits for one requests nothing of any yet. */
export const isOnNode = (row: TableRow): boolean => {
  const node = cellText(row.cells[nodeAt])
  return node !== '' && node !== '<none>'
}

function Restarts({ row }: { row: TableRow }) {
  const text = cellText(row.cells[restartsAt])
  const count = Number.parseInt(text, 10) || 0
  const name = count === 0 ? styles['zero'] : count >= manyRestarts ? styles['many'] : ''
  return <span className={name}>{text.split(' ')[0]}</span>
}

export const pods: KindPresentation = {
  resource: 'pods',
  icon: Box,
  about: 'A Pod is one or more containers that run together on a node and share its network.',
  workload: true,
  hasContainers: true,
  usage: 'pods',
  segments: { warn: 'Pending', ok: 'Running' },
  columns: {
    order: [
      'Name',
      'Namespace',
      'Containers',
      'Ready',
      'CPU',
      'Memory',
      'Restarts',
      'Controlled by',
      'Node',
      'IP',
      'Age',
      'Status',
    ],
    hidden: ['Nominated Node', 'Readiness Gates'],
    columns: {
      Name: { flex: 5 },
      Ready: { width: 56, flex: 0, leavesBelow: 880 },
      Restarts: {
        width: 72,
        narrowWidth: 60,
        flex: 0,
        align: 'end',
        cell: row => <Restarts row={row} />,
        title: row => cellText(row.cells[restartsAt]),
      },
      Node: { width: 96, flex: 1, optional: false, leavesBelow: 1100 },
      IP: { width: 100, flex: 0, optional: false, leavesBelow: 1100 },
    },
  },
  properties: body => podProperties(body as unknown as Pod),
  containers: body => podContainers(body as unknown as Pod),
}

function podProperties({ metadata, spec, status }: Pod): Property[] {
  const inNamespace = metadata.namespace ? { namespace: metadata.namespace } : {}
  return [
    ...ownerProperty(metadata),
    ...(spec.nodeName
      ? [{ label: 'Node', value: spec.nodeName, link: { kind: 'Node', name: spec.nodeName } }]
      : []),
    { label: 'Pod IP', value: status?.podIP },
    { label: 'QoS', value: status?.qosClass },
    { label: 'Restart policy', value: spec.restartPolicy },
    ...(spec.serviceAccountName
      ? [
          {
            label: 'Service account',
            value: spec.serviceAccountName,
            link: { kind: 'ServiceAccount', name: spec.serviceAccountName, ...inNamespace },
          },
        ]
      : []),
  ]
}

/** The containers of a pod, those that run before the others at the end. */
function podContainers({ spec, status }: Pod): ContainerLine[] {
  const line = (container: Container, statuses: ContainerStatus[] | undefined, init: boolean) =>
    containerLine(
      container,
      statuses?.find(({ name }) => name === container.name),
      init,
    )
  return [
    ...spec.containers.map(one => line(one, status?.containerStatuses, false)),
    ...(spec.initContainers ?? []).map(one => line(one, status?.initContainerStatuses, true)),
  ]
}

function containerLine(
  container: Container,
  status: ContainerStatus | undefined,
  init: boolean,
): ContainerLine {
  const { name, image = '', restartPolicy } = container
  const restarts = status?.restartCount ? plural(status.restartCount, 'restart') : ''
  const role = init ? (restartPolicy === 'Always' ? 'sidecar' : 'init') : ''
  const { state, word } = containerState(status)
  return {
    name,
    image,
    state,
    word,
    note: [role, state === 'ok' ? '' : word, restarts].filter(Boolean).join(', '),
  }
}

function containerState(
  status: ContainerStatus | undefined,
): Pick<ContainerLine, 'state' | 'word'> {
  const { waiting, running, terminated } = status?.state ?? {}
  if (terminated) {
    return terminated.exitCode === 0
      ? { state: 'idle', word: 'done' }
      : { state: 'bad', word: terminated.reason ?? `exit code ${terminated.exitCode}` }
  }
  if (running)
    return status?.ready ? { state: 'ok', word: 'running' } : { state: 'warn', word: 'not ready' }
  const failed = /BackOff|Err|Error|Invalid/.test(waiting?.reason ?? '')
  return { state: failed ? 'bad' : 'warn', word: waiting?.reason ?? 'waiting' }
}
