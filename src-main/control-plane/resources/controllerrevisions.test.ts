import { expect, test } from 'vitest'
import type { ControllerRevision } from '#kubernetes/api/apps-v1.ts'
import { controllerRevisions } from './controllerrevisions.ts'
import { failuresOf, updateFailuresOf } from './shared/testing.ts'

const revision = (rest: Partial<ControllerRevision> = {}): ControllerRevision => ({
  metadata: { name: 'web-1', namespace: 'default' },
  data: { spec: 1 },
  revision: 1,
  ...rest,
})

test('a revision needs data and a number that is not negative', () => {
  const { data: _, ...empty } = revision({ revision: -1 })
  expect(failuresOf(controllerRevisions, empty)).toEqual([
    'data: Required value: data is mandatory',
    'revision: Invalid value: -1: must be greater than or equal to 0',
  ])
})

test.each([[[1]], ['text'], [7], [true]])('a new revision is none of %j', data => {
  const problems = controllerRevisions.validateCreate?.(revision({ data: data as never }))
  expect(problems).toMatchObject([
    { field: 'data', message: 'Required value: data must be a valid JSON object' },
  ])
  expect(controllerRevisions.validateCreate?.(revision())).toEqual([])
})

test('a revision keeps its data', () => {
  const change = (object: ControllerRevision) => {
    object.data = { spec: 2 }
  }
  expect(updateFailuresOf(controllerRevisions, revision(), change)).toEqual([
    'data: Invalid value: {"spec":2}: field is immutable',
  ])
})

test('the column names the controller with its group', () => {
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    name: 'web',
    uid: 'u',
    controller: true,
  }
  const [, controller] = controllerRevisions.columns
  expect(controller?.value(revision(), 0)).toBe('<none>')
  const owned = revision({
    metadata: { name: 'web-1', namespace: 'default', ownerReferences: [owner] },
  })
  expect(controller?.value(owned, 0)).toBe('statefulset.apps/web')
})
