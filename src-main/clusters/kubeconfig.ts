import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { errorMessage } from '#base/errors.ts'

/** Where a server is and how to know it, from a kubeconfig's `clusters`. Paths are absolute. */
export interface KubeconfigCluster {
  server: string
  certificateAuthority?: string
  certificateAuthorityData?: string
  insecureSkipTlsVerify?: boolean
  tlsServerName?: string
  proxyUrl?: string
}

/** A credential plugin, from `users[].user.exec`. */
export interface ExecConfig {
  apiVersion: string
  command: string
  args: string[]
  env: { name: string; value: string }[]
  installHint?: string
  provideClusterInfo: boolean
  interactiveMode: string
}

/** How to sign in, from a kubeconfig's `users`. Paths are absolute. */
export interface KubeconfigUser {
  clientCertificate?: string
  clientCertificateData?: string
  clientKey?: string
  clientKeyData?: string
  token?: string
  tokenFile?: string
  username?: string
  password?: string
  impersonate?: { user?: string; groups?: string[]; uid?: string; extra?: Record<string, string[]> }
  exec?: ExecConfig
  authProvider?: string
}

/** A context with what it refers to. `error` says what is missing when it can't be used. */
export interface KubeconfigContext {
  name: string
  /** The file it was read from. */
  source: string
  namespace: string | undefined
  cluster: KubeconfigCluster | undefined
  user: KubeconfigUser
  error?: string
}

export interface Kubeconfig {
  contexts: KubeconfigContext[]
  currentContext: string | undefined
  /** Files that exist but could not be read, with the reason. Their contexts are left out. */
  problems: { file: string; message: string }[]
}

type Raw = Record<string, unknown>
const asObject = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {}
const asList = (value: unknown): Raw[] => (Array.isArray(value) ? value.map(asObject) : [])
const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The files kubectl would read: `KUBECONFIG`'s list, else `~/.kube/config`. */
export function kubeconfigPaths(env: Record<string, string | undefined>, home: string): string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean)
  return listed.length ? [...new Set(listed)] : [path.join(home, '.kube', 'config')]
}

/**
 * Reads and merges kubeconfig files as kubectl does: of entries with the same name the first file's wins, relative
 * paths count from the file they stand in, absent files are skipped.
 * (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/)
 */
export async function loadKubeconfig(files: string[]): Promise<Kubeconfig> {
  const clusters = new Map<string, KubeconfigCluster>()
  const users = new Map<string, KubeconfigUser>()
  const contexts = new Map<string, { source: string; raw: Raw }>()
  const problems: Kubeconfig['problems'] = []
  let currentContext: string | undefined
  for (const file of files) {
    const document = await readDocument(file, problems)
    if (!document) continue
    const folder = path.dirname(file)
    addNew(clusters, asList(document['clusters']), entry =>
      readCluster(asObject(entry['cluster']), folder),
    )
    addNew(users, asList(document['users']), entry => readUser(asObject(entry['user']), folder))
    addNew(contexts, asList(document['contexts']), entry => ({
      source: file,
      raw: asObject(entry['context']),
    }))
    currentContext ??= asText(document['current-context'])
  }
  return {
    contexts: [...contexts].map(([name, { source, raw }]) =>
      resolveContext(name, source, raw, clusters, users),
    ),
    currentContext,
    problems,
  }
}

async function readDocument(
  file: string,
  problems: Kubeconfig['problems'],
): Promise<Raw | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      problems.push({ file, message: errorMessage(error) })
    return undefined
  }
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text)
  const [problem] = document.errors
  if (problem) {
    problems.push({ file, message: problem.message })
    return undefined
  }
  return asObject(document.toJS())
}

function addNew<T>(target: Map<string, T>, entries: Raw[], read: (entry: Raw) => T): void {
  for (const entry of entries) {
    const name = asText(entry['name'])
    if (name && !target.has(name)) target.set(name, read(entry))
  }
}

