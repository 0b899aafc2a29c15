import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EndpointServer, startEndpointServer } from './endpoint-server.ts'
import { endpointsPage } from './endpoints-page.ts'
import { type EndpointResult, groups, runEndpoints } from './run-endpoints.ts'

let server: EndpointServer
const results: EndpointResult[] = []
beforeAll(async () => {
  server = await startEndpointServer()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  console.log(endpointsPage(results).split('\n\n').slice(0, 3).join('\n\n'))
})

test.each(groups)(
  'every stable operation of %s: success, 401, 403, 404, 405, media, dry run',
  async group => {
    const own = await runEndpoints(server, group)
    results.push(...own)
    const wrong = own.flatMap(({ operation, outcomes }) =>
      [...outcomes].flatMap(([aspect, outcome]) =>
        'wrong' in outcome ? [`${operation.id} ${aspect}: ${outcome.wrong}`] : [],
      ),
    )
    expect(wrong).toEqual([])
  },
)
