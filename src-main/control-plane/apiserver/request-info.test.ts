import { expect, test } from 'vitest'
import { parseRequestInfo } from './request-info.ts'

const parse = (method: string, target: string) => {
  const [path = '', query] = target.split('?')
  const { verb, group, version, namespace, resource, name, subresource, rest, isResource } =
    parseRequestInfo(method, path, new URLSearchParams(query))
  if (!isResource) return `${verb} ${path}`
  const where = [group, version, namespace, resource, name, subresource, ...rest].join('|')
  return `${verb} ${where}`
}

test.each([
  ['GET', '/api/v1/pods', 'list |v1||pods||'],
  ['GET', '/api/v1/pods?watch=true', 'watch |v1||pods||'],
  ['GET', '/api/v1/pods?watch=0', 'list |v1||pods||'],
  // As clients in Python write it.
  ['GET', '/api/v1/pods?watch=False', 'list |v1||pods||'],
  ['GET', '/api/v1/watch/namespaces/a/pods', 'watch |v1|a|pods||'],
  ['GET', '/api/v1/namespaces/a/pods/b', 'get |v1|a|pods|b|'],
  ['HEAD', '/api/v1/namespaces/a/pods/b', 'get |v1|a|pods|b|'],
  ['POST', '/api/v1/namespaces/a/pods/b/eviction', 'create |v1|a|pods|b|eviction'],
  ['GET', '/api/v1/namespaces/a/pods/b/proxy/x/y', 'get |v1|a|pods|b|proxy|x|y'],
  ['GET', '/api/v1/namespaces/a', 'get |v1|a|namespaces|a|'],
  ['PUT', '/api/v1/namespaces/a/finalize', 'update |v1|a|namespaces|a|finalize'],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/d', 'patch apps|v1|a|deployments|d|'],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments', 'deletecollection apps|v1|a|deployments||'],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Dx', 'list |v1||pods|x|'],
  ['constructor', '/api/v1/pods', ' |v1||pods||'],
  ['GET', '/apis/apps/v1', 'get /apis/apps/v1'],
  ['GET', '/api/v1', 'get /api/v1'],
  ['GET', '/healthz', 'get /healthz'],
])('%s %s means %s', (method, target, meaning) => {
  expect(parse(method, target)).toBe(meaning)
})
