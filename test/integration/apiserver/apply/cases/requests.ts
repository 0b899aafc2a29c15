import type { ApplyCase } from '../apply-case.ts'
import { spec } from '../shapes.ts'

const there: ApplyCase['before'] = [{ by: 'ann', apply: { data: { k: '1' } } }]

/** What an apply request may be and what not. */
export const requests: readonly ApplyCase[] = [
  {
    name: 'an apply without a field manager is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: '', apply: { data: { k: '2' } } },
    refusal: {
      code: 422,
      reason: 'Invalid',
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    },
  },
  {
    name: 'a field manager of more than 128 bytes is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'm'.repeat(129), apply: { data: { k: '1' } } },
    refusal: {
      code: 422,
      reason: 'Invalid',
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    },
  },
  {
    name: 'a field manager with what can’t be printed is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'a\u0007b', apply: { data: { k: '1' } } },
    refusal: {
      code: 422,
      reason: 'Invalid',
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\ab": invalid character U+0007 (at position 1)',
    },
  },
  {
    name: 'a configuration with managedFields is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ann', apply: { metadata: { managedFields: [{ manager: 'x' }] } } },
    refusal: { code: 400, reason: 'BadRequest', message: 'metadata.managedFields must be nil' },
  },
  {
    name: 'a configuration with empty managedFields is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ann', apply: { metadata: { managedFields: [] } } },
    refusal: { code: 400, reason: 'BadRequest', message: 'metadata.managedFields must be nil' },
  },
  {
    name: 'a configuration of another version than the URL’s is refused',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ replicas: 1 }) }],
    write: { by: 'ann', apply: { apiVersion: 'test.example.com/v2', ...spec({ replicas: 1 }) } },
    refusal: {
      code: 400,
      reason: 'BadRequest',
      message: 'invalid object type: test.example.com/v2, Kind=Widget',
    },
  },
  {
    name: 'a configuration of another kind is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ann', apply: { kind: 'Secret' } },
    refusal: {
      code: 400,
      reason: 'BadRequest',
      message: 'invalid object type: /v1, Kind=Secret',
    },
  },
  {
    name: 'a configuration of another name than the URL’s is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ann', apply: { metadata: { name: 'other' } } },
    refusal: {
      code: 400,
      reason: 'BadRequest',
      message: 'the name of the object (other) does not match the name on the URL (requests-7)',
    },
  },
  {
    name: 'a configuration of an older resource version is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ann', apply: { metadata: { resourceVersion: '1' }, data: { k: '2' } } },
    refusal: {
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "requests-8": the object has been modified; please apply your changes to the latest version and try again',
    },
  },
  {
    name: 'a configuration of another object’s uid is refused',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ann', apply: { metadata: { uid: '88e00824' }, data: { k: '2' } } },
    refusal: {
      code: 422,
      reason: 'Invalid',
      message:
        'ConfigMap "requests-9" is invalid: metadata.uid: Invalid value: "88e00824": field is immutable',
    },
  },
  {
    name: 'a configuration with a uid creates nothing',
    kind: 'ConfigMap',
    write: { by: 'ann', apply: { metadata: { uid: '88e00824' }, data: { k: '2' } } },
    refusal: {
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "requests-10": uid mismatch: the provided object specified uid 88e00824, and no existing object was found',
    },
  },
  {
    name: 'a dry run changes nothing',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ben', apply: { data: { j: '1' } }, query: 'dryRun=All' },
    fields: { data: { k: '1' } },
    unchanged: true,
  },
  {
    name: 'a dry run tells of conflicts',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ben', apply: { data: { k: '2' } }, query: 'dryRun=All' },
    conflict: { '"ann"': ['.data.k'] },
  },
  {
    name: 'force belongs to apply alone',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ben', merge: { data: { k: '2' } }, query: 'force=true' },
    refusal: {
      code: 422,
      reason: 'Invalid',
      message:
        'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    },
  },
  {
    name: 'an object that would not be valid is refused as by every write',
    kind: 'ConfigMap',
    before: there,
    write: { by: 'ann', apply: { data: { 'no/key': '1' } } },
    refusal: {
      code: 422,
      reason: 'Invalid',
      message:
        "ConfigMap \"requests-14\" is invalid: data[no/key]: Invalid value: \"no/key\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    },
  },
]
