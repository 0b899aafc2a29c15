import type { PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { humanAge } from '#kubernetes/duration.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { Column } from '../define-resource.ts'

/** The column that every Table starts with. */
export const nameColumn: Column<KubernetesObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  value: ({ metadata }) => metadata.name ?? '',
}

export const ageColumn: Column<KubernetesObject> = {
  name: 'Age',
  type: 'string',
  value: ({ metadata }, now) => humanAge(metadata.creationTimestamp, now),
}

/** What the server prints of a kind that has no columns of its own. */
export const defaultColumns: Column<KubernetesObject>[] = [
  nameColumn,
  {
    name: 'Created At',
    type: 'date',
    value: ({ metadata }) => metadata.creationTimestamp ?? null,
  },
]

/** `a=1,b=2` with sorted keys, or `<none>`. */
export function labelsText(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`)
  return pairs.sort().join(',') || '<none>'
}

/** The first `max` texts, with how many more there are; `empty` without any. */
export function moreList(texts: string[], max: number, empty: string): string {
  if (texts.length === 0) return empty
  const joined = texts.slice(0, max).join(',')
  return texts.length > max ? `${joined} + ${texts.length - max} more...` : joined
}

/** The wide columns of everything that makes pods from a template. */
export function containersAndImages<T>(
  template: (object: T) => PodTemplateSpec | undefined,
): Column<T>[] {
  const join = (object: T, key: 'name' | 'image') =>
    (template(object)?.spec?.containers ?? []).map(container => container[key] ?? '').join(',')
  return [
    { name: 'Containers', type: 'string', priority: 1, value: object => join(object, 'name') },
    { name: 'Images', type: 'string', priority: 1, value: object => join(object, 'image') },
  ]
}
