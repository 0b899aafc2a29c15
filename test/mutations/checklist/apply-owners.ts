import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const apply = 'src-main/kubernetes/apply'
const handlers = 'src-main/control-plane/apiserver/handlers'

/** Sections 7.5 to 7.8: removal, updates, subresources, versions and clients. */
export const faults: FaultsByFile = {
  [`${apply}/apply-configuration.ts`]: [
    ['7.5.a 7.5.k', 'prune(merged, managers, before.get(id), application)', 'merged'],
    [
      '7.5.c',
      'if (stripped.isEmpty) after.delete(id)',
      'if (stripped.isEmpty) after.set(id, before.get(id) ?? own)',
    ],
    ['7.8.h', "manager === 'kubectl' && live", "manager === 'kubectl' && !live"],
  ],
  [`${apply}/prune.ts`]: [
    ['7.5.b 7.5.j', 'groupBy(managers.values()', 'groupBy([...managers.values()].slice(0, 0)'],
    ['7.5.d', '.difference(fieldsIn(withOwned, write))', ''],
    ['7.8.d', 'const before = inVersion(write, merged, last.apiVersion)', 'const before = merged'],
  ],
  [`${apply}/update-managers.ts`]: [
    ['7.6.a', 'return rest.set(id, { ...manager, set: own.union(taken) })', 'return rest'],
    ['7.8.b', 'changes.in(manager.apiVersion) ?? nothing', 'changes.own'],
    ['7.8.c', 'const theirs = changes.in(manager.apiVersion)', 'const theirs = changes.own'],
    [
      '7.8.f',
      'manager.set.intersection(modified.union(added))',
      'modified.union(added).difference(modified.union(added).without(manager.set))',
    ],
  ],
  [`${handlers}/object-writer.ts`]: [['7.5.e', 'rules.defaults?.(next)', '']],
  [`${apply}/walk.ts`]: [
    [
      '7.5.f',
      "if (ownership.kind !== 'set' && ownership.kind !== 'list') return value",
      'return value',
    ],
    ['7.5.g', 'removeItems(item, below, ownership.items) ?? {}', 'item'],
    ['7.5.i', 'if (named) result.members.add(element)', ''],
  ],
  [`${apply}/managed-fields.ts`]: [
    [
      '7.6.d',
      'entries?.length === 1 && Object.keys(entries[0] ?? {}).length === 0',
      '!entries?.length || Object.keys(entries[0] ?? {}).length === 0',
    ],
    ['7.6.h', 'const maxUpdaters = 10', 'const maxUpdaters = 11'],
    ['7.6.i', ".filter(manager => manager.operation === 'Update')", ''],
  ],
  [`${apply}/track-update.ts`]: [
    ['7.6.c 7.6.j', 'if (asksForReset(sent)) return new Map()', ''],
    ['7.6.e', 'const managers = readOrNone(sent)', 'const managers = readManagers(sent)'],
    ['7.6.f 7.8.g', 'return managers.size ? managers : stored()', 'return stored()'],
    ['7.6.g', 'if (before.size === 0 && old?.metadata.uid) return []', ''],
  ],
  [`${handlers}/managed-fields.ts`]: [
    ['7.7.a', 'const { subresource } = context.info', "const subresource = ''"],
    ['7.7.b', "return stored.status ? [['status']] : []", 'return []'],
    [
      '7.7.c',
      "return [['spec'], ...(stored.status?.resetFields ?? [])]",
      'return stored.status?.resetFields ?? []',
    ],
    ['7.7.d', "return [['spec'], ...(stored.status?.resetFields ?? [])]", "return [['spec']]"],
    [
      '7.7.g',
      'apiVersion: apiVersionOf(definition),',
      "apiVersion: subresource === 'scale' ? 'autoscaling/v1' : apiVersionOf(definition),",
    ],
    ['7.8.a', 'apiVersion: apiVersionOf(definition),', 'apiVersion: apiVersionOf(target.stored),'],
  ],
  [`${handlers}/scale.ts`]: [
    ['7.7.f 7.7.i', 'track: tracker(target, options.fieldManager).updated,', ''],
  ],
  [`${handlers}/scale-managers.ts`]: [
    ['7.7.h', 'return { ...manager, set: manager.set.difference(replicas) }', 'return manager'],
  ],
  [`${apply}/fit-to-schema.ts`]: [['7.8.e', 'if (isWhole(below))', 'if (!below)']],
}

export const exceptions: Exceptions = {}
