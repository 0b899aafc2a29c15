import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnFacts } from './column-facts.ts'
import { defaultFacts } from './default-facts.ts'
import { discoveryFacts } from './discovery-facts.ts'
import { type FactServer, startFactServer } from './fact-server.ts'
import { openApiFacts } from './openapi-facts.ts'
import { operationFacts } from './operation-facts.ts'
import { policyFacts } from './policy-facts.ts'
import { protobufFacts } from './protobuf-facts.ts'
import { selectorFacts } from './selector-facts.ts'
import { Tally } from './tally.ts'

const tally = new Tally()
let running: FactServer
beforeAll(async () => {
  running = await startFactServer()
})
afterAll(async () => {
  await running?.[Symbol.asyncDispose]()
  console.log(`${tally}`)
})
const server = () => running

discoveryFacts(server, tally)
openApiFacts(server, tally)
operationFacts(server, tally)
columnFacts(server, tally)
selectorFacts(server, tally)
policyFacts(server, tally)
defaultFacts(server, tally)
protobufFacts(server, tally)

test('every stable kind is served', () => {
  expect(server().missing).toEqual([])
})
