import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { toolPath } from '../../test/support/kubectl.ts'
import { type GoStructs, readGoStructs } from './go-types.ts'
import { compareWithGo, compareWithModels, knownModelDifferences } from './verify.ts'

describe('the committed tables', () => {
  let structs: GoStructs
  beforeAll(async () => {
    structs = readGoStructs(readFileSync(await toolPath('kubectl')))
  })

  test('agree with the types that the real kubectl was built from', () => {
    const { differences, compared } = compareWithGo(structs)
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(2000)
  })

  test('a wrong number, merge key or name would be noticed', () => {
    const name = 'k8s.io/api/core/v1.Container'
    const fields = structs.get(name) ?? []
    const changed = fields.map(field => {
      if (field.json === 'image') return { ...field, protobuf: 99 }
      if (field.json === 'ports') return { ...field, patchMergeKey: 'name' }
      return field.json === 'env' ? { ...field, json: 'environment' } : field
    })
    expect(compareWithGo(new Map([[name, changed]])).differences).toEqual([
      'io.k8s.api.core.v1.Container.image: protobuf number is 2, in kubectl 99',
      'io.k8s.api.core.v1.Container.ports: patch merge key is containerPort, in kubectl name',
      'io.k8s.api.core.v1.Container.env is not in kubectl',
      'io.k8s.api.core.v1.Container.environment is only in kubectl',
    ])
  })

  test('differ from the client library’s models only by what is known', () => {
    const { differences, compared } = compareWithModels(process.cwd())
    expect(differences.toSorted()).toEqual(knownModelDifferences.toSorted())
    expect(compared).toBeGreaterThan(2000)
  })

  const facts = process.env['SLIPWAY_FACTS']
  test.skipIf(!facts)('are what the facts give, when the facts are at hand (SLIPWAY_FACTS)', () => {
    const args = ['scripts/generate/generate.ts', '--verify', '--facts', facts ?? '']
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  })
})
