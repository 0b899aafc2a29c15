import type { DocumentFields } from '#base/document-fields.ts'
import { parseDuration } from '#base/durations.ts'

/** A certificate or key: base64 in the configuration itself, or else the path of a file. */
export interface PemSource {
  readonly data?: string
  readonly file?: string
}

/** Where an extender is, and who it and we have to be. */
export interface ExtenderAddress {
  readonly url: string
  /** Without one of its own, the server's certificate isn't looked at where HTTPS was asked for by `enableHTTPS`. */
  readonly ca: PemSource | undefined
  readonly certificate: PemSource | undefined
  readonly key: PemSource | undefined
  readonly serverName: string | undefined
  readonly insecure: boolean
}

/** A program outside that takes part in scheduling, as `extenders` of the configuration describes it. */
export interface ExtenderSettings {
  readonly address: ExtenderAddress
  /** What is put behind the URL for each thing it does; undefined for what it doesn't do. */
  readonly verbs: Readonly<Record<'filter' | 'prioritize' | 'bind' | 'preempt', string | undefined>>
  /** How much its scores count. */
  readonly weight: number
  readonly timeoutMs: number
  /** It knows the nodes: names are enough. */
  readonly nodeCacheCapable: boolean
  /** Only pods that ask for one of these concern it; empty for all pods. */
  readonly managedResources: ReadonlySet<string>
  /** Of these, those that only it looks at. */
  readonly ignoredResources: readonly string[]
  /** Pods are scheduled also while it fails. */
  readonly ignorable: boolean
}

const defaultTimeoutMs = 5000
const maxWeight = 2 ** 31 - 1

/** Reads `extenders`. Throws an error that names the field. */
export function readExtenders(extenders: readonly DocumentFields[]): ExtenderSettings[] {
  const read = extenders.map(readExtender)
  const binders = read.filter(({ verbs }) => verbs.bind)
  if (binders.length > 1) {
    throw new Error('extenders: only one may have a bindVerb')
  }
  return read
}

function readExtender(fields: DocumentFields): ExtenderSettings {
  const verbs = {
    filter: fields.text('filterVerb') || undefined,
    prioritize: fields.text('prioritizeVerb') || undefined,
    bind: fields.text('bindVerb') || undefined,
    preempt: fields.text('preemptVerb') || undefined,
  }
  const weight = fields.integer('weight', 0, maxWeight) ?? 0
  if (verbs.prioritize && weight === 0) {
    throw fields.wrong('weight', 'must be greater than 0 beside a prioritizeVerb')
  }
  const resources = (fields.list('managedResources') ?? []).map(readResource)
  const settings = {
    address: readAddress(fields),
    verbs,
    weight,
    timeoutMs: readTimeout(fields),
    nodeCacheCapable: fields.boolean('nodeCacheCapable') ?? false,
    managedResources: new Set(resources.map(({ name }) => name)),
    ignoredResources: resources.filter(({ isIgnored }) => isIgnored).map(({ name }) => name),
    ignorable: fields.boolean('ignorable') ?? false,
  }
  fields.done()
  return settings
}

function readResource(fields: DocumentFields): { name: string; isIgnored: boolean } {
  const name = fields.text('name') ?? ''
  if (!name.includes('/')) {
    throw fields.wrong('name', `${JSON.stringify(name)} is not the name of an extended resource`)
  }
  const isIgnored = fields.boolean('ignoredByScheduler') ?? false
  fields.done()
  return { name, isIgnored }
}

function readAddress(fields: DocumentFields): ExtenderAddress {
  const url = fields.text('urlPrefix') ?? ''
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw fields.wrong('urlPrefix', 'an http or https URL is wanted')
  }
  const enableHttps = fields.boolean('enableHTTPS') ?? false
  const tls = fields.part('tlsConfig')
  const pem = (name: string): PemSource | undefined => {
    const data = tls?.text(`${name}Data`)
    const file = tls?.text(`${name}File`)
    return data ? { data } : file ? { file } : undefined
  }
  const address = {
    url,
    ca: pem('ca'),
    certificate: pem('cert'),
    key: pem('key'),
    serverName: tls?.text('serverName'),
  }
  const insecure = tls?.boolean('insecure') ?? (enableHttps && !address.ca)
  tls?.done()
  return { ...address, insecure }
}

function readTimeout(fields: DocumentFields): number {
  const text = fields.text('httpTimeout')
  if (text === undefined) return defaultTimeoutMs
  const timeoutMs = parseDuration(text)
  if (timeoutMs === undefined) throw fields.wrong('httpTimeout', 'a duration such as 5s is wanted')
  return timeoutMs || defaultTimeoutMs
}