function resolveContext(
  name: string,
  source: string,
  raw: Raw,
  clusters: Map<string, KubeconfigCluster>,
  users: Map<string, KubeconfigUser>,
): KubeconfigContext {
  const clusterName = asText(raw['cluster'])
  const userName = asText(raw['user'])
  const cluster = clusterName ? clusters.get(clusterName) : undefined
  const user = userName ? users.get(userName) : undefined
  const error = !cluster
    ? `context "${name}" in ${source} names the cluster "${clusterName ?? ''}", which no kubeconfig file has`
    : userName && !user
      ? `context "${name}" in ${source} names the user "${userName}", which no kubeconfig file has`
      : undefined
  return {
    name,
    source,
    namespace: asText(raw['namespace']),
    cluster,
    user: user ?? {},
    ...(error ? { error } : {}),
  }
}

/** Only the entries that are there, since absent and undefined differ. */
function present<T extends object>(entries: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as T
}

const fileIn = (folder: string, value: unknown): string | undefined => {
  const text = asText(value)
  return text && path.resolve(folder, text)
}

function readCluster(raw: Raw, folder: string): KubeconfigCluster {
  return present<KubeconfigCluster>({
    server: asText(raw['server']) ?? '',
    certificateAuthority: fileIn(folder, raw['certificate-authority']),
    certificateAuthorityData: asText(raw['certificate-authority-data']),
    insecureSkipTlsVerify: raw['insecure-skip-tls-verify'] === true ? true : undefined,
    tlsServerName: asText(raw['tls-server-name']),
    proxyUrl: asText(raw['proxy-url']),
  })
}

function readUser(raw: Raw, folder: string): KubeconfigUser {
  return present<KubeconfigUser>({
    clientCertificate: fileIn(folder, raw['client-certificate']),
    clientCertificateData: asText(raw['client-certificate-data']),
    clientKey: fileIn(folder, raw['client-key']),
    clientKeyData: asText(raw['client-key-data']),
    token: asText(raw['token']),
    tokenFile: fileIn(folder, raw['tokenFile']),
    username: asText(raw['username']),
    password: asText(raw['password']),
    impersonate: readImpersonation(raw),
    exec: raw['exec'] ? readExec(asObject(raw['exec']), folder) : undefined,
    authProvider: asText(asObject(raw['auth-provider'])['name']),
  })
}

function readImpersonation(raw: Raw): KubeconfigUser['impersonate'] {
  const user = asText(raw['as'])
  if (!user) return undefined
  const extra = raw['as-user-extra'] as Record<string, string[]> | undefined
  return present<NonNullable<KubeconfigUser['impersonate']>>({
    user,
    uid: asText(raw['as-uid']),
    groups: Array.isArray(raw['as-groups']) ? raw['as-groups'].map(String) : undefined,
    extra,
  })
}

function readExec(raw: Raw, folder: string): ExecConfig {
  const command = asText(raw['command']) ?? ''
  return {
    apiVersion: asText(raw['apiVersion']) ?? 'client.authentication.k8s.io/v1',
    // A command with a slash is a path beside the file; a bare name is looked up in PATH.
    command: /[\\/]/.test(command) ? path.resolve(folder, command) : command,
    args: Array.isArray(raw['args']) ? raw['args'].map(String) : [],
    env: asList(raw['env']).map(entry => ({
      name: String(entry['name'] ?? ''),
      value: String(entry['value'] ?? ''),
    })),
    ...(asText(raw['installHint']) ? { installHint: String(raw['installHint']) } : {}),
    provideClusterInfo: raw['provideClusterInfo'] === true,
    interactiveMode: asText(raw['interactiveMode']) ?? 'IfAvailable',
  }
}

/** How a user signs in, in words, without contacting anything. */
export function describeSignIn(user: KubeconfigUser): string {
  if (user.exec) return [path.basename(user.exec.command), ...user.exec.args.slice(0, 2)].join(' ')
  if (user.authProvider) return `${user.authProvider} (no longer supported by Kubernetes)`
  if (user.token || user.tokenFile) return 'token'
  if (user.clientCertificate || user.clientCertificateData) return 'client certificate'
  if (user.username) return 'user name and password'
  return 'nothing'
}
