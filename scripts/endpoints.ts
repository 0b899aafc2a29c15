// npm run test:conformance:endpoints: tries every stable operation on a server of ours and writes docs/endpoints.md.
import { writeFileSync } from 'node:fs'
import { startEndpointServer } from '../test/conformance/endpoints/endpoint-server.ts'
import { endpointsPage } from '../test/conformance/endpoints/endpoints-page.ts'
import { groups, runEndpoints } from '../test/conformance/endpoints/run-endpoints.ts'

await using server = await startEndpointServer()
const results = []
for (const group of groups) results.push(...(await runEndpoints(server, group)))
writeFileSync('docs/endpoints.md', endpointsPage(results))
