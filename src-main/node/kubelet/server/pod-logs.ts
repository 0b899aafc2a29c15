import type { PodLogOptions } from '#kubernetes/api/core-v1.ts'
import type { ContainerRuntime, LogRequest } from '../../runtimes/container-runtime.ts'

/** A container's log as the API's options ask for it. `now` is in milliseconds since the epoch. */
export async function* readLogs(
  runtime: ContainerRuntime,
  containerId: string,
  options: PodLogOptions,
  now: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { follow = false, timestamps = false, tailLines, limitBytes, stream } = options
  const since = sinceOf(options, now)
  const request: LogRequest = {
    follow,
    timestamps,
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(since === undefined ? {} : { since }),
  }
  const wanted = stream && stream !== 'All' ? stream.toLowerCase() : undefined
  let left = limitBytes ?? Number.POSITIVE_INFINITY
  for await (const chunk of runtime.logs(containerId, request, signal)) {
    if (wanted && chunk.stream !== wanted) continue
    yield chunk.bytes.length > left ? chunk.bytes.subarray(0, left) : chunk.bytes
    left -= chunk.bytes.length
    if (left <= 0) return
  }
}

function sinceOf({ sinceSeconds, sinceTime }: PodLogOptions, now: number): number | undefined {
  if (sinceSeconds !== undefined) return now - sinceSeconds * 1000
  return sinceTime ? Date.parse(sinceTime) : undefined
}
