import { expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import type { Transport } from '#client/transport.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { followLog } from './follow-log.ts'

const request = { cluster: 'c', namespace: 'default', pod: 'web', container: 'main', follow: true }
const ended = {
  phase: 'Succeeded',
  containerStatuses: [
    { name: 'main', state: { terminated: { exitCode: 0, finishedAt: '2026-01-01T00:00:01Z' } } },
  ],
}

/** Answers the pod as each of `pods` in turn, then that there is none; its log has one line and ends. */
function serving(...pods: object[]): Transport {
  const line = Buffer.from('2026-01-01T00:00:00Z hello\n')
  const gone = () => statusError('NotFound', 'pods "web" not found', { name: 'web', kind: 'pods' })
  return {
    request: async ({ path }: { path: string }) => {
      if (path.endsWith('/log')) {
        if (!pods.length) throw gone()
        return {
          bytes: async function* () {
            yield line
          },
        }
      }
      const pod = pods.shift()
      if (!pod) throw gone()
      return { json: async () => pod }
    },
  } as unknown as Transport
}

async function marksOf(transport: Transport): Promise<string[]> {
  const marks: string[] = []
  const log = followLog(transport, request as never, systemClock, new AbortController().signal)
  for await (const message of log) if (message.type === 'mark') marks.push(message.text)
  return marks
}

const exit = 'main exited with code 0 at 2026-01-01T00:00:01Z'

test('the log of a pod that has ended ends with its container’s exit', async () => {
  expect(await marksOf(serving({ metadata: {}, status: ended }))).toEqual([exit])
})

test('the log of a pod that ends since it is deleted goes on until it is gone, and says so', async () => {
  const leaving = { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: ended }
  expect(await marksOf(serving(leaving, leaving))).toEqual([exit, 'web was deleted'])
})
