import type { ApplyCase } from '../apply-case.ts'
import { deployment, deploymentOwned, spec } from '../shapes.ts'

const ready = (status: string) => ({
  status: { conditions: [{ type: 'Ready', status }] },
})
const readyPaths = [
  '.status.conditions[type="Ready"]',
  '.status.conditions[type="Ready"].status',
  '.status.conditions[type="Ready"].type',
]

/** Status and scale: entries of their own, and fields that an endpoint keeps as they are. */
export const subresources: readonly ApplyCase[] = [
  {
    name: 'a status that is applied belongs to an entry of its subresource',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ replicas: 1 }) }],
    write: { by: 'ann', at: 'status', apply: ready('True') },
    fields: { 'status.conditions': [{ type: 'Ready', status: 'True' }] },
    owners: { 'ann applies': ['.spec.replicas'], 'ann applies status': readyPaths },
  },
  {
    name: 'a status in what is applied to the object is neither taken nor owned',
    kind: 'Widget',
    write: { by: 'ann', apply: { ...spec({ replicas: 1 }), ...ready('True') } },
    status: 201,
    fields: { status: undefined },
    owners: { 'ann applies': ['.spec.replicas'] },
  },
  {
    name: 'a status in what is applied to a built-in object is neither taken nor owned',
    kind: 'Deployment',
    write: { by: 'ann', apply: { ...deployment(), status: { replicas: 5 } } },
    status: 201,
    fields: { 'status.replicas': undefined },
    owners: { 'ann applies': deploymentOwned },
  },
  {
    name: 'a status of another value is no conflict for the object',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ replicas: 1 }) },
      { by: 'ben', at: 'status', apply: ready('True') },
    ],
    write: { by: 'ann', apply: { ...spec({ replicas: 2 }), ...ready('False') } },
    fields: { 'spec.replicas': 2, 'status.conditions': [{ type: 'Ready', status: 'True' }] },
    owners: { 'ann applies': ['.spec.replicas'], 'ben applies status': readyPaths },
  },
  {
    name: 'a spec in what is applied to the status is neither taken nor owned',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 2 }) }],
    write: {
      by: 'ben',
      at: 'status',
      apply: { spec: { replicas: 5 }, status: { observedGeneration: 1 } },
    },
    fields: { 'spec.replicas': 2, 'status.observedGeneration': 1 },
    owners: {
      'ann applies': [...deploymentOwned, '.spec.replicas'],
      'ben applies status': ['.status.observedGeneration'],
    },
  },
  {
    name: 'a custom resource’s status takes no metadata along',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ replicas: 1 }) }],
    write: {
      by: 'ben',
      at: 'status',
      apply: { metadata: { labels: { l: '1' } }, status: { phase: 'Up' } },
    },
    fields: { 'metadata.labels': undefined, 'status.phase': 'Up' },
    owners: { 'ann applies': ['.spec.replicas'], 'ben applies status': ['.status.phase'] },
  },
  {
    name: 'a Deployment’s status takes no labels along',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment() }],
    write: {
      by: 'ben',
      at: 'status',
      apply: { metadata: { labels: { l: '1' } }, status: { replicas: 1 } },
    },
    fields: { 'metadata.labels': undefined },
    owners: { 'ann applies': deploymentOwned, 'ben applies status': ['.status.replicas'] },
  },
  {
    name: 'appliers of a status conflict as elsewhere',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ replicas: 1 }) },
      { by: 'ann', at: 'status', apply: ready('True') },
    ],
    write: { by: 'ben', at: 'status', apply: ready('False') },
    conflict: { '"ann" with subresource "status"': ['.status.conditions[type="Ready"].status'] },
  },
  {
    name: 'an update of a status is an entry of its subresource',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ replicas: 1 }) }],
    write: { by: 'ann', at: 'status', merge: { status: { phase: 'Up' } } },
    owners: {
      'ann applies': ['.spec.replicas'],
      'ann updates status': ['.status', '.status.phase'],
    },
  },
  {
    name: 'an updater of a status is named with its subresource in conflicts',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ replicas: 1 }) },
      { by: 'ben', at: 'status', merge: { status: { phase: 'Up' } } },
    ],
    write: { by: 'cas', at: 'status', apply: { status: { phase: 'Down' } } },
    conflict: { '"ben" with subresource "status" using test.example.com/v1': ['.status.phase'] },
  },
  {
    name: 'applying a status of an object that is not there creates nothing',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }],
    write: { by: 'ben', at: 'status', apply: {} },
    refusal: {
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    },
  },
  {
    name: 'scaling takes the replicas from their applier',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 2 }) }],
    write: { by: 'scaler', at: 'scale', merge: { spec: { replicas: 5 } } },
    fields: { 'spec.replicas': 5 },
    owners: { 'ann applies': deploymentOwned, 'scaler updates scale': ['.spec.replicas'] },
  },
  {
    name: 'an entry of a scale has the version of its object',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ size: 'large' }) }],
    write: { by: 'scaler', at: 'scale', replace: { spec: { replicas: 5 } } },
    entries: [
      {
        manager: 'ann',
        operation: 'Apply',
        apiVersion: 'test.example.com/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:size': {} } },
      },
      {
        manager: 'scaler',
        operation: 'Update',
        apiVersion: 'test.example.com/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
        subresource: 'scale',
      },
    ],
  },
  {
    name: 'who scaled is named with the subresource in conflicts',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({ replicas: 2 }) },
      { by: 'scaler', at: 'scale', replace: { spec: { replicas: 5 } } },
    ],
    write: { by: 'ann', apply: deployment({ replicas: 2 }) },
    conflict: { '"scaler" with subresource "scale" using apps/v1': ['.spec.replicas'] },
  },
  {
    name: 'an applier that leaves the replicas out leaves them to who scales',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({ replicas: 2 }) },
      { by: 'scaler', at: 'scale', replace: { spec: { replicas: 5 } } },
    ],
    write: { by: 'ann', apply: deployment({ minReadySeconds: 1 }) },
    fields: { 'spec.replicas': 5, 'spec.minReadySeconds': 1 },
    owners: {
      'ann applies': [...deploymentOwned, '.spec.minReadySeconds'],
      'scaler updates scale': ['.spec.replicas'],
    },
  },
  {
    name: 'a scale is applied by whom the replicas were handed over to',
    kind: 'Deployment',
    before: [
      { by: 'ann', apply: deployment({ replicas: 2 }) },
      { by: 'scaler', at: 'scale', apply: { spec: { replicas: 2 } } },
      { by: 'ann', apply: deployment() },
    ],
    write: { by: 'scaler', at: 'scale', apply: { spec: { replicas: 4 } } },
    fields: { 'spec.replicas': 4 },
    owners: { 'ann applies': deploymentOwned, 'scaler applies scale': ['.spec.replicas'] },
  },
  {
    name: 'a scale that is applied conflicts with who applied the replicas',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 2 }) }],
    write: { by: 'scaler', at: 'scale', apply: { spec: { replicas: 4 } } },
    conflict: { '"ann"': ['.spec.replicas'] },
  },
  {
    name: 'a scale that is applied takes the replicas by force',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 2 }) }],
    write: { by: 'scaler', at: 'scale', apply: { spec: { replicas: 4 } }, force: true },
    fields: { 'spec.replicas': 4 },
    owners: { 'ann applies': deploymentOwned, 'scaler applies scale': ['.spec.replicas'] },
  },
  {
    name: 'a scale that agrees shares the replicas',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 2 }) }],
    write: { by: 'scaler', at: 'scale', apply: { spec: { replicas: 2 } } },
    owners: {
      'ann applies': [...deploymentOwned, '.spec.replicas'],
      'scaler applies scale': ['.spec.replicas'],
    },
  },
  {
    name: 'a custom resource’s replicas are owned where its definition says',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ replicas: 1 }) }],
    write: { by: 'scaler', at: 'scale', replace: { spec: { replicas: 5 } } },
    fields: { 'spec.replicas': 5 },
    owners: { 'scaler updates scale': ['.spec.replicas'] },
  },
]
