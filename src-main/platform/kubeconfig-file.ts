import { existsSync } from 'node:fs'
import { copyFile, mkdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Document, YAMLMap, YAMLSeq } from 'yaml'
import type { Clock } from '#base/clock.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { lockFile } from './lock-file.ts'
import { readIfThere } from './read-if-there.ts'

/** A context to merge: one name for its cluster, user and context entries. */
export interface KubeconfigEntry {
  name: string
  /** The folder of the cluster that it leads to; tells two clusters of the same name apart. */
  owner: string
  server: string
  certificateAuthorityData: string
  clientCertificateData: string
  clientKeyData: string
}

/** `foreign`: an entry of that name is someone else's, and nothing was written. */
export type MergeOutcome = 'unchanged' | 'written' | 'foreign'

/** Marks our entries, so that a foreign one with the same name is never overwritten. */
const extensionName = 'slipway'
const sections = { clusters: 'cluster', users: 'user', contexts: 'context' } as const
type Section = keyof typeof sections
const sectionNames = Object.keys(sections) as Section[]
type EntryList = YAMLSeq<YAMLMap>

/** The file kubectl writes to: the first of `KUBECONFIG` that exists, else its last, else `~/.kube/config`. */
export async function kubeconfigToWrite(
  env: Record<string, string | undefined>,
  home: string,
): Promise<string> {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean)
  return listed.find(existsSync) ?? listed.at(-1) ?? path.join(home, '.kube', 'config')
}

/**
 * Puts a context into a kubeconfig, leaving everything else in it as it stands, comments and order too. The current
 * context is set only when none was. What the file held before lies in `FILE.slipway-backup` afterwards. Throws, writing
 * nothing, when the file is no kubeconfig, naming line and column.
 */
export function mergeContext(
  file: string,
  entry: KubeconfigEntry,
  options: { clock: Clock },
): Promise<MergeOutcome> {
  const { name, owner } = entry
  const extensions = [{ name: extensionName, extension: { 'managed-by': 'slipway', owner } }]
  const wanted = {
    clusters: {
      server: entry.server,
      'certificate-authority-data': entry.certificateAuthorityData,
      extensions,
    },
    users: {
      'client-certificate-data': entry.clientCertificateData,
      'client-key-data': entry.clientKeyData,
      extensions,
    },
    contexts: { cluster: name, user: name, extensions },
  }
  return change(file, options.clock, document => {
    if (sectionNames.some(section => isForeign(document, section, entry))) return 'foreign'
    for (const section of sectionNames) put(document, section, name, wanted[section])
    if (!document.get('current-context')) document.set('current-context', name)
    return 'written'
  })
}

/** Takes our context, cluster and user out of a kubeconfig again; anything else stays. */
export function removeContext(
  file: string,
  entry: { name: string; owner: string },
  options: { clock: Clock },
): Promise<MergeOutcome> {
  if (!existsSync(file)) return Promise.resolve('unchanged')
  return change(file, options.clock, document => {
    if (sectionNames.some(section => isForeign(document, section, entry))) return 'foreign'
    for (const section of sectionNames) {
      const list = listOf(document, section)
      const at = list?.items.findIndex(item => item.get('name') === entry.name) ?? -1
      if (at >= 0) list?.delete(at)
    }
    if (document.get('current-context') === entry.name) document.set('current-context', '')
    return 'written'
  })
}

async function change(
  file: string,
  clock: Clock,
  edit: (document: Document) => MergeOutcome,
): Promise<MergeOutcome> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await using _lock = await lockFile(file, { clock }) // where kubectl has it, also when the file is a link
  const target = await realpath(file).catch(() => file)
  const before = await readIfThere(target)
  const { parseDocument } = await import('yaml')
  const document: Document = parseDocument(before?.trim() || 'apiVersion: v1\nkind: Config\n')
  const [problem] = document.errors
  if (problem) {
    throw new Error(`${file} is no valid YAML, so nothing was changed in it: ${problem.message}`)
  }
  const unedited = JSON.stringify(document)
  if (!unedited.startsWith('{')) {
    throw new Error(`${file} is no kubeconfig, so nothing was changed in it: it has no fields`)
  }
  if (edit(document) === 'foreign') return 'foreign'
  if (JSON.stringify(document) === unedited) return 'unchanged'
  if (before !== undefined) await copyFile(target, `${target}.slipway-backup`)
  const mode = before === undefined ? 0o600 : (await stat(target)).mode & 0o777
  const indentSeq = !/^(clusters|contexts|users):\n- /m.test(before ?? '')
  const after = document.toString({ lineWidth: 0, flowCollectionPadding: false, indentSeq })
  await writeFileAtomic(target, after, { mode })
  return 'written'
}

function put(document: Document, section: Section, name: string, value: object): void {
  const key = sections[section]
  if (!listOf(document, section)) document.set(section, document.createNode([]))
  const list = listOf(document, section)
  if (!list) return
  list.flow = false
  const old = list.items.find(item => item.get('name') === name)
  if (!old) {
    list.add(document.createNode({ [key]: value, name }) as YAMLMap)
    return
  }
  // What a person added to our entry, such as a namespace, stays.
  for (const [field, content] of Object.entries(value)) {
    old.setIn([key, field], document.createNode(content))
  }
}

/**
 * Whether an entry of this name is there that isn't ours: it lacks our mark, or leads to another cluster of ours that
 * still exists.
 */
function isForeign(
  document: Document,
  section: Section,
  { name, owner }: { name: string; owner: string },
): boolean {
  const entry = listOf(document, section)?.items.find(item => item.get('name') === name)
  if (!entry) return false
  const plain = entry.toJSON() as Record<string, { extensions?: unknown } | null>
  const extensions = plain[sections[section]]?.extensions
  const marks = (Array.isArray(extensions) ? extensions : []) as {
    name?: string
    extension?: { owner?: string }
  }[]
  const mark = marks.find(extension => extension.name === extensionName)?.extension
  if (!mark) return true
  return mark.owner !== owner && mark.owner !== undefined && existsSync(mark.owner)
}

/** The entries of a section; undefined when it is absent or empty, as `users: null`. */
function listOf(document: Document, section: Section): EntryList | undefined {
  const list = document.get(section)
  const isList = typeof list === 'object' && list !== null && 'items' in list
  return isList ? (list as EntryList) : undefined
}
