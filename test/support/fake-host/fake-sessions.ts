import { setTimeout as wait } from 'node:timers/promises'
import type { InputOf, OutputOf, UpOf } from '#contract/contract.ts'

const lines = [
  'INFO  checkout-api 4.2.0 starting, node 22.11.0, pid 1',
  'INFO  loaded 14 feature flags from /etc/checkout/flags.yaml',
  'WARN  database not reachable, attempt 1 of 3: connect ECONNREFUSED 10.96.41.7:5432',
  'WARN  database not reachable, attempt 2 of 3: connect ECONNREFUSED 10.96.41.7:5432',
  '\u001b[31mFATAL\u001b[0m giving up after 3 attempts: connect ECONNREFUSED 10.96.41.7:5432',
]

/** A log that starts with a restart's mark and goes on with a line now and then. */
export async function* fakeLog(
  input: InputOf<'logs.follow'>,
  signal: AbortSignal,
): AsyncGenerator<OutputOf<'logs.follow'>> {
  const start = Date.now() - 20_000
  yield { type: 'mark', text: `${input.container} started for the 11th time at 14:31:07` }
  yield {
    type: 'lines',
    lines: lines.map((text, index) => ({
      time: new Date(start + index * 419).toISOString(),
      text,
    })),
  }
  if (!input.follow) return
  yield {
    type: 'mark',
    text: `${input.container} exited with code 1 at 14:31:09, 2.0 s after it started`,
  }
  for (let n = 1; !signal.aborted; n++) {
    await wait(1000, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted)
      yield {
        type: 'lines',
        lines: [{ time: new Date().toISOString(), text: `INFO  still here, line ${n}` }],
      }
  }
}

const podsOfAll = ['k5rzd', 'x2k8p', 'm4tq7']

/** The logs of three pods; the first one is gone. */
export async function* fakeLogs(signal: AbortSignal): AsyncGenerator<OutputOf<'logs.followAll'>> {
  const start = Date.now() - 60_000
  yield {
    type: 'sources',
    sources: podsOfAll.map((hash, id) => ({
      id,
      pod: `checkout-api-7d9c6b5f4d-${hash}`,
      container: 'api',
      gone: id === 0,
    })),
  }
  yield {
    type: 'lines',
    lines: lines.map((text, at) => ({
      time: new Date(start + at * 61).toISOString(),
      text,
      source: 0,
    })),
  }
  yield { type: 'mark', text: 'checkout-api-7d9c6b5f4d-k5rzd was deleted' }
  yield {
    type: 'lines',
    lines: lines.flatMap((text, at) =>
      [1, 2].map(source => ({
        time: new Date(start + 20_000 + at * 419 + source * 57).toISOString(),
        text,
        source,
      })),
    ),
  }
  for (let n = 1; !signal.aborted; n++) {
    await wait(1000, undefined, { signal }).catch(() => undefined)
    const line = { time: new Date().toISOString(), text: `INFO  still here, line ${n}`, source: 1 }
    if (!signal.aborted) yield { type: 'lines', lines: [line] }
  }
}

/** A terminal that echoes. `exit` ends it. */
export async function* fakeExec(
  _input: InputOf<'exec.open'>,
  _signal: AbortSignal,
  up: AsyncIterable<UpOf<'exec.open'>>,
): AsyncGenerator<OutputOf<'exec.open'>> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  let line = ''
  yield bytes('/ # ')
  for await (const message of up) {
    if (!(message instanceof Uint8Array)) continue
    for (const character of new TextDecoder().decode(message)) {
      if (character !== '\r') {
        line += character
        yield bytes(character)
        continue
      }
      if (line === 'exit') return yield { exit: 0 }
      yield bytes(`\r\n${line ? `${line}: not found\r\n` : ''}/ # `)
      line = ''
    }
  }
}
