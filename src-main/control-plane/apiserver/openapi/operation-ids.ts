/** Where an operation lies: under a group-version, a group, or neither. */
export interface OperationPlace {
  /** Empty for the core group; undefined for what belongs to no group, such as `/version/`. */
  group?: string
  version?: string
}

/**
 * The id of an operation, as upstream makes it of a verb and the rest of a route's name: group and version go between
 * the two. `('read', { group: 'apps', version: 'v1' }, 'NamespacedDeployment')` is `readAppsV1NamespacedDeployment`.
 */
export const operationId = (verb: string, { group, version = '' }: OperationPlace, rest: string) =>
  `${verb}${group === undefined ? '' : capital(groupName(group))}${capital(version)}${capital(rest)}`

/** The tag of a place's operations: `apps_v1`, `rbacAuthorization_v1`, or `apps` for the group's own. */
export const tagOf = ({ group = '', version }: OperationPlace): string =>
  [groupName(group), ...(version ? [version] : [])].join('_')

/** `rbacAuthorization` for `rbac.authorization.k8s.io`, `core` for the group without a name. */
const groupName = (group: string) => camelCase(group.replace(/\.k8s\.io$/, '') || 'core')

const camelCase = (text: string) => text.replaceAll(/\W+(\w?)/g, (_, next: string) => capital(next))

export const capital = (text: string): string => text.replace(/^./, first => first.toUpperCase())
