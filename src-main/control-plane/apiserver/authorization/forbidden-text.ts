import type { Attributes } from './authorizer.ts'

/** Upstream's words for a refusal: `pods is forbidden: User "x" cannot list resource "pods" in API group "" …`. */
export function forbiddenText(attributes: Attributes, reason: string): string {
  const { user, verb, isResource, group, resource, subresource, namespace, name, path } = attributes
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`
  const because = reason ? `: ${reason}` : ''
  if (!isResource) return `forbidden: ${who} path ${JSON.stringify(path)}${because}`
  const what = subresource ? `${resource}/${subresource}` : resource
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope'
  const qualified = group ? `${resource}.${group}` : resource
  const subject = name ? `${qualified} ${JSON.stringify(name)}` : qualified
  const inGroup = `in API group ${JSON.stringify(group)}`
  return `${subject} is forbidden: ${who} resource ${JSON.stringify(what)} ${inGroup} ${where}${because}`
}
