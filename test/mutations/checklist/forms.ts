import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'

/** Section 3: forms of requests and answers. */
export const faults: FaultsByFile = {
  [`${server}/codec/decode-body.ts`]: [
    ['3.1.a', "(contentType ?? '').split(';')[0]", "(contentType ?? '').split('#')[0]"],
    ['3.1.b', "case 'application/yaml'", "case 'application/yml'"],
    ['3.1.c', "case 'application/vnd.kubernetes.protobuf'", "case 'application/protobuf'"],
    ['3.1.d', "?.trim().toLowerCase() || 'application/json'", '?.trim().toLowerCase()'],
    ['3.1.e', 'throw unsupportedMediaType()', 'return decodeJson(textOf(bytes))'],
    ['3.1.f', "case 'application/json':", "case 'application/json': case 'application/cbor':"],
    [
      '3.1.k',
      "case 'application/json':",
      "case 'application/json': case 'application/merge-patch+json':",
    ],
    [
      '3.1.i',
      "throw statusError('BadRequest', refusal",
      "throw statusError('InternalError', refusal",
    ],
  ],
  [`${server}/handlers/patch.ts`]: [
    ['3.1.g', 'if (!change) throw unsupportedPatch(target)', 'if (!change) throw badRequest(type)'],
    ['3.1.h', 'type !== strategicType || findObjectType(definition)', 'type !== applyType'],
  ],
  [`${server}/http/negotiate.ts`]: [
    ['3.2.a', "'application/*' ? 'json'", "'application/*' ? 'yaml'"],
    ['3.2.b', "'application/yaml': 'yaml'", "'application/yaml': 'json'"],
    ['3.2.c', 'b.quality - a.quality', 'a.quality - b.quality'],
    ['3.2.d', 'range.quality > 0', 'range.quality >= 0'],
    [
      '3.2.e',
      'flatMap(range => satisfy(range) ?? [])',
      'flatMap((range, index) => (index ? [] : (satisfy(range) ?? [])))',
    ],
    ['3.2.f', "type === '*/*' || type === 'application/*'", "type === 'application/*'"],
    ['3.2.h', 'throw notAcceptable()', 'return plain'],
    [
      '3.2.i',
      "'application/json': 'json',",
      "'application/json': 'json', 'application/cbor': 'json',",
    ],
    ['3.2.j', 'found.find(isPlainJson) ?? first', 'first'],
    ['3.3.l', '!transforms.has(as) || ', ''],
    ['3.2.m', "stream && stream !== 'watch'", 'false'],
    ['3.3.m', "group !== 'meta.k8s.io'", '!group'],
    ['3.3.o', '!as && !group && !version', '!as'],
  ],
  [`${server}/encode-reply.ts`]: [
    ['3.2.g', 'view ?? JSON.parse(jsonBytes(reply).toString())', 'view ?? reply.item.object'],
    ['3.2.l', ';stream=watch`', '`'],
    ['3.3.a', 'reply.items : [reply.item]', 'reply.items : []'],
    ['3.3.b', '? reply.metadata', '? {}'],
    ['3.3.c', 'isFirst ? table', 'true ? table'],
    ['3.3.e', "get('includeObject') || 'Metadata'", "get('includeObject') || 'Object'"],
    [
      '3.3.g',
      "if (form.as === 'Table') tableOptions(form, request, services)",
      "if (form.as === 'Chart') tableOptions(form, request, services)",
    ],
    ['3.3.h', "version: form.asVersion ?? 'v1', include", "version: 'v1', include"],
    ['3.4.a', 'partialMetadata(reply.item.whole', 'partialMetadata(reply.item.object'],
    ['3.4.c', 'if (form.as) return partialMetadata', 'if (!form) return partialMetadata'],
    [
      '3.4.d',
      "form.as && reply.kind !== 'value'",
      "form.as && reply.kind !== 'value' && !reply.definition.custom",
    ],
    ['3.4.e', "isList !== (reply.kind === 'list')", 'isList === undefined'],
  ],
  [`${server}/views.ts`]: [
    ['3.3.d', "options.include === 'None'", "options.include === 'Nothing'"],
    ['3.3.f', "options.include === 'Object'", "options.include === 'Whole'"],
    ['3.3.k', 'column.priority ?? 0', '0'],
    ['3.3.n', 'type: column.type', "type: 'string'"],
    [
      '3.4.b',
      'items.map(item => partialMetadata(item.whole, version))',
      'items.map(item => item.whole)',
    ],
  ],
  'src-main/control-plane/resources/shared/custom-resource/custom-columns.ts': [
    ['3.3.i', 'columns?.length ? columns : [age]', 'columns ?? []'],
  ],
  [`${server}/handlers/create.ts`]: [
    [
      '3.3.j',
      "kind: 'object', status: 201, definition, item: item.as(definition)",
      "kind: 'value', status: 201, value: item.object",
    ],
  ],
  [`${server}/http/respond.ts`]: [
    ['3.2.k', 'reply.status >= 400', 'reply.status >= 600'],
    ['3.5.a', 'compressFrom = 128 * 1024', 'compressFrom = 1024 * 1024'],
    ['3.5.b', 'body.length <= compressFrom || ', ''],
    ['3.5.d', '(1|t|T|true|True|TRUE)', '(1|t|T|True|TRUE)'],
    ['3.5.e', '(curl|Wget|Mozilla', '(curl|Mozilla'],
    ['3.5.f', '(1|t|T|true|True|TRUE)', '(.*)'],
    ['3.5.j', '(^|,) *gzip *(,|$)', 'gzip'],
  ],
  [`${server}/http/stream-reply.ts`]: [
    [
      '3.5.c',
      "{ ...headers, 'content-type': contentType }",
      "{ ...headers, 'content-type': contentType, 'content-encoding': 'gzip' }",
    ],
  ],
  [`${server}/handlers/write-options.ts`]: [
    ['3.5.g', "agent.split('/')[0]", 'agent'],
    ['3.5.h', " || 'unknown'", " || 'anonymous'"],
    ['3.5.i', 'fieldManager || defaultManager(request)', 'defaultManager(request)'],
  ],
}

export const exceptions: Exceptions = {}
