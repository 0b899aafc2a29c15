import type { ApplyCase } from '../apply-case.ts'
import { containers, deployment, deploymentOwned, spec, web } from '../shapes.ts'

/** What is left out of a configuration: removed with its last applier, kept while others own it. */
export const removal: readonly ApplyCase[] = [
  {
    name: 'a key that its only owner leaves out is removed',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { a: '1', b: '1' } } }],
    write: { by: 'ann', apply: { data: { a: '1' } } },
    fields: { data: { a: '1' } },
    owners: { 'ann applies': ['.data.a'] },
    times: { 'ann applies': 1 },
  },
  {
    name: 'a key that another applier owns too stays',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { k: '1' } } },
      { by: 'ben', apply: { data: { k: '1' } } },
    ],
    write: { by: 'ann', apply: {} },
    fields: { data: { k: '1' } },
    owners: { 'ben applies': ['.data.k'] },
  },
  {
    name: 'a shared key goes with its last applier',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { k: '1' } } },
      { by: 'ben', apply: { data: { k: '1' } } },
      { by: 'ann', apply: {} },
    ],
    write: { by: 'ben', apply: {} },
    fields: { data: undefined, 'metadata.managedFields': undefined },
  },
  {
    name: 'a key that an updater took stays when its former applier leaves it out',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { k: '1' } } },
      { by: 'ben', merge: { data: { k: '2' } } },
    ],
    write: { by: 'ann', apply: {} },
    fields: { data: { k: '2' } },
    owners: { 'ben updates': ['.data.k'] },
  },
  {
    name: 'a key that an updater owns too stays, and so does what it owns below',
    kind: 'Widget',
    before: [
      { by: 'ben', create: spec({ replicas: 1, struct: { a: '1' } }) },
      { by: 'ann', apply: spec({ replicas: 1, struct: { a: '1', b: '1' } }) },
    ],
    write: { by: 'ann', apply: {} },
    fields: { spec: { replicas: 1, size: 'small', struct: { a: '1' } } },
    owners: {
      'ben updates': ['.spec', '.spec.replicas', '.spec.size', '.spec.struct', '.spec.struct.a'],
    },
  },
  {
    name: 'a key that only an updater wrote stays',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { a: '1' } } },
      { by: 'ben', merge: { data: { b: '1' } } },
    ],
    write: { by: 'ann', apply: { data: {} } },
    fields: { data: { b: '1' } },
    owners: { 'ann applies': ['.data'], 'ben updates': ['.data.b'] },
  },
  {
    name: 'a field with a default goes back to it',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 3 }) }],
    write: { by: 'ann', apply: deployment() },
    fields: { 'spec.replicas': 1 },
    owners: { 'ann applies': deploymentOwned },
  },
  {
    name: 'a default of a custom resource comes back',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ size: 'large', replicas: 1 }) }],
    write: { by: 'ann', apply: spec({ replicas: 1 }) },
    fields: { 'spec.size': 'small' },
    owners: { 'ann applies': ['.spec.replicas'] },
  },
  {
    name: 'an item of a set is removed by its only owner',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ set: ['a', 'b'] }) },
      { by: 'ben', apply: spec({ set: ['b', 'c'] }) },
    ],
    write: { by: 'ann', apply: spec({ set: ['x'] }) },
    fields: { 'spec.set': ['b', 'c', 'x'] },
    owners: {
      'ann applies': ['.spec.set[="x"]'],
      'ben applies': ['.spec.set[="b"]', '.spec.set[="c"]'],
    },
  },
  {
    name: 'an item of a keyed list is removed by its only owner',
    kind: 'Deployment',
    before: [
      {
        by: 'ann',
        apply: deployment({}, { containers: [image('web'), image('side')] }),
      },
    ],
    write: { by: 'ann', apply: deployment({}, { containers: [image('web')] }) },
    fields: {
      'spec.template.spec.containers.0.name': 'web',
      'spec.template.spec.containers.1': undefined,
    },
    owners: { 'ann applies': deploymentOwned },
  },
  {
    name: 'a field of an item is removed, the item stays',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ rows: [{ name: 'a', value: '1', other: '1' }] }) }],
    write: { by: 'ann', apply: spec({ rows: [{ name: 'a', value: '1' }] }) },
    fields: { 'spec.rows': [{ name: 'a', value: '1' }] },
  },
  {
    name: 'an item stays as long as somebody owns a field of it',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ rows: [{ name: 'a', value: '1' }] }) },
      { by: 'ben', apply: spec({ rows: [{ name: 'a', other: '2' }] }) },
    ],
    write: { by: 'ann', apply: spec({}) },
    fields: { 'spec.rows': [{ name: 'a', other: '2' }] },
    owners: {
      'ann applies': ['.spec'],
      'ben applies': [
        '.spec.rows[name="a"]',
        '.spec.rows[name="a"].name',
        '.spec.rows[name="a"].other',
      ],
    },
  },
  {
    name: 'an item that its applier leaves out stays when an updater wrote into it',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ rows: [{ name: 'a', value: '1' }, { name: 'b' }] }) },
      {
        by: 'ben',
        json: [{ op: 'add', path: '/spec/rows/0/other', value: '2' }],
      },
    ],
    write: { by: 'ann', apply: spec({ rows: [{ name: 'b' }] }) },
    fields: { 'spec.rows': [{ name: 'b' }] },
    owners: { 'ann applies': ['.spec.rows[name="b"]', '.spec.rows[name="b"].name'] },
  },
  {
    name: 'a container port is removed',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({}, {}, { ports: [{ containerPort: 80, protocol: 'TCP' }] }) },
    ],
    write: { by: 'ann', apply: deployment() },
    fields: { 'spec.template.spec.containers.0.ports': undefined },
    owners: { 'ann applies': deploymentOwned },
  },
  {
    name: 'a port whose protocol was left out is removed too',
    kind: 'Deployment',
    before: [
      {
        by: 'ann',
        apply: deployment({}, {}, { ports: [{ containerPort: 80 }, { containerPort: 81 }] }),
      },
    ],
    write: { by: 'ann', apply: deployment({}, {}, { ports: [{ containerPort: 81 }] }) },
    fields: {
      'spec.template.spec.containers.0.ports': [{ containerPort: 81, protocol: 'TCP' }],
    },
  },
  {
    name: 'an atomic list is removed as a whole',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({}, {}, { args: ['-v'] }) }],
    write: { by: 'ann', apply: deployment() },
    fields: { 'spec.template.spec.containers.0.args': undefined },
  },
  {
    name: 'a struct goes with the last of its fields',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ struct: { a: '1' }, replicas: 1 }) }],
    write: { by: 'ann', apply: spec({ replicas: 1 }) },
    fields: { 'spec.struct': undefined },
    owners: { 'ann applies': ['.spec.replicas'] },
  },
  {
    name: 'what an updater removed is written again by the next apply',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { a: '1', b: '1' } } },
      { by: 'ben', merge: { data: { b: null } } },
    ],
    write: { by: 'ann', apply: { data: { a: '1', b: '1' } } },
    fields: { data: { a: '1', b: '1' } },
    owners: { 'ann applies': ['.data.a', '.data.b'] },
  },
  {
    name: 'nobody owns what an updater removed',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { a: '1', b: '1' } } }],
    write: { by: 'ben', merge: { data: { b: null } } },
    fields: { data: { a: '1' } },
    owners: { 'ann applies': ['.data.a'] },
    times: { 'ann applies': 0 },
  },
  {
    name: 'a manager hands a field over by leaving it out after another took it on',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({ replicas: 3 }) },
      { by: 'autoscaler', apply: spec({ replicas: 3 }) },
    ],
    write: { by: 'ann', apply: deployment() },
    fields: { 'spec.replicas': 3 },
    owners: { 'ann applies': deploymentOwned, 'autoscaler applies': ['.spec.replicas'] },
  },
  {
    name: 'leaving out what one never applied removes nothing',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({}, {}, { args: ['-v'] }) },
      { by: 'ben', apply: spec({ replicas: 2 }) },
    ],
    write: { by: 'ben', apply: containers({ name: 'web', image: 'web:1' }) },
    fields: { 'spec.template.spec.containers.0.args': ['-v'], 'spec.replicas': 1 },
    owners: {
      'ann applies': [...deploymentOwned, `${web}.args`],
      'ben applies': [web, `${web}.name`, `${web}.image`],
    },
  },
]

function image(name: string) {
  return { name, image: `${name}:1` }
}
