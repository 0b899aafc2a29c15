import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ResourceDefinition } from './define-resource.ts'
import { resources } from './index.ts'

const facts = process.env['SLIPWAY_FACTS'] ?? ''
const present = existsSync(join(facts, 'resources.tsv'))
const name = (text: string) => (present ? text : `${text} (SLIPWAY_FACTS names no folder of facts)`)

type Row = Record<string, string>

function readTable(file: string): Row[] {
  if (!present) return []
  const [header = '', ...lines] = readFileSync(join(facts, file), 'utf8').trimEnd().split('\n')
  const keys = header.split('\t')
  return lines.map(line => {
    const cells = line.split('\t')
    return Object.fromEntries(keys.map((key, index) => [key, cells[index] ?? '']))
  })
}

const group = (definition: ResourceDefinition) => definition.group || 'core'
const list = (text = '') => (text ? text.split(',') : [])
const allVerbs = 'create,delete,deletecollection,get,list,patch,update,watch'.split(',')

function subresourcesOf(definition: ResourceDefinition): string[] {
  const texts = Object.entries(definition.subresources ?? {}).map(
    ([subresource, { kind, group, version, verbs }]) =>
      `${subresource}(${group && group !== definition.group ? `${group}/${version}/` : ''}${kind}):${verbs.toSorted().join(',')}`,
  )
  if (definition.status) texts.push(`status(${definition.kind}):get,patch,update`)
  if (definition.scale) texts.push('scale(autoscaling/v1/Scale):get,patch,update')
  return texts.sort()
}

describe.skipIf(!present)(name('kinds agree with the facts'), () => {
  const rows = readTable('resources.tsv')
  // Kubernetes' own kinds; metrics.k8s.io is an add-on's.
  test.each(resources.filter(({ group }) => group !== 'metrics.k8s.io'))(
    '$kind of "$group": names, scope, verbs, subresources, place',
    definition => {
      const row = rows.find(
        row =>
          row['group'] === group(definition) &&
          row['version'] === definition.version &&
          row['resource'] === definition.plural,
      )
      expect(row).toBeDefined()
      expect({
        kind: definition.kind,
        singular: definition.singular,
        namespaced: String(definition.namespaced),
        verbs: (definition.verbs ?? allVerbs).toSorted(),
        shortNames: definition.shortNames ?? [],
        categories: definition.categories ?? [],
        subresources: subresourcesOf(definition),
        etcdPrefix: definition.storagePrefix,
      }).toEqual({
        kind: row?.['kind'],
        singular: row?.['singular'],
        namespaced: row?.['namespaced'],
        verbs: list(row?.['verbs']),
        shortNames: list(row?.['shortNames']),
        categories: list(row?.['categories']),
        subresources: (row?.['subresources'] ?? '').split(' ').filter(Boolean).sort(),
        etcdPrefix: row?.['etcdPrefix'],
      })
    },
  )
})

describe.skipIf(!present)(name('selectable fields agree with the facts'), () => {
  const rows = readTable('field-selectors.tsv')
  test.each(resources.filter(({ virtual }) => !virtual))('$kind of "$group"', definition => {
    const own = rows
      .filter(row => row['group'] === group(definition) && row['version'] === definition.version)
      .filter(row => row['kind'] === definition.kind)
      .map(row => row['field'] ?? '')
      .filter(field => field !== 'metadata.name' && field !== 'metadata.namespace')
    expect(Object.keys(definition.selectableFields ?? {}).sort()).toEqual(own.sort())
  })
})

type ColumnFact = [name: string, type: string, format: string, priority: number]

describe.skipIf(!present)(name('columns agree with the facts'), () => {
  const kinds: Record<string, { columns: ColumnFact[] }> = present
    ? JSON.parse(readFileSync(join(facts, 'printer-columns.json'), 'utf8')).kinds
    : {}
  test.each(resources.filter(({ virtual }) => !virtual))('$kind of "$group"', definition => {
    const version = definition.storedAs?.version ?? definition.version
    const home = definition.storedAs ? definition.storedAs.group || 'core' : group(definition)
    const key = `${home}/${version} ${definition.kind}`
    const wanted = kinds[key]?.columns.map(([name, type, format, priority]) => [
      name,
      type,
      format,
      priority,
    ])
    expect(wanted).toBeDefined()
    expect(
      definition.columns.map(({ name, type, format = '', priority = 0 }) => [
        name,
        type,
        format,
        priority,
      ]),
    ).toEqual(wanted)
  })
})
