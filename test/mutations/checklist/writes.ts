import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const handlers = 'src-main/control-plane/apiserver/handlers'
const resources = 'src-main/control-plane/resources'

/** Sections 6.1 to 6.4: creates and updates, generation and status. */
export const faults: FaultsByFile = {
  [`${handlers}/object-metadata.ts`]: [
    [
      '6.1.a',
      'metadata.creationTimestamp = formatTime(now)',
      'metadata.creationTimestamp = new Date(now).toISOString()',
    ],
    ['6.1.b', 'metadata.generation = 1', 'metadata.generation ??= 1'],
    ['6.1.c', 'metadata.uid = randomUUID()', 'metadata.uid ??= randomUUID()'],
    ['6.1.i 6.2.f', 'metadata.namespace !== request.namespace', '!metadata.namespace'],
    ['6.2.e', 'metadata.name !== request.name', '!metadata.name'],
    ['6.2.i', "'creationTimestamp',", ''],
    ['6.4.a', '(current.metadata.generation ?? 0) + 1', 'current.metadata.generation ?? 0'],
    [
      '6.4.b',
      'definition.changesGeneration?.(next, current) ?? specChanged(next, current)',
      '!isDeepStrictEqual(next, current)',
    ],
    ['6.8.b', 'metadata.uid && metadata.uid !== old.uid', '!old.uid'],
  ],
  [`${handlers}/object-writer.ts`]: [
    ['6.1.f', 'throw alreadyExists(definition, name)', 'throw modified(definition, name)'],
    ['6.1.g', 'if (metadata.resourceVersion) {', 'if (!metadata) {'],
    ['6.1.o', '!metadata.name && metadata.generateName', 'metadata.generateName'],
    ['6.1.p', 'const generateNameTries = 8', 'const generateNameTries = 7'],
    [
      '6.2.b 6.2.l 6.8.c',
      'expected && expected !== old.metadata.resourceVersion',
      'expected && !old.metadata.resourceVersion',
    ],
    [
      '6.3.a 6.3.c 6.3.d 6.3.e',
      'if (current && wanted && isSameContent(wanted, current.stored)) return current',
      '',
    ],
  ],
  [`${handlers}/stored-bytes.ts`]: [['6.3.b', '|| deepEqual(parse(wanted), parse(stored))', '']],
  [`${handlers}/update.ts`]: [
    [
      '6.2.a',
      'return cloneJson(wanted)',
      'return { ...wanted, metadata: { ...current.metadata, ...wanted.metadata } }',
    ],
    ['6.2.c', " && version !== '0'", ''],
    ['6.2.d', 'if (!definition.unconditionalUpdate) throw versionNeeded(target)', ''],
    ['6.2.g', 'if (!uid || uid === metadata.uid) return', 'if (uid) return'],
    ['6.2.h', 'definition.createOnUpdate && isAbsent', 'isAbsent'],
  ],
  [`${handlers}/route.ts`]: [
    ['6.1.h', "return name === ''", 'return true'],
    ['6.2.j', "['update', 'patch'].includes(verb)", "['patch'].includes(verb)"],
    [
      '6.4.e',
      'statusVerbs: Record<string, Handler> = { get, update, patch }',
      'statusVerbs: Record<string, Handler> = { get, patch }',
    ],
  ],
  [`${handlers}/check-kind.ts`]: [
    ['6.1.l', 'object.kind === expected.kind) return', 'object.kind) return'],
  ],
  [`${handlers}/subresource-parts.ts`]: [
    ['6.4.h', "copyField('status')(target, from)\n  },\n  binding", '},\n  binding'],
    ['6.4.d 6.4.g 9.1.a', 'cloneJson(old))', 'cloneJson(old), wanted)'],
  ],
  'src-main/control-plane/apiserver/admission/namespace-lifecycle.ts': [
    ['6.1.j', 'if (!item) throw notFound(namespaces, namespace)', 'if (!item) return'],
    ['6.1.k', "reason: 'NamespaceTerminating'", "reason: 'Terminating'"],
    ['11.1.g', 'if (isGoing)', 'if (!item)'],
  ],
  'src-main/kubernetes/names.ts': [
    ['6.1.m 6.1.r', 'const suffixLength = 5', 'const suffixLength = 4'],
    ['6.1.n', 'base.slice(0, longestBase)', 'base'],
  ],
  [`${resources}/shared/object-meta.ts`]: [
    ['6.1.e', "[required('metadata.name', 'name or generateName is required')]", '[]'],
    [
      '6.1.q',
      "malformed('metadata.generateName', generateName, validateName(generateName, true))",
      '[]',
    ],
  ],
  [`${resources}/deployments/deployments.ts`]: [
    ['6.1.d', 'deployment.status = {}', 'deployment.status ??= {}'],
  ],
  [`${resources}/leases.ts`]: [['6.2.k', 'createOnUpdate: true', 'createOnUpdate: false']],
  [`${resources}/shared/status.ts`]: [
    ['6.4.c', 'else object.status = old.status', 'else object.status ??= old.status'],
  ],
  [`${resources}/shared/custom-resource/custom-resource.ts`]: [
    ['6.4.f', 'if (status) keepStatus(object, old)', ''],
  ],
}

export const exceptions: Exceptions = {}
