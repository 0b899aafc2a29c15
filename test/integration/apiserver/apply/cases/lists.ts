import type { ApplyCase } from '../apply-case.ts'
import { containers, deployment, deploymentOwned, spec, web } from '../shapes.ts'

const tcp80 = '.spec.ports[port=80,protocol="TCP"]'

/** An item that is there twice, as a create may say it and an apply may not. */
const repeated = [
  { name: 'A', value: '1' },
  { name: 'A', value: '2' },
]
const repeatedEnv = deployment({}, {}, { env: repeated })

/** Lists: owned as a whole when they are atomic, by value as sets, by keys as maps. */
export const lists: readonly ApplyCase[] = [
  {
    name: 'a list without a type is atomic',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ plain: ['a'] }) }],
    write: { by: 'ben', apply: spec({ plain: ['a', 'b'] }) },
    conflict: { '"ann"': ['.spec.plain'] },
  },
  {
    name: 'an atomic list is replaced as a whole',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ atomic: ['a', 'b'] }) }],
    write: { by: 'ben', apply: spec({ atomic: ['c'] }), force: true },
    fields: { 'spec.atomic': ['c'] },
    owners: { 'ben applies': ['.spec.atomic'] },
  },
  {
    name: 'an empty atomic list is owned, and is a value like any other',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ atomic: [] }) }],
    write: { by: 'ben', apply: spec({ atomic: ['a'] }) },
    conflict: { '"ann"': ['.spec.atomic'] },
  },
  {
    name: 'a container’s args are atomic',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({}, {}, { args: ['-v'] }) }],
    write: { by: 'ben', apply: containers({ name: 'web', args: ['-v', '-x'] }) },
    conflict: { '"ann"': [`${web}.args`] },
  },
  {
    name: 'the items of a set are owned one by one',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ set: ['a', 'b'] }) }],
    write: { by: 'ben', apply: spec({ set: ['b', 'c'] }) },
    fields: { 'spec.set': ['a', 'b', 'c'] },
    owners: {
      'ann applies': ['.spec.set[="a"]', '.spec.set[="b"]'],
      'ben applies': ['.spec.set[="b"]', '.spec.set[="c"]'],
    },
  },
  {
    name: 'a set may hold numbers',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ numbers: [1] }) }],
    write: { by: 'ben', apply: spec({ numbers: [2] }) },
    fields: { 'spec.numbers': [1, 2] },
    owners: { 'ann applies': ['.spec.numbers[=1]'], 'ben applies': ['.spec.numbers[=2]'] },
  },
  {
    name: 'finalizers are a set',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { metadata: { finalizers: ['example.com/a'] } } }],
    write: { by: 'ben', apply: { metadata: { finalizers: ['example.com/b'] } } },
    fields: { 'metadata.finalizers': ['example.com/a', 'example.com/b'] },
    owners: {
      'ann applies': ['.metadata.finalizers[="example.com/a"]'],
      'ben applies': ['.metadata.finalizers[="example.com/b"]'],
    },
  },
  {
    name: 'owner references are keyed by their uid',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { metadata: { ownerReferences: [owner('u1')] } } }],
    write: { by: 'ben', apply: { metadata: { ownerReferences: [owner('u2')] } } },
    fields: { 'metadata.ownerReferences': [owner('u1'), owner('u2')] },
    owners: {
      // The object of an owner reference is atomic.
      'ann applies': ['.metadata.ownerReferences[uid="u1"]'],
      'ben applies': ['.metadata.ownerReferences[uid="u2"]'],
    },
  },
  {
    name: 'the items of a keyed list are owned field by field',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ rows: [{ name: 'a', value: '1' }] }) }],
    write: { by: 'ben', apply: spec({ rows: [{ name: 'a', other: '2' }] }) },
    fields: { 'spec.rows': [{ name: 'a', value: '1', other: '2' }] },
    owners: {
      'ann applies': rowPaths('a', 'value'),
      'ben applies': rowPaths('a', 'other'),
    },
  },
  {
    name: 'a keyed list holds the items of both',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ rows: [{ name: 'a', value: '1' }] }) }],
    write: { by: 'ben', apply: spec({ rows: [{ name: 'b', value: '2' }] }) },
    fields: {
      'spec.rows': [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
    },
    owners: { 'ann applies': rowPaths('a', 'value'), 'ben applies': rowPaths('b', 'value') },
  },
  {
    name: 'a list inside a keyed list’s item is owned by its own type',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ rows: [{ name: 'a', inner: ['x'] }] }) }],
    write: { by: 'ben', apply: spec({ rows: [{ name: 'a', inner: ['y'] }] }) },
    fields: { 'spec.rows': [{ name: 'a', inner: ['x', 'y'] }] },
    owners: {
      'ann applies': rowPaths('a', 'inner[="x"]'),
      'ben applies': rowPaths('a', 'inner[="y"]'),
    },
  },
  {
    name: 'containers are keyed by name',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment() }],
    write: { by: 'ben', apply: containers({ name: 'side', image: 'side:1' }) },
    fields: {
      'spec.template.spec.containers.0.name': 'web',
      'spec.template.spec.containers.1.name': 'side',
    },
    owners: {
      'ann applies': deploymentOwned,
      'ben applies': [
        '.spec.template.spec.containers[name="side"]',
        '.spec.template.spec.containers[name="side"].image',
        '.spec.template.spec.containers[name="side"].name',
      ],
    },
  },
  {
    name: 'a container’s variables are keyed by name',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({}, {}, { env: [{ name: 'A', value: '1' }] }) }],
    write: { by: 'ben', apply: containers({ name: 'web', env: [{ name: 'B', value: '2' }] }) },
    fields: {
      'spec.template.spec.containers.0.env': [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
    owners: {
      'ann applies': [...deploymentOwned, ...envPaths('A')],
      'ben applies': [web, `${web}.name`, ...envPaths('B')],
    },
  },
  {
    name: 'a key that is left out counts with its default',
    kind: 'Service',
    before: [{ by: 'ann', apply: spec({ ports: [{ port: 80, name: 'http' }] }) }],
    write: { by: 'ben', apply: spec({ ports: [{ port: 80, protocol: 'TCP', name: 'http' }] }) },
    fields: { 'spec.ports.0.name': 'http', 'spec.ports.1': undefined },
    owners: {
      'ann applies': [tcp80, `${tcp80}.port`, `${tcp80}.name`],
      'ben applies': [tcp80, `${tcp80}.port`, `${tcp80}.name`, `${tcp80}.protocol`],
    },
  },
  {
    name: 'a key’s default counts in custom resources too',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ ports: [{ port: 80, title: 'a' }] }) }],
    write: { by: 'ben', apply: spec({ ports: [{ port: 80, protocol: 'TCP', title: 'b' }] }) },
    conflict: { '"ann"': [`${tcp80}.title`] },
  },
  {
    name: 'an item with another value of one key is another item',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ ports: [{ port: 53, protocol: 'TCP' }] }) }],
    write: { by: 'ben', apply: spec({ ports: [{ port: 53, protocol: 'UDP' }] }) },
    fields: {
      'spec.ports': [
        { port: 53, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
      ],
    },
  },
  {
    name: 'the keys of an item are written in the order of their names',
    kind: 'Widget',
    write: { by: 'ann', apply: spec({ places: [{ zone: 'z', area: 'a' }] }) },
    status: 201,
    owners: {
      'ann applies': [
        '.spec.places[area="a",zone="z"]',
        '.spec.places[area="a",zone="z"].area',
        '.spec.places[area="a",zone="z"].zone',
      ],
    },
  },
  {
    name: 'what a configuration adds to a list comes behind what was there',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ set: ['a', 'b', 'c'] }) }],
    write: { by: 'ben', apply: spec({ set: ['d', 'e', 'f'] }) },
    fields: { 'spec.set': ['a', 'b', 'c', 'd', 'e', 'f'] },
  },
  {
    name: 'what is in both comes in the configuration’s order',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ set: ['a', 'b'] }) }],
    write: { by: 'ann', apply: spec({ set: ['b', 'a'] }) },
    fields: { 'spec.set': ['b', 'a'] },
  },
  {
    name: 'items of a set that a configuration repeats are refused',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }],
    write: { by: 'ann', apply: { metadata: { finalizers: ['example.com/a', 'example.com/a'] } } },
    refusal: {
      code: 500,
      message:
        'failed to create typed patch object (default/lists-19; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries for key [="example.com/a"]',
    },
  },
  {
    name: 'items of a keyed list that a configuration repeats are refused',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment() }],
    write: {
      by: 'ann',
      apply: deployment({}, {}, { env: [{ name: 'A' }, { name: 'A', value: '1' }] }),
    },
    refusal: {
      code: 500,
      message: `failed to create typed patch object (default/lists-20; apps/v1, Kind=Deployment): ${web}.env: duplicate entries for key [name="A"]`,
    },
  },
  {
    name: 'items that were repeated before are left alone by who does not apply them',
    kind: 'Deployment',
    before: [
      {
        by: 'ben',
        create: repeatedEnv,
      },
    ],
    write: { by: 'ann', apply: spec({ replicas: 2 }), force: true },
    fields: {
      'spec.replicas': 2,
      'spec.template.spec.containers.0.env': repeated,
    },
    owners: { 'ann applies': ['.spec.replicas'], 'ben updates': 'anything' },
  },
  {
    name: 'an item that was repeated before conflicts as a whole',
    kind: 'Deployment',
    before: [
      {
        by: 'ben',
        create: repeatedEnv,
      },
    ],
    write: { by: 'ann', apply: containers({ name: 'web', env: [{ name: 'A', value: '2' }] }) },
    conflict: { '"ben" using apps/v1': [`${web}.env[name="A"]`] },
  },
  {
    name: 'an item that was repeated before is there once after it was applied by force',
    kind: 'Deployment',
    before: [
      {
        by: 'ben',
        create: repeatedEnv,
      },
    ],
    write: {
      by: 'ann',
      apply: containers({ name: 'web', env: [{ name: 'A', value: '3' }] }),
      force: true,
    },
    fields: { 'spec.template.spec.containers.0.env': [{ name: 'A', value: '3' }] },
    owners: { 'ann applies': [web, `${web}.name`, ...envPaths('A')], 'ben updates': 'anything' },
  },
  {
    name: 'an item without its key is refused',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ replicas: 1 }) }],
    write: { by: 'ann', apply: spec({ rows: [{ name: 'a' }, { value: '1' }] }) },
    refusal: {
      code: 500,
      message:
        'failed to create typed patch object (default/lists-24; test.example.com/v1, Kind=Widget): .spec.rows: element 1: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    },
  },
  {
    name: 'a key that Go always writes counts as empty where it is left out',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment() }],
    write: { by: 'ann', apply: deployment({}, { volumes: [{}, {}] }) },
    refusal: {
      code: 500,
      message:
        'failed to create typed patch object (default/lists-25; apps/v1, Kind=Deployment): .spec.template.spec.volumes: duplicate entries for key [name=""]',
    },
  },
  {
    name: 'sets that are values of a map are owned by item',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ sets: { a: ['x'] } }) }],
    write: { by: 'ben', apply: spec({ sets: { a: ['y'] } }) },
    fields: { 'spec.sets': { a: ['x', 'y'] } },
    owners: {
      'ann applies': ['.spec.sets.a', '.spec.sets.a[="x"]'],
      'ben applies': ['.spec.sets.a', '.spec.sets.a[="y"]'],
    },
  },
]

function owner(uid: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid }
}

function rowPaths(name: string, field: string): string[] {
  const row = `.spec.rows[name=${JSON.stringify(name)}]`
  return [row, `${row}.name`, `${row}.${field}`]
}

function envPaths(name: string): string[] {
  const item = `${web}.env[name=${JSON.stringify(name)}]`
  return [item, `${item}.name`, `${item}.value`]
}
