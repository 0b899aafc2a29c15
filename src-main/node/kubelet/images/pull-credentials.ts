import type { Secret } from '#kubernetes/api/core-v1.ts'
import type { RegistryCredentials } from '../../runtimes/container-runtime.ts'
import { parseImageReference } from './image-reference.ts'

interface AuthEntry {
  username?: string
  password?: string
  auth?: string
  identitytoken?: string
}

/**
 * The credentials that pull secrets hold for an image: the entry whose host and path fit it best.
 * Secrets that can't be read count as empty.
 */
export function credentialsFor(image: string, secrets: Secret[]): RegistryCredentials | undefined {
  const reference = parseImageReference(image)
  if (!reference) return undefined
  const target = `${reference.registry}/${reference.repository}`
  let best: { length: number; entry: AuthEntry; server: string } | undefined
  for (const secret of secrets)
    for (const [server, entry] of Object.entries(authsOf(secret))) {
      const pattern = normalizeServer(server)
      if (matches(pattern, target) && pattern.length > (best?.length ?? -1))
        best = { length: pattern.length, entry, server }
    }
  return best && toCredentials(best.entry, best.server)
}

function authsOf({ type, data }: Secret): Record<string, AuthEntry> {
  const isNew = type === 'kubernetes.io/dockerconfigjson'
  const base64 = data?.[isNew ? '.dockerconfigjson' : '.dockercfg']
  if (!base64) return {}
  try {
    const parsed = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
    return (isNew ? parsed.auths : parsed) ?? {}
  } catch {
    return {}
  }
}

/** `https://index.docker.io/v1/` → `docker.io`; keeps a path that narrows the entry. */
function normalizeServer(server: string): string {
  const bare = server.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '')
  return bare.replace(/^(index\.|registry-1\.)?docker\.io/, 'docker.io')
}

function matches(pattern: string, target: string): boolean {
  const [host = '', ...path] = pattern.split('/')
  const [targetHost = '', ...targetPath] = target.split('/')
  const glob = host
    .split('.')
    .map(part => part.replace(/[^\w*:-]/g, '\\$&').replaceAll('*', '[^.]*'))
  if (!new RegExp(`^${glob.join('\\.')}$`).test(targetHost)) return false
  return path.every((part, index) => part === targetPath[index])
}

function toCredentials(entry: AuthEntry, server: string): RegistryCredentials {
  const [username, password] = entry.auth
    ? Buffer.from(entry.auth, 'base64').toString('utf8').split(/:(.*)/s)
    : [entry.username, entry.password]
  return {
    serverAddress: server,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(entry.identitytoken ? { identityToken: entry.identitytoken } : {}),
  }
}
