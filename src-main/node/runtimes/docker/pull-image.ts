import type { RegistryCredentials } from '../container-runtime.ts'
import type { EngineHttp } from './engine-http.ts'

interface PullProgress {
  status?: string
  error?: string
  errorDetail?: { message?: string }
}

/** Pulls an image to its end. Throws with the engine's words: Docker answers an error at once, Podman within the stream. */
export async function pullImage(
  http: EngineHttp,
  reference: string,
  credentials: RegistryCredentials | undefined,
  signal: AbortSignal,
): Promise<void> {
  const answer = await http.stream({
    method: 'POST',
    path: '/images/create',
    query: { fromImage: reference },
    headers: credentials ? { 'x-registry-auth': registryAuth(credentials) } : {},
    signal,
  })
  for await (const { error, errorDetail } of jsonLines<PullProgress>(answer))
    if (error ?? errorDetail) throw new Error(errorDetail?.message ?? error)
}

/** Base64 for URLs, as the engine's API wants it. */
function registryAuth({ username, password, identityToken, serverAddress }: RegistryCredentials) {
  const auth = { username, password, identitytoken: identityToken, serveraddress: serverAddress }
  return Buffer.from(JSON.stringify(auth)).toString('base64url')
}

/** The JSON values of a stream that has one a line, or one after another without lines, as Podman writes them. */
export async function* jsonLines<T>(source: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of source) {
    pending += decoder.decode(chunk, { stream: true })
    const lines = pending.split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines) if (line.trim()) yield JSON.parse(line) as T
  }
  if (pending.trim()) yield JSON.parse(pending) as T
}
