import { Layers } from 'lucide-react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { Deployment } from '../../src-main/kubernetes/api/apps-v1.ts'
import type { PodTemplateSpec } from '../../src-main/kubernetes/api/core-v1.ts'
import type { ContainerLine, KindPresentation, Property } from './define-kind.ts'
import { ownerProperty } from './shared-properties.tsx'

const fixed = (width: number) => ({ width, flex: 0 })
const wide = { order: ['Name', 'Namespace', 'Ready', 'Up-to-date', 'Available', 'Age', 'Status'] }

export const deployments: KindPresentation = {
  resource: 'deployments.apps',
  icon: Layers,
  about:
    'A Deployment keeps a number of equal pods running and replaces them step by step when their template changes.',
  workload: true,
  restartable: true,
  hasRevisions: true,
  columns: {
    ...wide,
    columns: {
      Ready: fixed(64),
      'Up-to-date': { leavesBelow: 700, align: 'end' },
      Available: { leavesBelow: 640, align: 'end' },
    },
  },
  properties: templated,
  containers: templateContainers,
}

export const replicaSets: KindPresentation = {
  resource: 'replicasets.apps',
  about:
    'A ReplicaSet keeps a number of equal pods running; a Deployment makes one for every version.',
  workload: true,
  properties: templated,
  containers: templateContainers,
}

export const statefulSets: KindPresentation = {
  resource: 'statefulsets.apps',
  about: 'A StatefulSet runs pods that keep their name and their volume.',
  workload: true,
  restartable: true,
  hasRevisions: true,
  columns: {
    order: ['Name', 'Namespace', 'Ready', 'Age', 'Status'],
    columns: { Ready: fixed(64) },
  },
  properties: templated,
  containers: templateContainers,
}

export const daemonSets: KindPresentation = {
  resource: 'daemonsets.apps',
  about: 'A DaemonSet runs one pod on every node.',
  columns: {
    order: [
      'Name',
      'Namespace',
      'Desired',
      'Current',
      'Ready',
      'Up-to-date',
      'Available',
      'Node Selector',
      'Age',
      'Status',
    ],
    columns: {
      Current: { leavesBelow: 840 },
      'Up-to-date': { leavesBelow: 760 },
      Available: { leavesBelow: 700 },
      'Node Selector': { leavesBelow: 940 },
    },
  },
  workload: true,
  restartable: true,
  hasRevisions: true,
  properties: templated,
  containers: templateContainers,
}

export const replicationControllers: KindPresentation = {
  resource: 'replicationcontrollers',
  about:
    'A ReplicationController keeps a number of equal pods running; ReplicaSets have taken its place.',
  workload: true,
  containers: templateContainers,
}

function templated(body: ObjectBody): Property[] {
  const { spec, status, metadata } = body as unknown as Deployment
  const selector = Object.entries(spec.selector?.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  )
  return [
    ...ownerProperty(metadata),
    ...(spec.replicas === undefined
      ? []
      : [{ label: 'Replicas', value: `${status?.readyReplicas ?? 0} of ${spec.replicas} ready` }]),
    { label: 'Strategy', value: spec.strategy?.type },
    { label: 'Selector', value: <code>{selector.join(', ')}</code> },
  ]
}

function templateContainers(body: ObjectBody): ContainerLine[] {
  return containersOfTemplate((body as unknown as Deployment).spec.template)
}

/** The containers of a pod template, as they shall run. */
export function containersOfTemplate(template: PodTemplateSpec | undefined): ContainerLine[] {
  const spec = template?.spec
  const line =
    (init: boolean) =>
    ({ name, image = '' }: { name: string; image?: string }) => ({
      name,
      image,
      note: init ? 'init' : '',
      word: '',
    })
  return [
    ...(spec?.containers ?? []).map(line(false)),
    ...(spec?.initContainers ?? []).map(line(true)),
  ]
}
