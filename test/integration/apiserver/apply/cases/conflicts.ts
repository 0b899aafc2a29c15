import type { ApplyCase } from '../apply-case.ts'
import { deployment, deploymentOwned, spec, web } from '../shapes.ts'

/** Conflicts: who they are with, in Kubernetes' words, and what force does. */
export const conflicts: readonly ApplyCase[] = [
  {
    name: 'another value of what an applier owns is refused',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }],
    write: { by: 'ben', apply: { data: { k: '2' } } },
    conflict: { '"ann"': ['.data.k'] },
  },
  {
    name: 'of an updater it is said by which version it wrote',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({ replicas: 3 }) },
      { by: 'kubectl-edit', merge: { spec: { replicas: 5 } } },
    ],
    write: { by: 'ann', apply: deployment({ replicas: 3 }) },
    conflict: { '"kubectl-edit" using apps/v1': ['.spec.replicas'] },
  },
  {
    name: 'several fields of one manager are listed',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { a: '1', b: '1' } } }],
    write: { by: 'ben', apply: { data: { a: '2', b: '2' } } },
    conflict: { '"ann"': ['.data.a', '.data.b'] },
  },
  {
    name: 'several managers are listed by name',
    kind: 'ConfigMap',
    before: [
      { by: 'ben', apply: { data: { b: '1' } } },
      { by: 'ann', apply: { data: { a: '1' } } },
    ],
    write: { by: 'cas', apply: { data: { a: '2', b: '2' } } },
    conflict: { '"ann"': ['.data.a'], '"ben"': ['.data.b'] },
  },
  {
    name: 'a field that two share conflicts with both',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { k: '1' } } },
      { by: 'ben', apply: { data: { k: '1' } } },
    ],
    write: { by: 'cas', apply: { data: { k: '2' } } },
    conflict: { '"ann"': ['.data.k'], '"ben"': ['.data.k'] },
  },
  {
    name: 'who shares a field can’t change it alone',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { k: '1' } } },
      { by: 'ben', apply: { data: { k: '1' } } },
    ],
    write: { by: 'ben', apply: { data: { k: '2' } } },
    conflict: { '"ann"': ['.data.k'] },
  },
  {
    name: 'the path of a conflict names items by their keys',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment() }],
    write: { by: 'ben', apply: deployment({}, {}, { image: 'web:2' }) },
    conflict: { '"ann"': [`${web}.image`] },
  },
  {
    name: 'force takes the field, and only it',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { a: '1', b: '1' } } }],
    write: { by: 'ben', apply: { data: { b: '2' } }, force: true },
    fields: { data: { a: '1', b: '2' } },
    owners: { 'ann applies': ['.data.a'], 'ben applies': ['.data.b'] },
    times: { 'ann applies': 0, 'ben applies': 1 },
  },
  {
    name: 'who loses everything by force is gone from managedFields',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }],
    write: { by: 'ben', apply: { data: { k: '2' } }, force: true },
    owners: { 'ben applies': ['.data.k'] },
  },
  {
    name: 'force takes from an updater too',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({ replicas: 3 }) },
      { by: 'ben', merge: { spec: { replicas: 5 } } },
    ],
    write: { by: 'ann', apply: deployment({ replicas: 3 }), force: true },
    fields: { 'spec.replicas': 3 },
    owners: { 'ann applies': [...deploymentOwned, '.spec.replicas'] },
  },
  {
    name: 'force shares what is the same',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }],
    write: { by: 'ben', apply: { data: { k: '1' } }, force: true },
    owners: { 'ann applies': ['.data.k'], 'ben applies': ['.data.k'] },
  },
  {
    name: 'an update needs no force: it takes what it changes',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { a: '1', b: '1' } } }],
    write: { by: 'ben', merge: { data: { b: '2' } } },
    fields: { data: { a: '1', b: '2' } },
    owners: { 'ann applies': ['.data.a'], 'ben updates': ['.data.b'] },
  },
  {
    name: 'what nobody owns any more is anybody’s',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { data: { k: '1' } } },
      { by: 'ben', merge: { data: { k: null } } },
    ],
    write: { by: 'cas', apply: { data: { k: '2' } } },
    fields: { data: { k: '2' } },
    owners: { 'cas applies': ['.data.k'] },
  },
  {
    name: 'the same manager’s updates and applies are two owners',
    kind: 'ConfigMap',
    before: [{ by: 'ann', create: { data: { k: '1' } } }],
    write: { by: 'ann', apply: { data: { k: '2' } } },
    conflict: { '"ann" using v1': ['.data.k'] },
  },
  {
    name: 'a field that is unknown is refused by name',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment() }],
    write: { by: 'ann', apply: deployment({ replica: 3 }) },
    refusal: {
      code: 500,
      message:
        'failed to create typed patch object (default/conflicts-14; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
    },
  },
  {
    name: 'a value of the wrong type is refused',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment() }],
    write: { by: 'ann', apply: spec({ replicas: '3' }) },
    refusal: {
      code: 500,
      message:
        'failed to create typed patch object (default/conflicts-15; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string',
    },
  },
  {
    name: 'a null is another value',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 3 }) }],
    write: { by: 'ben', apply: spec({ replicas: null }) },
    conflict: { '"ann"': ['.spec.replicas'] },
  },
  {
    name: 'a null takes a field by force, and back to its default',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 3 }) }],
    write: { by: 'ben', apply: spec({ replicas: null }), force: true },
    fields: { 'spec.replicas': 1 },
    owners: { 'ann applies': deploymentOwned, 'ben applies': ['.spec.replicas'] },
  },
]
