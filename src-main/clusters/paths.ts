import type { GroupVersionResource } from '#kubernetes/objects.ts'

/** The path of a collection: `/apis/apps/v1/namespaces/shop/deployments`. No namespace = all, or a kind without any. */
export function collectionPath(resource: GroupVersionResource, namespace?: string): string {
  const { group, version, resource: plural } = resource
  const top = group ? `/apis/${group}/${version}` : `/api/${version}`
  const middle = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${top}${middle}/${plural}`
}

/** The path of one object, or of a subresource of it. */
export function objectPath(
  resource: GroupVersionResource,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`
  return subresource ? `${path}/${subresource}` : path
}
