import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const apply = 'src-main/kubernetes/apply'

/** Sections 7.3 and 7.4: how configurations are merged, and who is in conflict. */
export const faults: FaultsByFile = {
  [`${apply}/ownership.ts`]: [
    ['7.3.a', "? { kind: 'map', values: partPlace(type) }", '? leaf'],
    [
      '7.3.b',
      "return place.structType !== 'atomic' && areRecords(a, b)",
      'return areRecords(a, b)',
    ],
    ['7.3.c', "(type.type.atomic ? 'atomic' : 'granular')", "(type.type.isObject ? '' : 'atomic')"],
    ['7.3.d', "(place.structType ?? (type.type.atomic ? 'atomic' : 'granular'))", "'granular'"],
    [
      '7.3.e',
      "if (place.listType !== 'map') return leaf",
      "if (place.listType !== 'map') return { kind: 'set' }",
    ],
    [
      '7.3.s',
      "return { kind: 'list', keys: keysOf(place), items: partPlace(type) }",
      'return leaf',
    ],
    ['7.3.f', "if (place.listType === 'set') return { kind: 'set' }", ''],
    ['7.3.i 7.5.h', 'record[key] ?? defaultOf(ownership.items.type, key)', 'record[key]'],
    [
      '7.3.k',
      "return isAnything(a, b) && areRecords(a, b) ? { kind: 'map'",
      "return !place ? { kind: 'map'",
    ],
  ],
  [`${apply}/merge.ts`]: [
    [
      '7.8.i',
      "if (ownership.kind === 'leaf') return config",
      "if (ownership.kind === 'leaf') return live ?? config",
    ],
    [
      '7.3.g',
      "ownership.kind === 'set' ? item : merge(liveItem.get(element), item, ownership.items)",
      'item',
    ],
    [
      '7.3.h',
      'merge(liveItem.get(element), item, ownership.items)',
      '({ ...liveItem.get(element), ...item })',
    ],
    [
      '7.3.j',
      'if (!inConfig.has(element)) {',
      'if (!inConfig.has(element) && right === config.length) {',
    ],
    ['7.3.m', 'isOwnedByMembers(live, place) ? live : null', 'live'],
    [
      '7.3.n',
      'isOwnedByMembers(live, place) ? live : null',
      'isOwnedByMembers(live, place) ? live : undefined',
    ],
    ['7.3.o', 'isOwnedByMembers(live, place) ? live : null', 'null'],
  ],
  [`${apply}/walk.ts`]: [
    ['7.3.p', '|| (isRecord(item) && Object.keys(item).length === 0)', ''],
    [
      '7.3.q',
      "if (ownership.kind === 'leaf' || value === null) {",
      "if ((ownership.kind === 'leaf' && !isEmpty(value, ownership)) || value === null) {",
    ],
    ['7.3.r', 'if (a.length > 1 || b.length > 1)', 'if (a.length > 2 || b.length > 2)'],
    ['7.4.e', 'isLeaf && !deepEqual(old, next)', 'isLeaf'],
  ],
  'src-main/control-plane/resources/shared/custom-resource/type-of-schema.ts': [
    [
      '7.3.l',
      "return { kind: 'intOrString', goName: 'IntOrString' }",
      "return { kind: 'integer', goName: 'int64' }",
    ],
  ],
  [`${apply}/conflicts.ts`]: [
    [
      '7.4.a',
      "statusError('Conflict', messageOf(conflicts), { causes })",
      "statusError('Conflict', messageOf(conflicts), {})",
    ],
    ['7.4.b', "operation === 'Update' ? ` using ${apiVersion}` : ''", "''"],
    ['7.4.c', '`- ${pathText(path)}`', 'pathText(path)'],
    ['7.4.k', 'if (only && !more.length)', 'if (!only)'],
    ['7.7.e', "subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''", "''"],
  ],
  [`${apply}/path-element.ts`]: [
    ['7.4.d', '`${key}=${JSON.stringify(value)}`', '`${JSON.stringify(value)}`'],
  ],
  [`${apply}/apply-configuration.ts`]: [
    [
      '7.4.f',
      'force ? [] : conflictsOf(managers, id, changes)',
      'force ? [] : conflictsOf(managers, id, changes).filter(({ path }) => !before.get(id)?.set.has(path))',
    ],
    ['7.4.j', 'if (remaining.length) throw', 'if (!remaining) throw'],
  ],
  [`${apply}/update-managers.ts`]: [
    [
      '7.4.g',
      '.difference(manager.set.intersection(theirs.modified.union(theirs.added)))',
      '.difference(manager.set)',
    ],
    [
      '7.4.h',
      '.filter(([id]) => id !== except)',
      '.filter(([, { name }]) => name !== managers.get(except)?.name)',
    ],
    ['7.4.i 7.6.b', '.difference(theirs.removed)', ''],
  ],
}

export const exceptions: Exceptions = {}
