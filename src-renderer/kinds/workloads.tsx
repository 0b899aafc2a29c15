import { Layers } from 'lucide-react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { Deployment } from '../../src-main/kubernetes/api/apps-v1.ts'
import type { ContainerLine, KindPresentation, Property } from './define-kind.ts'

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
  columns: { columns: { Ready: fixed(64) } },
  properties: templated,
  containers: templateContainers,
}

export const daemonSets: KindPresentation = {
  resource: 'daemonsets.apps',
  about: 'A DaemonSet runs one pod on every node.',
  workload: true,
  restartable: true,
  hasRevisions: true,
  properties: templated,
  containers: templateContainers,
}

export const jobs: KindPresentation = {
  resource: 'jobs.batch',
  about: 'A Job runs pods until so many of them have ended well.',
  workload: true,
  containers: templateContainers,
}

function templated(body: ObjectBody): Property[] {
  const { spec, status, metadata } = body as unknown as Deployment
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)
  const selector = Object.entries(spec.selector?.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  )
  return [
    ...(owner
      ? [
          {
            label: 'Controlled by',
            value: `${owner.kind} ${owner.name}`,
            link: {
              kind: owner.kind,
              name: owner.name,
              ...(metadata.namespace && { namespace: metadata.namespace }),
            },
          },
        ]
      : []),
    ...(spec.replicas === undefined
      ? []
      : [{ label: 'Replicas', value: `${status?.readyReplicas ?? 0} of ${spec.replicas} ready` }]),
    { label: 'Strategy', value: spec.strategy?.type },
    { label: 'Selector', value: <code>{selector.join(', ')}</code> },
  ]
}

function templateContainers(body: ObjectBody): ContainerLine[] {
  const { spec } = (body as unknown as Deployment).spec.template
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
