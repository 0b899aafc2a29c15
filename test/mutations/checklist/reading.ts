import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'

/** Sections 4 and 5: resource versions, lists, watches and field selectors. */
export const faults: FaultsByFile = {
  [`${server}/cache/cached-object.ts`]: [
    ['4.1.a', `'"resourceVersion":"'`, `'"resourceVersion":"0'`],
  ],
  [`${server}/encode-reply.ts`]: [
    ['4.1.c', 'yield item\n', 'yield new TextPiece(String(Buffer.from(item.stored)))\n'],
    ['4.5.m', 'tableRow([item], item', 'tableRow([], item'],
  ],
  [`${server}/failures.ts`]: [
    ['4.2.d', "reason: 'ResourceVersionTooLarge'", "reason: 'Timeout'"],
    ['4.2.f', ' not found`', ' is missing`'],
  ],
  [`${server}/handlers/get.ts`]: [
    ['4.2.a', 'if (!text) return undefined', 'if (text == null) return undefined'],
    [
      '4.2.b',
      'if (!item) throw notFound',
      'if (!item || item.revision < (asked ?? 0)) throw notFound',
    ],
    ['4.2.c', 'asked ? waitForVersion', 'asked === -1 ? waitForVersion'],
    ['4.1.f', "&& 'value out of range'", "&& ''"],
    ['4.2.e 4.5.e', "? 'invalid syntax'", "? ''"],
  ],
  [`${server}/handlers/list.ts`]: [
    ['4.1.b', 'String(cache.revision)', 'String(cache.loadedAt)'],
    ['4.3.a', 'if (!version) return {}', 'if (!version) return { at: 1 }'],
    ['4.3.b', "limit && match !== 'NotOlderThan'", 'limit'],
    ['4.3.c', "match === 'Exact' || (limit", '(limit'],
    ['4.3.d', "(limit && match !== 'NotOlderThan')", 'false'],
    ['4.3.e', 'await waitForVersion(target, version)', 'void waitForVersion'],
    ['4.3.f', 'throw tooLargeResourceVersion(request.at ?? 0, error.current)', "throw expired('')"],
    ['4.3.g', '? expired(', '? badRequest('],
    [
      '4.4.a 4.4.k',
      'metadata.remainingItemCount = remaining',
      'metadata.remainingItemCount = limit',
    ],
    ['4.4.b', 'if (remaining && last !== undefined)', 'if (last !== undefined)'],
    ['4.4.d', 'if (!selection.hasSelector) metadata', 'if (remaining) metadata'],
    [
      '4.4.e',
      "Math.max(readInteger(query, 'limit') ?? 0, 0)",
      "query.has('continue') ? 1 : Math.max(readInteger(query, 'limit') ?? 0, 0)",
    ],
    ['4.4.f', 'if (version) {', 'if (false) {'],
    ['4.4.g', 'if (version) {', 'if (version !== undefined) {'],
    ['4.4.l', "query.get('resourceVersion') === '0'", 'false'],
    ['4.4.j', 'encodeContinue({ at: now, after })', 'encodeContinue({ at: 1, after })'],
  ],
  [`${server}/handlers/list-options.ts`]: [
    ['4.3.h', 'if (!version)', 'if (false)'],
    ['4.3.i', "wanted !== 'Exact' && wanted !== 'NotOlderThan'", 'false'],
    ['4.3.j', "wanted === 'Exact' && version === '0'", 'false'],
    ['4.3.k', "query.get('continue')", 'false'],
    ['4.3.l', "if (query.has('sendInitialEvents'))", 'if (false)'],
    ['4.7.g', "if (asksForInitial && wanted !== 'NotOlderThan')", 'if (false)'],
    ['4.7.h', 'if (!asksForInitial)', 'if (false)'],
  ],
  [`${server}/handlers/write-options.ts`]: [['4.3.m', '!/^-?\\d+$/.test(text)', 'false']],
  [`${server}/handlers/continue-token.ts`]: [
    ['4.4.c', 'return { at: rv, after: start }', 'return { after: start }'],
    ['4.4.h', 'catch {}', "catch { return { at: 0, after: '' } }"],
    ['4.4.i', 'if (start.startsWith(prefix))', 'if (start)'],
  ],
  [`${server}/handlers/watch.ts`]: [
    ['4.5.b', "initial === false ? 'now' : 'state'", "'now'"],
    ['4.5.g', 'return asked || ', 'return '],
    ['4.5.h', 'leastTimeoutSeconds = 1800', 'leastTimeoutSeconds = 600'],
    ['4.7.d', "initial ? 'state' : version ? version", "version ? version : initial ? 'state'"],
    ['4.7.e', 'if (initial && version) await', 'if (false) await'],
    ['4.7.f', "initial === false ? 'now' : 'state'", "'state'"],
  ],
  [`${server}/handlers/selection.ts`]: [
    ['4.5.i', 'namespace && definition.namespaced ?', 'definition.namespaced ?'],
    ['4.8.d', 'if (hasFields) {', 'if (false) {'],
    ['4.8.e 5.1.f', "'metadata.name') return object.metadata.name", "'metadata.name') return ''"],
    ['4.8.f 5.1.c', 'if (!isKnown) throw', 'if (false) throw'],
    ['4.8.h', 'if (prefix) tests', 'if (false) tests'],
    ['4.8.i 4.8.j', 'if (name) tests', 'if (false) tests'],
  ],
  [`${server}/cache/resource-cache.ts`]: [
    ['4.3.n', '(a, b) => (a.key < b.key ? -1 : 1)', '() => 0'],
    ['4.6.a', 'bookmarkEveryMs = 60_000', 'bookmarkEveryMs = 600_000'],
  ],
  [`${server}/cache/watcher.ts`]: [
    ['4.1.d', 'this.#sentUpTo = from', 'this.#sentUpTo = from + 1'],
    ['4.1.e', '&& from < oldest', '&& this.#cache.eventsAfter(from - 1)[0]?.revision !== from'],
    ['4.5.f', '(${oldest})', '(${from})'],
    ['4.5.c', 'this.#sink?.send(message)', "for (const _ of '12') this.#sink?.send(message)"],
    ['4.5.d', 'event.revision <= this.#sentUpTo', 'event.revision < this.#sentUpTo'],
    ['4.6.b', 'Math.max(this.#sentUpTo, this.#cache.revision)', 'this.#sentUpTo'],
    ['4.6.c', 'if (this.options.bookmarks) this.#send', 'if (this.options) this.#send'],
    ['4.6.d', '    this.bookmark()\n', ''],
    ['4.7.a 4.7.b', 'this.#bookmark(true)', 'this.#bookmark(false)'],
    ['4.7.c', 'if (this.options.matches(item)) this.#send', 'if (item) this.#send'],
  ],
  [`${server}/cache/watch-item.ts`]: [
    ['4.5.a', "lineEnd = new TextPiece('}\\n')", "lineEnd = new TextPiece('}')"],
    ['4.8.a', 'if (wasIn) {', 'if (this.previous) {'],
    ['4.8.b', 'this.previous.at(', '(this.current ?? this.previous).at('],
    ['4.8.c', 'this.previous.at(this.revision)', 'this.previous'],
  ],
  [`${server}/cache/freeze.ts`]: [['4.5.k', 'return Object.freeze(value)', 'return value']],
  [`${server}/http/watch-stream.ts`]: [
    ['4.5.j', 'maxUnreadBytes = 16 * 1024 * 1024', 'maxUnreadBytes = 1024 * 1024 * 1024'],
  ],
  [`${server}/codec/protobuf.ts`]: [['4.5.l', 'frame.length - 4', 'frame.length']],
  [`${server}/request-info.ts`]: [
    [
      '4.5.o',
      "value !== null && value.toLowerCase() !== 'false'",
      "value?.toLowerCase() === 'true'",
    ],
    ['4.8.g', "parts[at] === 'watch'", "parts[at] === 'watches'"],
  ],
  [`${server}/streaming/watch-over-web-socket.ts`]: [
    ['4.8.k', '{ binary }', '{ binary: true }'],
    ['4.8.l', 'socket.close(1000)', 'socket.terminate()'],
  ],
  [`${server}/http/serve.ts`]: [['4.8.m', 'refuse(reply.status, JSON', 'refuse(500, JSON']],
  'src-main/control-plane/resources/pods/pods.ts': [
    ['5.1.a', "spec.restartPolicy ?? ''", "spec.schedulerName ?? ''"],
    ['5.1.e', "'status.phase': ({ status }) => status?.phase ?? ''", "'status.phase': () => ''"],
  ],
  'src-main/control-plane/resources/shared/custom-resource/custom-resource.ts': [
    ['5.1.g', 'jsonPathText(valueAt(object, segments))', "''"],
  ],
  'src-main/kubernetes/selectors/requirement.ts': [
    ['5.2.a', 'value === undefined || !values.includes', 'value !== undefined && !values.includes'],
    ['5.2.c', "statusError('BadRequest', problem)", "statusError('Invalid', problem)"],
  ],
  'src-main/kubernetes/selectors/label-selector.ts': [
    ['5.2.b', 'requirements.every(', 'requirements.some('],
  ],
  'src-main/kubernetes/selectors/field-selector.ts': [
    ['5.1.b', 'field label not supported: ', 'unknown field label: '],
    ['5.1.d', "operator: operator === '!=' ? '!=' : '='", "operator: '='"],
  ],
}

export const exceptions: Exceptions = {}
