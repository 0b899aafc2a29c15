import type { UserInfo } from '../server-request.ts'

const nodeGroup = 'system:nodes'
const nodePrefix = 'system:node:'

/** The node that a user speaks for; empty when the name says none, undefined for everybody else. */
export const nodeOf = ({ name, groups }: UserInfo): string | undefined =>
  groups.includes(nodeGroup) && name.startsWith(nodePrefix)
    ? name.slice(nodePrefix.length)
    : undefined
