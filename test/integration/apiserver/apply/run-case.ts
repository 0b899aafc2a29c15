import { expect } from 'vitest'
import type { ManagedFieldsEntry } from '#kubernetes/api/meta-v1.ts'
import { type HttpAnswer, http } from '../../../support/http.ts'
import type { TestCluster } from '../../../support/start-cluster.ts'
import { type ApplyCase, type CaseWrite, kinds } from './apply-case.ts'
import { fieldPaths } from './field-paths.ts'

const methods = {
  apply: ['PATCH', 'application/apply-patch+yaml'],
  create: ['POST', 'application/json'],
  replace: ['PUT', 'application/json'],
  merge: ['PATCH', 'application/merge-patch+json'],
  strategic: ['PATCH', 'application/strategic-merge-patch+json'],
  json: ['PATCH', 'application/json-patch+json'],
} as const

/** Runs cases against a cluster over HTTP, each on an object of its own. */
export class CaseRunner {
  readonly #cluster: TestCluster
  readonly #tick: () => number

  /** `tick` moves the cluster's clock on by a minute and tells the time. */
  constructor(cluster: TestCluster, tick: () => number) {
    this.#cluster = cluster
    this.#tick = tick
  }

  async run(one: ApplyCase, name: string): Promise<void> {
    const times: number[] = []
    for (const write of one.before ?? []) {
      times.push(this.#tick())
      const answer = await this.#send(one, name, write)
      expect(answer.status, `before: ${answer.text}`).toBeLessThan(300)
    }
    const before = await this.#get(one, name)
    times.push(this.#tick())
    const answer = await this.#send(one, name, one.write)
    const after = await this.#get(one, name)
    if (one.conflict || one.refusal) {
      expectRefusal(one, answer)
      expect(after.json).toEqual(before.json)
    } else {
      expect(answer.status, answer.text).toBe(one.status ?? 200)
      expectObject(one, after, times)
      if (one.unchanged) expect(after.json).toEqual(before.json)
    }
  }

  #get(one: ApplyCase, name: string): Promise<HttpAnswer> {
    return http(this.#cluster.controlPlane, 'GET', this.#path(one, name))
  }

  #path({ kind }: ApplyCase, name: string, version: string = kinds[kind].apiVersion): string {
    const root = version.includes('/') ? 'apis' : 'api'
    return `/${root}/${version}/namespaces/default/${kinds[kind].plural}${name && `/${name}`}`
  }

  #send(one: ApplyCase, name: string, write: CaseWrite): Promise<HttpAnswer> {
    const [form, content] = contentOf(write)
    const [method, contentType] = methods[form]
    const place = this.#path(one, form === 'create' ? '' : name, write.version)
    const query = new URLSearchParams(write.query)
    if (write.by) query.set('fieldManager', write.by)
    if ('force' in write) query.set('force', 'true')
    const target = `${place}${write.at ? `/${write.at}` : ''}?${query}`
    return http(this.#cluster.controlPlane, method, target, {
      headers: { 'content-type': contentType },
      body: JSON.stringify(isWhole(form) ? named(one, name, write, content) : content),
    })
  }
}

function contentOf(write: CaseWrite): [form: keyof typeof methods, content: object] {
  if ('apply' in write) return ['apply', write.apply]
  if ('create' in write) return ['create', write.create]
  if ('replace' in write) return ['replace', write.replace]
  if ('merge' in write) return ['merge', write.merge]
  if ('strategic' in write) return ['strategic', write.strategic]
  return ['json', write.json]
}

const isWhole = (form: keyof typeof methods) => ['apply', 'create', 'replace'].includes(form)

function named(one: ApplyCase, name: string, write: CaseWrite, content: object): object {
  const { apiVersion, kind } = write.at === 'scale' ? scale : kinds[one.kind]
  const { metadata = {} } = content as { metadata?: object }
  return {
    apiVersion: write.version ?? apiVersion,
    kind,
    ...content,
    metadata: { name, namespace: 'default', ...metadata },
  }
}

const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale' }

function expectRefusal({ conflict, refusal }: ApplyCase, { status, json, text }: HttpAnswer): void {
  if (refusal) {
    const { code, reason, message } = json ?? {}
    expect({ status, code, reason, message }, text).toEqual({ status: refusal.code, ...refusal })
  }
  if (!conflict) return
  const causes = Object.entries(conflict).flatMap(([who, fields]) =>
    fields.map(field => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${who}`,
      field,
    })),
  )
  expect(json, text).toMatchObject({ code: 409, reason: 'Conflict', message: conflictText(causes) })
  expect(json.details.causes).toEqual(causes)
}

/** What Kubernetes says of one conflict, and of several. */
function conflictText(causes: readonly { message: string; field: string }[]): string {
  const [only] = causes
  if (only && causes.length === 1)
    return `Apply failed with 1 conflict: ${only.message}: ${only.field}`
  const lines = [...Map.groupBy(causes, ({ message }) => message)].flatMap(([message, same]) => [
    `${message.replace('conflict', 'conflicts')}:`,
    ...same.map(({ field }) => `- ${field}`),
  ])
  return `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`
}

function expectObject(
  { fields, owners, entries, times }: ApplyCase,
  { json }: HttpAnswer,
  moments: readonly number[],
): void {
  const managed: ManagedFieldsEntry[] = json.metadata.managedFields ?? []
  const shown = Object.keys(fields ?? {}).map(path => [path, valueAt(json, path)])
  expect(Object.fromEntries(shown)).toEqual(fields ?? {})
  if (owners) {
    const all = managed.map(entry => {
      const who = ownerOf(entry)
      return [who, owners[who] === 'anything' ? 'anything' : fieldPaths(entry.fieldsV1)]
    })
    const expected = Object.entries(owners).map(([who, paths]) => [
      who,
      paths === 'anything' ? paths : [...paths].sort(),
    ])
    expect(Object.fromEntries(all)).toEqual(Object.fromEntries(expected))
    expect(managed).toHaveLength(expected.length)
  }
  if (entries) expect(managed.map(({ time: _, ...entry }) => entry)).toEqual(entries)
  for (const [who, write] of Object.entries(times ?? {})) {
    const time = managed.find(entry => ownerOf(entry) === who)?.time ?? ''
    expect(moments.indexOf(Date.parse(time)), `when ${who} last changed something`).toBe(write)
  }
}

const ownerOf = ({ manager, operation, subresource }: ManagedFieldsEntry): string =>
  `${manager} ${operation === 'Apply' ? 'applies' : 'updates'}${subresource ? ` ${subresource}` : ''}`

const valueAt = (object: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) => (value as Record<string, unknown> | undefined)?.[name],
      object,
    )
