import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'
const collector = 'src-main/control-plane/controllers/garbage-collector'

/** Section 8: deletes and garbage collection. */
export const faults: FaultsByFile = {
  [`${server}/handlers/delete.ts`]: [
    ['8.1.a', '...(definition.group ? { group: definition.group } : {}),', ''],
    ['8.1.b', 'if (definition.answersDeleted)', 'if (!definition)'],
    [
      '8.1.c',
      "return { kind: 'object', status: 200, definition, item }",
      "return { kind: 'value', status: 200, value: successOf(target, item) }",
    ],
    [
      '8.1.h',
      'throw notFound(write.definition, write.name)',
      'throw modified(write.definition, write.name)',
    ],
    ['8.1.i', 'if (wantedUid && wantedUid !== uid)', 'if (wantedUid && !uid)'],
    [
      '8.2.e',
      'const isMarked = metadata.deletionTimestamp !== undefined',
      'const isMarked = false',
    ],
    ['8.2.f', 'const waits = pendingFinalizers(next).length > 0', 'const waits = false'],
    ['8.3.d', "? 'Orphan'", "? 'Background'"],
    ['8.3.e', "byDefault ?? 'Background'", "byDefault ?? 'Orphan'"],
    ['8.3.f', 'String(finalizers) === String(metadata.finalizers ?? [])', 'true'],
    [
      '8.3.g',
      "name === 'orphan' || name === 'foregroundDeletion'",
      "name === 'foregroundDeletion'",
    ],
    ['8.3.h', 'stored.propagationWarning && !isSaid', 'stored.propagationWarning && isSaid'],
    ['8.4.c', 'grace >= oldGrace && sameFinalizers', 'grace !== oldGrace && sameFinalizers'],
    ['8.4.g', '(metadata.generation ?? 0) + 1', 'metadata.generation ?? 0'],
  ],
  [`${server}/handlers/delete-options.ts`]: [
    ['8.1.d', 'body ?? fromQuery(context.request.query)', 'body ?? { dryRun: [] }'],
    ['8.6.m', "query.get('propagationPolicy')", "query.getAll('propagationPolicy').at(-1)"],
    ['8.1.e', '!policies.includes(propagationPolicy)', '!propagationPolicy'],
    [
      '8.1.f',
      'propagationPolicy !== undefined && orphanDependents !== undefined',
      "propagationPolicy === '' && orphanDependents !== undefined",
    ],
  ],
  [`${server}/handlers/object-writer.ts`]: [
    ['8.1.g 8.1.k', 'if (write.dryRun) return', ''],
    [
      '8.2.a 8.2.g',
      'old.metadata.deletionTimestamp && isReadyToGo(next)',
      '!old.metadata.uid && isReadyToGo(next)',
    ],
  ],
  'src-main/control-plane/resources/shared/object-meta.ts': [
    [
      '8.2.b',
      'meta.deletionTimestamp && added.length > 0',
      'meta.deletionTimestamp && added.length > 1',
    ],
    ['8.2.c', 'meta.deletionTimestamp && added.length > 0', 'meta.deletionTimestamp'],
  ],
  [`${server}/handlers/object-metadata.ts`]: [['8.2.d', "'deletionTimestamp',", '']],
  [`${server}/handlers/finalizers.ts`]: [
    ['8.3.a', "if (propagation === 'Foreground')", "if (propagation !== 'Orphan')"],
    ['8.3.b', "if (propagation === 'Foreground')", 'if (!propagation)'],
    ['8.3.c 8.3.i', "return [...kept, 'orphan']", 'return kept'],
  ],
  'src-main/control-plane/resources/pods/pods.ts': [
    ['8.4.a', 'asked ?? spec.terminationGracePeriodSeconds ?? 30', 'asked ?? 30'],
    [
      '8.4.b',
      'asked ?? spec.terminationGracePeriodSeconds ?? 30',
      'spec.terminationGracePeriodSeconds ?? 30',
    ],
    ['8.4.d 8.4.h', 'seconds < 0 ? 1 : seconds', 'seconds <= 0 ? 1 : seconds'],
    ['8.4.e', 'seconds < 0 ? 1 : seconds', 'seconds'],
    ['8.4.f', "if (!spec.nodeName || status?.phase === 'Succeeded' ||", 'if (!spec.nodeName ||'],
  ],
  [`${server}/handlers/delete-collection.ts`]: [
    ['8.5.a 8.5.g', 'context.request.query', 'new URLSearchParams()'],
    [
      '8.5.b',
      'const outcome = await deleteObject(target, write, options)',
      'const outcome = { remaining: undefined, removed: item }; await target.writer.remove(write, item)',
    ],
    [
      '8.5.c',
      'deleteObject(target, write, options)',
      'deleteObject(target, write, { dryRun: options.dryRun })',
    ],
    ['8.5.d', 'writeOf(target, options.dryRun)', 'writeOf(target, false)'],
    [
      '8.5.f',
      'const outcomes: CachedObject[] = []',
      "const outcomes: CachedObject[] = []; if (!items.length) throw new Error('nothing is selected')",
    ],
  ],
  [`${server}/handlers/selection.ts`]: [['8.5.h', 'if (!isKnown) throw', 'if (!prefix) throw']],
  [`${server}/handlers/list.ts`]: [['8.5.e', "Math.max(readInteger(query, 'limit') ?? 0, 0)", '0']],
  [`${collector}/collector.ts`]: [
    ['8.6.a', 'if (solid.length > 0) {', 'if (solid.length > 0 && dangling.length === 0) {'],
    ['8.6.b', 'return live.metadata.uid === uid ? live : undefined', 'return live'],
    ['8.6.c', 'this.#graph.blockingDependents(node).length === 0', 'node.awaitsDependents'],
    ['8.6.d', 'if (live && references?.length)', 'if (live && !references)'],
    ['8.6.e 8.6.l', 'await this.#delete(type, live, policyOf(live))', ''],
    [
      '8.6.f',
      'if (elsewhere?.seen) this.#reportNamespace',
      'if (!elsewhere) this.#reportNamespace',
    ],
    [
      '8.6.g',
      'if (ownerType.namespaced && !type.namespaced) {',
      'if (ownerType.namespaced && !type.namespaced) { owners.dangling.push(reference); continue',
    ],
    ['8.6.h', 'if (!ownerType) {', 'if (!ownerType) { owners.dangling.push(reference); continue'],
    [
      '8.6.i',
      'some(({ awaitsDependents }) => awaitsDependents)',
      'some(({ awaitsDependents }) => !awaitsDependents)',
    ],
  ],
  [`${collector}/ownership-graph.ts`]: [
    ['8.6.j', 'if (!before && !mayOwn(owner, node)) work.check.add(node)', ''],
  ],
  'src-main/control-plane/controllers/namespace/namespace-content.ts': [
    [
      '8.6.k',
      'left.finalizers.set(finalizer, (left.finalizers.get(finalizer) ?? 0) + 1)',
      'left.finalizers.delete(finalizer)',
    ],
  ],
}

export const exceptions: Exceptions = {}
