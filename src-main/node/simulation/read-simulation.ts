import type { Taint } from '#kubernetes/api/core-v1.ts'
import { quantityProblem } from '#kubernetes/quantity.ts'
import {
  failureKinds,
  type NodeGroup,
  type PlannedFailure,
  type PodRule,
  type Simulation,
} from './simulation.ts'

const maxNodes = 10_000
const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const namePattern = /^[a-z0-9]([a-z0-9.-]{0,240}[a-z0-9])?$/

/** What the reader needs of the simulated runtime: how durations are written, and what pods can do. */
export interface SimulationWords {
  parseDuration(text: string): number | undefined
  ruleProblem(rule: { behaviour: Readonly<Record<string, string>> }): string | undefined
}

/**
 * Reads a simulated cluster from a document, as YAML and JSON have it. Throws an error that names the field, such as
 * `nodes[0].count: a whole number from 1 to 10000 is wanted`.
 */
export function readSimulation(document: unknown, words: SimulationWords): Simulation {
  const top = new Fields(document, '')
  const simulation = {
    nodes: top.list('nodes').flatMap(group => readGroup(group, words)),
    pods: top.list('pods').map(rule => readRule(rule, words)),
  }
  top.done()
  const names = simulation.nodes.flatMap(group => group.names)
  if (names.length === 0) throw new Error('nodes: at least one node is wanted')
  if (names.length > maxNodes) throw new Error(`nodes: ${names.length} are more than ${maxNodes}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`nodes: two are named ${twice}`)
  return simulation
}

function readGroup(fields: Fields, words: SimulationWords): NodeGroup {
  const name = fields.text('name')
  if (name === undefined || !namePattern.test(name)) {
    throw fields.wrong('name', 'lower-case letters, digits, dashes and dots are wanted')
  }
  const count = fields.integer('count', 1, maxNodes) ?? 1
  const zones = fields.texts('zones')
  const capacity = fields.map('capacity')
  for (const [resource, amount] of Object.entries(capacity)) {
    const problem = quantityProblem(amount)
    if (problem) throw fields.wrong(`capacity.${resource}`, problem)
  }
  const group = {
    names: count === 1 ? [name] : Array.from({ length: count }, (_, n) => `${name}-${n + 1}`),
    zones,
    labels: fields.map('labels'),
    annotations: fields.map('annotations'),
    taints: fields.list('taints').map(readTaint),
    capacity,
    failure: fields.part('failure', failure => readFailure(failure, count, words)),
  }
  fields.done()
  return group
}

function readTaint(fields: Fields): Taint {
  const key = fields.text('key')
  const effect = fields.text('effect')
  const value = fields.text('value')
  if (!key) throw fields.wrong('key', 'a text is wanted')
  if (!effect || !effects.includes(effect)) {
    throw fields.wrong('effect', `one of ${effects.join(', ')} is wanted`)
  }
  fields.done()
  return { key, effect: effect as Taint['effect'], ...(value === undefined ? {} : { value }) }
}

function readFailure(fields: Fields, count: number, words: SimulationWords): PlannedFailure {
  const word = fields.text('kind')
  const kind = failureKinds.find(kind => kind === word)
  if (!kind) throw fields.wrong('kind', `one of ${failureKinds.join(', ')} is wanted`)
  const failure = {
    kind,
    nodes: fields.integer('nodes', 1, count) ?? count,
    afterMs: fields.duration('after', words) ?? 0,
    forMs: fields.duration('for', words),
  }
  fields.done()
  return failure
}

function readRule(fields: Fields, words: SimulationWords): PodRule {
  const rule = {
    namespace: fields.text('namespace'),
    labels: fields.map('labels'),
    behaviour: fields.map('behaviour'),
  }
  const problem = words.ruleProblem(rule)
  if (problem) throw fields.wrong('behaviour', problem)
  fields.done()
  return rule
}

/** The fields of one part of the document; each is asked for once, and what nobody asked for is an error. */
class Fields {
  readonly #path: string
  readonly #left: Map<string, unknown>

  constructor(value: unknown, path: string) {
    this.#path = path
    if (!isRecord(value)) throw new Error(`${path || 'the description'}: fields are wanted`)
    this.#left = new Map(Object.entries(value))
  }

  wrong(field: string, what: string): Error {
    return new Error(`${this.#path ? `${this.#path}.` : ''}${field}: ${what}`)
  }

  text(field: string): string | undefined {
    const value = this.#take(field)
    if (value === undefined || typeof value === 'string') return value
    throw this.wrong(field, 'a text is wanted')
  }

  integer(field: string, least: number, most: number): number | undefined {
    const value = this.#take(field)
    if (value === undefined) return undefined
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) {
      return Number(value)
    }
    throw this.wrong(field, `a whole number from ${least} to ${most} is wanted`)
  }

  duration(field: string, { parseDuration }: SimulationWords): number | undefined {
    const text = this.text(field)
    const value = text === undefined ? undefined : parseDuration(text)
    if (text === undefined || value !== undefined) return value
    throw this.wrong(field, `${JSON.stringify(text)} is no duration such as 500ms or 1m30s`)
  }

  texts(field: string): string[] {
    const value = this.#take(field) ?? []
    if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value
    throw this.wrong(field, 'a list of texts is wanted')
  }

  /** Texts by name; numbers and truth values are taken as they are written. */
  map(field: string): Record<string, string> {
    const value = this.#take(field) ?? {}
    if (!isRecord(value)) throw this.wrong(field, 'names with texts are wanted')
    const entries = Object.entries(value).map(([name, one]) => {
      if (typeof one === 'object') throw this.wrong(`${field}.${name}`, 'a text is wanted')
      return [name, String(one)]
    })
    return Object.fromEntries(entries)
  }

  list(field: string): Fields[] {
    const value = this.#take(field) ?? []
    if (!Array.isArray(value)) throw this.wrong(field, 'a list is wanted')
    return value.map((one, index) => new Fields(one, this.#at(`${field}[${index}]`)))
  }

  part<T>(field: string, read: (fields: Fields) => T): T | undefined {
    const value = this.#take(field)
    return value === undefined ? undefined : read(new Fields(value, this.#at(field)))
  }

  done(): void {
    const [unknown] = this.#left.keys()
    if (unknown !== undefined) throw this.wrong(unknown, 'is not known')
  }

  #take(field: string): unknown {
    const value = this.#left.get(field)
    this.#left.delete(field)
    return value ?? undefined
  }

  #at = (field: string) => (this.#path ? `${this.#path}.${field}` : field)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
