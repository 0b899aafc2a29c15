import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'
const handlers = `${server}/handlers`

/** Sections 6.9 to 6.11: field validation, dry runs, limits. */
export const faults: FaultsByFile = {
  [`${handlers}/decode-object.ts`]: [
    [
      '6.9.a 6.9.j',
      "if (validation === 'Strict') throw (refuse ?? badRequest)(strictDecodingError(problems))",
      '',
    ],
    ['6.9.c', " || validation === 'Ignore') return", ') return'],
    ['6.9.i', 'if (typeErrors[0]) throw', "if (typeErrors[0] && validation !== 'Ignore') throw"],
  ],
  [`${handlers}/write-options.ts`]: [
    ['6.9.b', "query.get('fieldValidation') || 'Warn'", "query.get('fieldValidation') || 'Ignore'"],
    ['6.9.d', "value === 'Ignore' || value === 'Warn' || value === 'Strict'", "value !== ''"],
    ['6.10.l', "wanted.every(value => value === 'All')", 'wanted.length'],
  ],
  [`${server}/api-server.ts`]: [
    ['6.11.k', 'requestTimeoutMs = 60_000', 'requestTimeoutMs = 59_000'],
  ],
  [`${server}/codec/decode-body.ts`]: [
    ['6.9.e', 'JSON.stringify(value) === text ? [] : jsonProblems(text, [])', '[]'],
    [
      '6.11.i',
      "throw statusError('BadRequest', refusal(jsonError(text)))",
      "throw statusError('InternalError', refusal(jsonError(text)))",
    ],
  ],
  [`${server}/codec/yaml.ts`]: [
    ['6.9.f', 'if (seen.has(key.value)) {', 'if (seen.has(document)) {'],
    [
      '6.11.j',
      'checked(document.toJS({ maxAliasCount: 10_000 }))',
      'document.toJS({ maxAliasCount: -1 })',
    ],
  ],
  'src-main/kubernetes/schema/check-fields.ts': [
    [
      '6.9.g',
      'this.#value(item, type.items, { ...at, path:',
      'this.#value(item, type.items, { ...at, was:',
    ],
  ],
  [`${handlers}/patch.ts`]: [
    ['6.9.h', 'validation: options.fieldValidation', "validation: 'Ignore'"],
    ['6.10.c 6.10.i', 'writeOf(target, options.dryRun)', 'writeOf(target, false)'],
  ],
  [`${handlers}/create.ts`]: [
    ['6.10.a 6.10.p', 'writeOf(target, options.dryRun)', 'writeOf(target, false)'],
  ],
  [`${handlers}/update.ts`]: [
    ['6.10.b', 'writeOf(target, options.dryRun)', 'writeOf(target, false)'],
  ],
  [`${handlers}/apply.ts`]: [
    ['6.10.d', 'writeOf(target, options.dryRun)', 'writeOf(target, false)'],
  ],
  [`${handlers}/delete.ts`]: [
    ['6.10.e', 'writeOf(target, options.dryRun)', 'writeOf(target, false)'],
  ],
  [`${handlers}/scale.ts`]: [
    [
      '6.10.f',
      "'UpdateOptions')\n  const item = await writer.update(writeOf(target, options.dryRun)",
      "'UpdateOptions')\n  const item = await writer.update(writeOf(target, false)",
    ],
  ],
  [`${handlers}/eviction.ts`]: [['6.10.g', 'options.dryRun || readDryRun(', 'readDryRun(']],
  [`${handlers}/binding.ts`]: [
    ['6.10.h 9.1.h', 'writeOf(target, options.dryRun)', 'writeOf(target, false)'],
  ],
  [`${handlers}/object-writer.ts`]: [
    [
      '6.10.j',
      'return new CachedObject(definition, key, expected, bytes)',
      'return current ?? new CachedObject(definition, key, expected, bytes)',
    ],
    ['6.10.k', 'refuse(definition, object, [', 'if (!write.dryRun) refuse(definition, object, ['],
  ],
  [`${handlers}/stored-bytes.ts`]: [
    [
      '6.11.c',
      'const maxStoredBytes = 1.5 * 1024 * 1024',
      'const maxStoredBytes = 15 * 1024 * 1024',
    ],
  ],
  [`${server}/bootstrap/allocators.ts`]: [
    ['6.10.m', 'if (!dryRun) this.#addresses.add(address)', 'this.#addresses.add(address)'],
    ['6.10.n', 'if (!dryRun) this.#ports.add(port)', 'this.#ports.add(port)'],
  ],
  [`${server}/admission/resource-quota/quota-charges.ts`]: [
    ['6.10.o 11.1.d', 'if (waiting.charge.request.dryRun) continue', ''],
  ],
  [`${server}/http/exchange.ts`]: [
    ['6.11.a', 'maxBodyBytes = 3 * 1024 * 1024', 'maxBodyBytes = 4 * 1024 * 1024'],
  ],
  [`${server}/http/read-body.ts`]: [
    ['6.11.b', 'else reject(tooLarge())', "else reject(new AbortError('too large'))"],
  ],
  'src-main/control-plane/resources/shared/object-meta.ts': [
    [
      '6.11.d 6.11.l',
      'const maxAnnotationBytes = 256 * 1024',
      'const maxAnnotationBytes = 257 * 1024',
    ],
  ],
  'src-main/control-plane/resources/configmaps.ts': [
    ['6.11.e', 'const maxBytes = 1024 * 1024', 'const maxBytes = 1025 * 1024'],
  ],
  'src-main/kubernetes/names.ts': [
    ['6.11.f 6.11.h', 'value.length > length ?', 'value.length > length + 1 ?'],
    ['6.11.g', '...atMost(253)(value),', ''],
  ],
}

export const exceptions: Exceptions = {}
