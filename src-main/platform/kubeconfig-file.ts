import { copyFile, mkdir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Document, YAMLMap, YAMLSeq } from 'yaml'
import type { Clock } from '#base/clock.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { lockFile } from './lock-file.ts'

/** A context to merge: one name for its cluster, user and context entries. */
export interface KubeconfigEntry {
  name: string
  server: string
  certificateAuthorityData: string
  clientCertificateData: string
  clientKeyData: string
}

export type MergeOutcome = 'unchanged' | 'written' | 'foreign'

/** Marks our entries, so that a foreign one with the same name is never overwritten. */
const extensionName = 'slipway'

/** The file kubectl writes to: the first of `KUBECONFIG` that exists, else its last, else `~/.kube/config`. */
export async function kubeconfigToWrite(
  env: Record<string, string | undefined>,
  home: string,
): Promise<string> {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean)
  for (const file of listed) if (await isThere(file)) return file
  return listed.at(-1) ?? path.join(home, '.kube', 'config')
}

/**
 * Puts a context into a kubeconfig, leaving everything else in it as it stands, comments and order too. The current
 * context is set only when none was. Answers `foreign`, and writes nothing, when an entry of that name is not ours.
 * Throws when the file is no YAML.
 */
export function mergeContext(
  file: string,
  entry: KubeconfigEntry,
  options: { clock: Clock },
): Promise<MergeOutcome> {
  return change(file, options.clock, document => {
    if (isForeign(document, entry.name)) return 'foreign'
    put(document, 'clusters', entry.name, 'cluster', {
      server: entry.server,
      'certificate-authority-data': entry.certificateAuthorityData,
      extensions: [{ name: extensionName, extension: { 'managed-by': 'slipway' } }],
    })
    put(document, 'users', entry.name, 'user', {
      'client-certificate-data': entry.clientCertificateData,
      'client-key-data': entry.clientKeyData,
    })
    put(document, 'contexts', entry.name, 'context', { cluster: entry.name, user: entry.name })
    if (!document.get('current-context')) document.set('current-context', entry.name)
    return 'written'
  })
}

/** Takes our context out of a kubeconfig again; anything else stays. */
export function removeContext(
  file: string,
  name: string,
  options: { clock: Clock },
): Promise<MergeOutcome> {
  return change(file, options.clock, document => {
    if (isForeign(document, name)) return 'foreign'
    for (const section of ['clusters', 'users', 'contexts']) {
      const list = document.get(section) as YAMLSeq<YAMLMap> | undefined
      const at = list?.items.findIndex(item => item.get('name') === name) ?? -1
      if (at >= 0) list?.delete(at)
    }
    if (document.get('current-context') === name) document.set('current-context', '')
    return 'written'
  })
}

async function change(
  file: string,
  clock: Clock,
  edit: (document: Document) => MergeOutcome,
): Promise<MergeOutcome> {
  const target = await realpath(file).catch(() => file)
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
  await using _lock = await lockFile(target, { clock })
  const before = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const { parseDocument } = await import('yaml')
  const document: Document = before.trim()
    ? parseDocument(before)
    : parseDocument('apiVersion: v1\nkind: Config\n')
  const [problem] = document.errors
  if (problem)
    throw new Error(`${file} is no valid YAML, so nothing was merged into it: ${problem.message}`)
  const outcome = edit(document)
  const after = document.toString({ lineWidth: 0, flowCollectionPadding: false })
  if (outcome === 'foreign') return outcome
  if (after === before) return 'unchanged'
  if (before) await copyFile(target, `${target}.slipway-backup`)
  const mode = before ? (await stat(target)).mode & 0o777 : 0o600
  await writeFileAtomic(target, after, { mode })
  return 'written'
}

function put(document: Document, section: string, name: string, key: string, value: object): void {
  let list = document.get(section) as YAMLSeq<YAMLMap> | null | undefined
  if (!list) {
    document.set(section, document.createNode([]))
    list = document.get(section) as YAMLSeq<YAMLMap>
  }
  list.flow = false
  const at = list.items.findIndex(item => item.get('name') === name)
  const old = list.items[at]
  if (!old) list.add(document.createNode({ [key]: value, name }) as YAMLMap)
  // What a person added to our entry, such as a namespace, stays.
  else
    for (const [field, content] of Object.entries(value))
      old.setIn([key, field], document.createNode(content))
}

function isForeign(document: Document, name: string): boolean {
  const clusters = document.get('clusters') as YAMLSeq<YAMLMap> | null | undefined
  const contexts = document.get('contexts') as YAMLSeq<YAMLMap> | null | undefined
  const named = (list: YAMLSeq<YAMLMap> | null | undefined) =>
    list?.items.find(item => item.get('name') === name)
  const cluster = named(clusters)
  if (!cluster) return named(contexts) !== undefined
  const extensions = (cluster.toJSON() as { cluster?: { extensions?: { name: string }[] } }).cluster
    ?.extensions
  return !extensions?.some(extension => extension.name === extensionName)
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  )
