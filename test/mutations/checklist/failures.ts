import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'

/** Sections 13 and 14: failures, and what every answer has. */
export const faults: FaultsByFile = {
  [`${server}/failures.ts`]: [
    ['13.1.a 13.1.i', '${JSON.stringify(name)} not found`', 'not found`'],
    ['13.1.g', 'retryAfterSeconds: 1,', ''],
  ],
  [`${server}/handlers/route.ts`]: [
    [
      '13.1.b',
      'if (!definition || !isPlaced(definition, info)) throw notServed(services.catalog, info)',
      'if (!definition || !isPlaced(definition, info)) throw methodNotAllowed()',
    ],
    ['13.1.c', '!served.includes(verb) ||', ''],
  ],
  'src-main/kubernetes/status-error.ts': [
    ['13.1.d', "texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`", 'texts[0]'],
  ],
  [`${server}/handlers/object-writer.ts`]: [
    [
      '13.1.e',
      'if (!generated) throw alreadyExists(definition, name)',
      'if (!generated) throw modified(definition, name)',
    ],
    [
      '14.1.d',
      'if (attempt >= (plan.retries ?? 5)) throw modified(definition, name)',
      'return current',
    ],
  ],
  [`${server}/health.ts`]: [
    ['14.2.b', 'excluded.has(check.name)', "excluded.has('')"],
    ['14.2.c', 'checks.find(({ name }) => name === asked)', 'checks[0]'],
    ['14.2.f', 'if (excluded.size > 0)', 'if (excluded.size > 2)'],
    ['14.2.e', "if (!query.has('verbose'))", "if (query.has('verbose'))"],
  ],
  [`${server}/bootstrap/generated/rbac-policy.ts`]: [
    [
      '14.2.a',
      '"nonResourceURLs":["/healthz","/livez","/readyz","/version","/version/"]',
      '"nonResourceURLs":["/version","/version/"]',
    ],
  ],
  [`${server}/metrics.ts`]: [['14.2.d', 'counter.value++', 'counter.value = 0']],
  [`${server}/api-server.ts`]: [
    ['14.3.a', 'await this.#inTime(reply)', 'this.#inTime(reply)'],
    ['14.3.g', 'using _seats = seats', 'const _seats = seats'],
  ],
  [`${server}/plain-refusal.ts`]: [
    ['14.3.c', "{ 'retry-after': String(retryAfterSeconds) }", '{}'],
  ],
  [`${server}/flow-control/seats.ts`]: [
    [
      '14.3.b',
      'limited && limitsOf(limited,',
      'limitsOf(limited ?? { nominalConcurrencyShares: 0, borrowingLimitPercent: 0 },',
    ],
  ],
  [`${server}/flow-control/flow-index.ts`]: [
    ['14.3.d', '.sort(byPrecedence)', '.sort((a, b) => byPrecedence(b, a))'],
  ],
  [`${server}/flow-control/fair-queues.ts`]: [
    ['14.3.e', 'shortest.waiting.length >= this.#shape.queueLengthLimit', 'false'],
  ],
  [`${server}/flow-control/flow-control.ts`]: [
    ['14.3.f', 'this.#caches.progress.on(() => this.#refresh())', 'undefined'],
  ],
  [`${server}/cache/caches.ts`]: [
    ['14.1.g', 'for (const cache of this.#byPrefix.values()) cache.finishWatches()', ''],
  ],
  [`${server}/http/exchange.ts`]: [
    ['13.1.f', 'maxBodyBytes = 3 * 1024 * 1024', 'maxBodyBytes = 4 * 1024 * 1024'],
  ],
  [`${server}/http/http-server.ts`]: [
    ['14.1.f', 'allowHTTP1: true', 'allowHTTP1: false'],
    ['13.1.j', "code !== 'ERR_SSL_HTTP_REQUEST'", 'code'],
    ['13.1.h', "'HTTP/1.1 400 Bad Request\\r\\nConnection: close\\r\\n\\r\\n'", "''"],
  ],
  [`${server}/http/common-headers.ts`]: [['14.1.a', "'cache-control': 'no-cache, private',", '']],
  [`${server}/http/respond.ts`]: [['14.1.b', 'items > streamFromItems', 'items < 0']],
  [`${server}/http/stream-pieces.ts`]: [
    ['14.1.c', 'spare.push(chunk)', 'spare.push(chunk, chunk)'],
  ],
}

export const exceptions: Exceptions = {}
