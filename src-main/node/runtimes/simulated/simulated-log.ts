import type { LogChunk, LogRequest } from '../container-runtime.ts'

/** What a simulated container has written up to now, as far as it is asked for. */
export function* readLog(
  log: readonly { at: number; text: string }[],
  { since = 0, tailLines, timestamps }: LogRequest,
): Generator<LogChunk> {
  const wanted = log.filter(({ at }) => at >= since)
  const first = tailLines === undefined ? 0 : Math.max(0, wanted.length - tailLines)
  const encoder = new TextEncoder()
  for (const { at, text } of wanted.slice(first)) {
    const stamp = timestamps ? `${new Date(at).toISOString()} ` : ''
    yield { stream: 'stdout', bytes: encoder.encode(stamp + text) }
  }
}
