import { Activity, FileText, Folder, KeyRound, Server } from 'lucide-react'
import type { Event, Node } from '../../src-main/kubernetes/api/core-v1.ts'
import type { KindPresentation, Property } from './define-kind.ts'
import { formatBytes } from './quantities.ts'
import { linkTo } from './shared-properties.tsx'

export const nodes: KindPresentation = {
  resource: 'nodes',
  icon: Server,
  about: 'A Node is a machine that runs pods.',
  usage: 'nodes',
  columns: {
    order: ['Name', 'Roles', 'CPU', 'Memory', 'Version', 'Age', 'Status'],
    columns: { Roles: { flex: 1 }, Version: { width: 124, flex: 0, leavesBelow: 640 } },
  },
  properties: body => nodeProperties(body as unknown as Node),
}

function nodeProperties({ status, spec }: Node): Property[] {
  const info = status?.nodeInfo
  return [
    ...(status?.addresses ?? []).map(({ type, address }) => ({ label: type, value: address })),
    { label: 'Kubelet', value: info?.kubeletVersion },
    { label: 'Runtime', value: info?.containerRuntimeVersion },
    { label: 'System', value: info && `${info.osImage}, ${info.architecture}` },
    {
      label: 'Capacity',
      value: capacityText(status?.capacity),
    },
    { label: 'Allocatable', value: capacityText(status?.allocatable) },
    ...(spec?.taints ?? []).map(({ key, value, effect }, at) => ({
      label: at ? '' : 'Taints',
      value: <code>{`${key}${value ? `=${value}` : ''}:${effect}`}</code>,
    })),
    ...(spec?.unschedulable ? [{ label: 'Scheduling', value: 'off: the node is cordoned' }] : []),
  ]
}

const capacityText = (of: Record<string, string> | undefined) =>
  of && `${of['cpu']} CPU, ${formatBytes(of['memory'])} memory, ${of['pods']} pods`

export const namespaces: KindPresentation = {
  resource: 'namespaces',
  icon: Folder,
  about: 'A Namespace keeps the names of one group of objects apart from the others.',
}

export const configMaps: KindPresentation = {
  resource: 'configmaps',
  usedBy: 'Used by',
  icon: FileText,
  about: 'A ConfigMap holds settings that pods read as files or variables.',
}

export const secrets: KindPresentation = {
  resource: 'secrets',
  usedBy: 'Used by',
  icon: KeyRound,
  columns: { columns: { Type: { width: 200, flex: 1 } } },
  about: 'A Secret holds passwords, keys and certificates that pods read as files or variables.',
}

export const events: KindPresentation = {
  resource: 'events',
  icon: Activity,
  about: 'An Event tells what happened to an object. The server forgets it after an hour.',
  defaultSort: { column: 'Last Seen', descending: false },
  segments: { warn: 'Warnings', ok: 'Normal' },
  columns: {
    order: ['Status', 'Reason', 'Object', 'Message', 'Namespace', 'Count', 'Last Seen'],
    hidden: ['Name', 'Type', 'Age', 'First Seen'],
    columns: {
      Status: { header: 'Type', width: 96, narrowWidth: 96 },
      Reason: { width: 120, flex: 0 },
      Object: { width: 160, flex: 2, leavesBelow: 740 },
      Message: { width: 180, flex: 4 },
      Namespace: { leavesBelow: 1000 },
      Count: { width: 60, align: 'end', flex: 0, optional: false, leavesBelow: 800 },
      'Last Seen': { width: 104, flex: 0, align: 'end' },
    },
  },
  properties: body => eventProperties(body as unknown as Event),
}

function eventProperties(event: Event): Property[] {
  const { kind, name, namespace } = event.involvedObject
  return [
    {
      label: 'About',
      value: `${kind} ${name}`,
      ...(kind && name && { link: linkTo(kind, name, namespace) }),
    },
    { label: 'Reason', value: event.reason },
    { label: 'Message', value: event.message },
    { label: 'Count', value: event.count },
    { label: 'Source', value: event.source?.component },
  ]
}
