import { DocumentFields } from '#base/document-fields.ts'
import { parseDuration } from '#base/durations.ts'
import type { Taint } from '#kubernetes/api/core-v1.ts'
import { quantityProblem } from '#kubernetes/quantity.ts'
import { readDevices } from './read-devices.ts'
import {
  failureKinds,
  type NodeGroup,
  type PlannedFailure,
  type PodRule,
  type Simulation,
} from './simulation.ts'

const maxNodes = 10_000
const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const
const namePattern = /^[a-z0-9]([a-z0-9.-]{0,240}[a-z0-9])?$/

/** What the reader needs of the simulated runtime: what pods can do. */
export interface SimulationWords {
  ruleProblem(rule: { behaviour: Readonly<Record<string, string>> }): string | undefined
}

/**
 * Reads a simulated cluster from a document, as YAML and JSON have it. Throws an error that names the field, such as
 * `nodes[0].count: a whole number from 1 to 10000 is wanted`.
 */
export function readSimulation(document: unknown, words: SimulationWords): Simulation {
  const top = new DocumentFields(document)
  const simulation = {
    nodes: (top.list('nodes') ?? []).flatMap(readGroup),
    pods: (top.list('pods') ?? []).map(rule => readRule(rule, words)),
  }
  top.done()
  const names = simulation.nodes.flatMap(group => group.names)
  if (names.length === 0) throw new Error('nodes: at least one node is wanted')
  if (names.length > maxNodes) throw new Error(`nodes: ${names.length} are more than ${maxNodes}`)
  const known = new Set<string>()
  const twice = names.find(name => known.size === known.add(name).size)
  if (twice !== undefined) throw new Error(`nodes: two are named ${twice}`)
  return simulation
}

function readGroup(fields: DocumentFields): NodeGroup {
  const name = fields.text('name')
  if (name === undefined || !namePattern.test(name)) {
    throw fields.wrong('name', 'lower-case letters, digits, dashes and dots are wanted')
  }
  const count = fields.integer('count', 1, maxNodes) ?? 1
  const capacity = fields.map('capacity') ?? {}
  for (const [resource, amount] of Object.entries(capacity)) {
    const problem = quantityProblem(amount)
    if (problem) throw fields.wrong(`capacity.${resource}`, problem)
  }
  const failure = fields.part('failure')
  const group = {
    names: count === 1 ? [name] : Array.from({ length: count }, (_, n) => `${name}-${n + 1}`),
    zones: fields.texts('zones') ?? [],
    labels: fields.map('labels') ?? {},
    annotations: fields.map('annotations') ?? {},
    taints: (fields.list('taints') ?? []).map(readTaint),
    capacity,
    devices: readDevices(fields.list('devices') ?? []),
    failure: failure && readFailure(failure, count),
  }
  fields.done()
  return group
}

function readTaint(fields: DocumentFields): Taint {
  const key = fields.text('key')
  const effect = fields.oneOf('effect', effects)
  const value = fields.text('value')
  if (!key) throw fields.wrong('key', 'a text is wanted')
  if (!effect) throw fields.wrong('effect', `one of ${effects.join(', ')} is wanted`)
  fields.done()
  return { key, effect, ...(value === undefined ? {} : { value }) }
}

function readFailure(fields: DocumentFields, count: number): PlannedFailure {
  const kind = fields.oneOf('kind', failureKinds)
  if (!kind) throw fields.wrong('kind', `one of ${failureKinds.join(', ')} is wanted`)
  const failure = {
    kind,
    nodes: fields.integer('nodes', 1, count) ?? count,
    afterMs: readDuration(fields, 'after') ?? 0,
    forMs: readDuration(fields, 'for'),
  }
  fields.done()
  return failure
}

function readDuration(fields: DocumentFields, field: string): number | undefined {
  const text = fields.text(field)
  const value = text === undefined ? undefined : parseDuration(text)
  if (text === undefined || value !== undefined) return value
  throw fields.wrong(field, `${JSON.stringify(text)} is no duration such as 500ms or 1m30s`)
}

function readRule(fields: DocumentFields, words: SimulationWords): PodRule {
  const rule = {
    namespace: fields.text('namespace'),
    labels: fields.map('labels') ?? {},
    behaviour: fields.map('behaviour') ?? {},
  }
  const problem = words.ruleProblem(rule)
  if (problem) throw fields.wrong('behaviour', problem)
  fields.done()
  return rule
}
