import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const apply = 'src-main/kubernetes/apply'
const handlers = 'src-main/control-plane/apiserver/handlers'

/** Sections 7.1 and 7.2: requests to apply, and the entries of managedFields. */
export const faults: FaultsByFile = {
  [`${handlers}/write-options.ts`]: [
    ['7.1.a', "if (request.query.get('fieldManager')) return", 'if (request.query) return'],
    ['7.1.b', 'Buffer.byteLength(manager) > 128', 'Buffer.byteLength(manager) > 129'],
  ],
  [`${apply}/apply-configuration.ts`]: [
    ['7.1.c', "Array.isArray(metadata['managedFields'])", "metadata['managedFields']?.length"],
    ['7.2.e', '!changed && old?.set.equals(entry.set)', 'old?.set.equals(entry.set)'],
    ['7.2.f', 'id !== applier ||', 'id === applier ||'],
  ],
  [`${handlers}/decode-object.ts`]: [
    [
      '7.1.d',
      'object.apiVersion !== apiVersionOf(expected) || object.kind !== expected.kind',
      'object.apiVersion !== apiVersionOf(expected)',
    ],
  ],
  [`${handlers}/object-metadata.ts`]: [
    ['7.1.e', 'if (metadata.name !== request.name)', 'if (!metadata.name)'],
    ['7.1.h', 'metadata.uid && metadata.uid !== old.uid', 'metadata.uid && !old.uid'],
  ],
  [`${handlers}/apply.ts`]: [
    ['7.1.f', 'status: 201', 'status: 200'],
    ['7.1.g', 'if (decoded.metadata.uid)', 'if (decoded.metadata.resourceVersion)'],
    [
      '7.2.j',
      'matchRequest(decoded, definition, context.info)',
      'matchRequest(decoded, definition, context.info); definition.defaults?.(decoded)',
    ],
  ],
  [`${handlers}/object-writer.ts`]: [
    [
      '7.1.i',
      'expected && expected !== old.metadata.resourceVersion',
      'expected && !old.metadata.resourceVersion',
    ],
    ['7.1.k 7.1.p', 'if (dryRun) {', "if (dryRun && key === '') {"],
    ['7.1.l', '...(rules.validate?.(next, old, tell) ?? []),', ''],
  ],
  [`${handlers}/patch.ts`]: [
    ['7.1.j', 'if (options.force)', 'if (options.force && options.dryRun)'],
  ],
  [`${apply}/require-fitting.ts`]: [
    ['7.1.m', '&& !type.type.keepsUnknownFields', '&& type.type.keepsUnknownFields'],
    ['7.1.n', "return typeof value === 'number'", "return typeof value !== 'object'"],
    ['7.1.o', 'if (seen.has(element))', 'if (seen.size > 2 && seen.has(element))'],
  ],
  [`${apply}/field-set.ts`]: [['7.2.a', "this.members.has(element) ? { '.': {} } : {}", '{}']],
  [`${apply}/created-fields.ts`]: [
    ['7.2.b', "const fields: Fields = { '.': end }", 'const fields: Fields = {}'],
  ],
  [`${apply}/managed-fields.ts`]: [
    ['7.2.c', "manager.operation === 'Apply' ? '' : manager.apiVersion", "''"],
    ['7.2.d', "manager.operation === 'Apply' ? '' : manager.apiVersion", 'manager.apiVersion'],
    ['7.2.l', 'manager: manager.name,', "manager: 'kubectl',"],
    ['7.2.g', 'byText(a.operation, b.operation)', 'byText(b.operation, a.operation)'],
  ],
  [`${apply}/update-managers.ts`]: [
    ['7.2.h', 'rest.filter(([, { set }]) => !set.isEmpty)', 'rest'],
    ['7.2.i', "'namespace',", "'nobody',"],
  ],
  [`${apply}/ownership.ts`]: [['7.2.k', 'listMapKeys.toSorted()', '[...listMapKeys]']],
}

export const exceptions: Exceptions = {}
