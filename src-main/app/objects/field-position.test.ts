import { expect, test } from 'vitest'
import { refusedField } from './field-position.ts'
import { parseManifests } from './manifests.ts'

const text = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
spec:
  containers:
    - name: main
      image: nginx
    - name: side
      image: ""
`

// Field paths as apimachinery's field.Path prints them.
test.each([
  ['spec.containers[1].image', { line: 12, column: 7 }],
  ['metadata.labels[app.kubernetes.io/name]', { line: 6, column: 5 }],
  ['metadata.name', { line: 4, column: 3 }],
  ['spec.containers[1].name', { line: 11, column: 7 }],
])('%s is found in the text', async (field, place) => {
  const [manifest] = await parseManifests(text)
  expect(manifest && 'object' in manifest && manifest.locate(field)).toEqual(place)
})

test('a field that is not in the text stands at its nearest parent', async () => {
  const [manifest] = await parseManifests(text)
  const locate = manifest && 'object' in manifest ? manifest.locate : () => undefined
  expect(locate('spec.containers[0].ports[0].containerPort')).toEqual({ line: 9, column: 7 })
  expect(locate('nothing')).toBeUndefined()
})

test('fields of later documents and of lists are found in the whole text', async () => {
  const found = await parseManifests(`${text}---
apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: ConfigMap, metadata: { name: A } }
`)
  const last = found[1]
  expect(last && 'object' in last && last.locate('metadata.name')).toEqual({ line: 17, column: 50 })
})

// The messages of apimachinery's strict decoder and of encoding/json.
test.each([
  ['strict decoding error: unknown field "spec.replica"', 'spec.replica'],
  [
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.minReadySeconds of type int32',
    'spec.minReadySeconds',
  ],
  [
    'failed to create typed patch object (a/b; /v1, Kind=ConfigMap): .dta: field not declared in schema',
    'dta',
  ],
  [
    ' "" is invalid: patch: Invalid value: "{\\"spec\\":{}}": strict decoding error: unknown field "spec.replica"',
    'spec.replica',
  ],
  ['something else', undefined],
])('%s', (message, field) => {
  expect(refusedField(message, [])).toBe(field)
  expect(refusedField(message, [{ field: 'patch' }])).toBe(field)
  expect(refusedField(message, [{ field: 'spec.first' }])).toBe('spec.first')
})
