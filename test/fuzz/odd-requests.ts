import { oddText } from './odd-values.ts'
import type { Random } from './random.ts'

const oddQueries: Readonly<Record<string, readonly string[]>> = {
  limit: ['-1', '0', '1', '3', 'abc', '1e3', '99999999999999999999', ''],
  continue: ['x', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0', '%ff', 'e30', '='],
  resourceVersion: ['0', '1', '-1', 'x', '18446744073709551616', '1.5', ''],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'exact', ''],
  labelSelector: [
    'a=b',
    'a in (b',
    'a notin ()',
    '!a',
    'a,b,,c',
    '=',
    'a>1',
    'a>x',
    'é=1',
    'a==b,a!=b',
    '(((',
  ],
  fieldSelector: [
    'metadata.name=x',
    'spec.x=y',
    'metadata.name',
    '=',
    'a=b=c',
    'metadata.name!=\\',
    ',',
  ],
  timeoutSeconds: ['1', '-1', 'x', '99999999999'],
  allowWatchBookmarks: ['true', 'x'],
  sendInitialEvents: ['true', 'false', 'x'],
  pretty: ['true', '1', 'x'],
  includeObject: ['None', 'Object', 'x'],
  dryRun: ['All', 'all', 'x', ''],
  fieldManager: ['me', 'x'.repeat(200), '\n'],
  fieldValidation: ['Strict', 'strict', 'x'],
  follow: ['true', 'x'],
  tailLines: ['-1', 'x'],
  container: ['app', 'none'],
}

/** Some parameters, with values that are fine and values that are not. Never a watch that stays. */
export function oddQuery(random: Random): string {
  const names = Object.keys(oddQueries)
  const parts = Array.from({ length: 1 + random.below(4) }, () => {
    const name = random.chance(0.9) ? random.pick(names) : encode(oddText(random))
    const values = (Object.hasOwn(oddQueries, name) && oddQueries[name]) || ['x']
    const value = random.chance(0.85) ? random.pick(values) : oddText(random)
    return `${name}=${encode(value)}`
  })
  return parts.join('&')
}

/** Well-formed even of half a surrogate pair. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed())

const oddPaths = [
  '/',
  '//',
  '/api',
  '/api/',
  '/api/v2',
  '/api/v1/nosuch',
  '/api/v1/namespaces/none/pods',
  '/api/v1/namespaces//pods',
  '/api/v1/pods/x',
  '/api/v1/namespaces/default/nodes/x',
  '/apis/apps',
  '/apis/apps/v9/deployments',
  '/apis/%2e%2e/x',
  '/apis/apps/v1/namespaces/default/deployments/%00',
  '/apis/apps/v1/namespaces/default/deployments/%zz',
  '/apis/apps/v1/namespaces/default/deployments/%c3%28',
  '/apis/apps/v1/namespaces/default/deployments/../../x',
  '/api/v1/watch/pods/x/y/z',
  '/api/v1/namespaces/default/pods/x/exec/y',
  '/openapi/v2/x',
  '/openapi/v3/apis/nosuch/v1',
  '/healthz/nosuch',
  '/version/x',
  '/metrics',
  '/livez?exclude=x&verbose',
  '/logs/',
  '/debug/pprof/',
]

/** A path that means nothing, or nearly something. */
export function oddPath(random: Random, list: string): string {
  if (random.chance(0.5)) return random.pick(oddPaths)
  const name = encode(oddText(random)) || 'x'
  return random.pick([
    `${list}/${name}`,
    `${list}/${name}/status`,
    `${list}/`,
    `${list}/${name}/${name}/${name}`,
    `${list.replace('default', name)}`,
    `/apis/${name}/v1/${name}`,
    `${list}/${'x'.repeat(random.below(3000))}`,
  ])
}

const oddHeader: Readonly<Record<string, readonly string[]>> = {
  accept: [
    'text/html',
    '*/*',
    'application/*',
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    'application/json;as=Nothing',
    'application/vnd.kubernetes.protobuf',
    'application/yaml',
    'application/cbor',
    ';;;',
    'application/json;q=x,application/yaml;q=2',
    ',',
  ],
  'content-type': ['', 'x', 'application/json; charset=utf-16', 'application/yaml', 'text/plain'],
  'accept-encoding': ['gzip', 'br', '*;q=0', 'x'],
  'if-none-match': ['*', '"x"'],
  range: ['bytes=0-1'],
  'impersonate-user': ['someone', '', 'system:anonymous'],
  'impersonate-group': ['system:masters', ''],
  'impersonate-extra-x': ['y'],
  'x-http-method-override': ['DELETE'],
  'user-agent': ['', 'x'.repeat(500), 'kubectl/v9'],
  'content-encoding': ['gzip', 'x'],
}

/** One to three headers that few clients send. */
export function oddHeaders(random: Random): Record<string, string> {
  const names = Object.keys(oddHeader)
  return Object.fromEntries(
    Array.from({ length: 1 + random.below(3) }, () => {
      const name = random.pick(names)
      return [name, random.pick(oddHeader[name] ?? [''])]
    }),
  )
}
