import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const handlers = 'src-main/control-plane/apiserver/handlers'
const patch = 'src-main/kubernetes/patch'

/** Sections 6.5 to 6.8: patches. */
export const faults: FaultsByFile = {
  [`${patch}/json-patch.ts`]: [
    [
      '6.5.a',
      'return add(remove(document, from), path, value)',
      'return add(document, path, value)',
    ],
    ['6.5.b', ".replaceAll('~1', '/')", ''],
    ['6.5.c', "part === '-' ? container.length", "part === '-' ? 0"],
    [
      '6.5.d',
      'if (!deepEqual(find(document, path) ?? null, operation.value ?? null))',
      'if (!path.length)',
    ],
    ['6.5.e', 'child(container, part)', ''],
    ['6.5.f', "typeof op !== 'string' || !operations.includes(op)", "typeof op !== 'string'"],
    ['6.5.g', 'index < 0 || index > last', 'index < 0'],
    ['6.5.h', 'throw notApplicable(', 'return document ?? notApplicable('],
    ['6.5.i', 'if (!Array.isArray(patch))', 'if (!isRecord(patch) && !Array.isArray(patch))'],
    ['6.5.j', 'const maxOperations = 10_000', 'const maxOperations = 100_000'],
    ['6.5.k', 'budget.copied > maxCopiedLength', 'budget.copied < 0'],
  ],
  [`${patch}/merge-patch.ts`]: [
    ['6.6.a', 'return patch', 'return document ?? patch'],
    ['6.6.b', 'delete result[key]', 'continue'],
    [
      '6.6.c',
      'if (!isRecord(patch)) return',
      'if (Array.isArray(document) && Array.isArray(patch)) return document.concat(patch)\nif (!isRecord(patch)) return',
    ],
    ['6.6.d', 'isRecord(document) ? { ...document } : {}', '{}'],
  ],
  [`${patch}/merge-lists.ts`]: [
    ['6.7.a', 'mergeRecords(isRecord(old) ? old : {}, item, type)', 'item'],
    ['6.7.b', 'else result.push(mergeRecords({}, item, type))', ''],
    [
      '6.7.c',
      'return list.filter(item => !(isRecord(item) && item[mergeKey] === key))',
      'return list',
    ],
    ['6.7.d', 'return []', 'return list'],
    ['6.7.h', 'return inOrder(merged, order ?? kept, original, identity)', 'return merged'],
    ['6.7.k', '[...new Set([...original, ...patch])]', '[...patch]'],
    ['6.7.p', 'if (key === undefined)', 'if (key === null)'],
  ],
  [`${patch}/strategic-merge-patch.ts`]: [
    ['6.7.e', 'return dropDirectives(rest) as Json', 'return { ...original, ...rest }'],
    [
      '6.7.f',
      "if (directive === 'delete') return {}",
      "if (directive === 'delete') return original",
    ],
    ['6.7.g', " && directive !== 'merge'", ''],
    ['6.7.i', '.filter(([key]) => kept.includes(key))', ''],
    ['6.7.j', 'old.filter(item => !values.includes(item))', 'old'],
    [
      '6.7.l',
      "Array.isArray(value) && field?.strategy.includes('merge')",
      'Array.isArray(value) && field',
    ],
    ['6.7.m', 'delete result[key]', 'continue'],
    [
      '6.7.n',
      "if (directive !== undefined && directive !== 'merge')",
      "if (directive === 'merge')",
    ],
    ['6.7.o', '!Array.isArray(order) || ', ''],
  ],
  [`${handlers}/patch.ts`]: [
    ['6.5.l', '[jsonType]: (document, patch) => applyJsonPatch(document, patch),', ''],
    ['6.7.r', 'return applyStrategicMergePatch(document, patch, type)', 'return document'],
    [
      '6.6.e',
      'next?.apiVersion !== apiVersion || next.kind !== kind',
      'next?.kind && next.kind !== kind',
    ],
    [
      '6.7.q',
      'if (!type) throw unsupportedPatch(target)',
      'if (!type) return applyMergePatch(document, patch)',
    ],
    ['6.8.a', 'next.metadata.name !== metadata.name || ', ''],
    [
      '6.6.f 6.8.g',
      "'application/merge-patch+json': (document, patch) => applyMergePatch(document, patch),",
      '',
    ],
  ],
  [`${handlers}/object-writer.ts`]: [
    ['6.8.d', 'plan.retries ?? 5', 'plan.retries ?? 0'],
    [
      '6.8.e',
      'if (!item) throw notFound(definition, name)',
      'if (!item) throw modified(definition, name)',
    ],
    ['6.8.f', 'refuse(definition, next, errors)', ''],
  ],
}

export const exceptions: Exceptions = {}
