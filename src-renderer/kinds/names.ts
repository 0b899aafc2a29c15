import type { TableRow } from '../../src-main/contract/tables.ts'

/** A name in its parts: what a person wrote, and what was generated behind it. */
export interface NameParts {
  readonly base: string
  /** The template's hash; gives way where there is little room. */
  readonly middle: string
  readonly hash: string
}

const whole = (name: string): NameParts => ({ base: name, middle: '', hash: '' })

/** Splits the name of an object that an owner named after itself. A StatefulSet's ordinals are names, not hashes. */
export function splitName({ name, owner }: Pick<TableRow, 'name' | 'owner'>): NameParts {
  if (!owner || owner.kind === 'StatefulSet' || !name.startsWith(`${owner.name}-`))
    return whole(name)
  const hash = name.slice(owner.name.length)
  const dash = owner.name.lastIndexOf('-')
  return owner.kind === 'ReplicaSet' && dash > 0
    ? { base: owner.name.slice(0, dash), middle: owner.name.slice(dash), hash }
    : { base: owner.name, middle: '', hash }
}
