import { type ResourceFact, structs } from './facts-table.ts'

/** The structs that bodies of some kinds are made of. */
export interface Reachable {
  /** Those that fields refer to. */
  readonly referred: ReadonlySet<string>
  /** All of them: also those that are only embedded in others, and lie in their JSON. */
  readonly all: ReadonlySet<string>
}

/** The structs of these kinds, and of what every kind is asked with and answers. */
export function reachableStructs(kinds: readonly ResourceFact[]): Reachable {
  const found = { referred: new Set<string>(), all: new Set<string>() }
  for (const name of kinds.flatMap(bodiesOf)) visit(name, false, found)
  return found
}

function visit(
  name: string,
  embedded: boolean,
  found: { referred: Set<string>; all: Set<string> },
): void {
  const struct = structs.get(name)
  if (!struct) return
  if (!embedded) found.referred.add(name)
  if (found.all.has(name)) return
  found.all.add(name)
  for (const member of struct.members) visit(member.struct, member.type === 'inline', found)
}

function bodiesOf({ group, version, kind, verbs, subresources }: ResourceFact): string[] {
  const own = `${group || 'core'}/${version}`
  const parts = subresources.map(text => {
    const type = /\((.*)\)/.exec(text)?.[1] ?? ''
    const [name = '', itsVersion, itsGroup] = type.split('/').toReversed()
    return itsVersion ? `${itsGroup}/${itsVersion}.${name}` : `${own}.${name}`
  })
  const bodies = parts.filter(name => !/(Pod|Node|Service)\w+Options$/.test(name))
  const common = [
    'APIResourceList',
    ...(verbs.includes('delete') ? ['DeleteOptions', 'Status'] : []),
    ...(verbs.includes('watch') ? ['WatchEvent'] : []),
  ]
  return [
    `${own}.${kind}`,
    ...(verbs.includes('list') ? [`${own}.${kind}List`] : []),
    ...bodies,
    ...common.map(name => `meta.k8s.io/v1.${name}`),
  ]
}
