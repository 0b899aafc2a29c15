import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EndpointServer, startEndpointServer } from './endpoint-server.ts'
import { endpointsPage } from './endpoints-page.ts'
import { type EndpointResult, groups, runEndpoints } from './run-endpoints.ts'

let server: EndpointServer
/** By group, so that a second try takes the place of the first. */
const results = new Map<string, EndpointResult[]>()
beforeAll(async () => {
  server = await startEndpointServer()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
})

test.each(groups)(
  'every stable operation of %s: success, 401, 403, 404, 405, media, dry run',
  async group => {
    const own = await runEndpoints(server, group)
    results.set(group, own)
    const wrong = own.flatMap(({ operation, outcomes }) =>
      [...outcomes].flatMap(([aspect, outcome]) =>
        'wrong' in outcome ? [`${operation.id} ${aspect}: ${outcome.wrong}`] : [],
      ),
    )
    expect(wrong).toEqual([])
  },
)

test('docs/endpoints.md says what this run showed', () => {
  const page = endpointsPage([...results.values()].flat())
  expect(readFileSync('docs/endpoints.md', 'utf8'), 'npm run test:conformance:endpoints').toBe(page)
})
