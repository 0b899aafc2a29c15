import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeBody } from '#control-plane/apiserver/codec/decode-body.ts'
import { kindProblem } from '#control-plane/apiserver/handlers/check-kind.ts'
import { checkFields } from '#kubernetes/schema/check-fields.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { oddJson, randomPod } from '../../oracle/bodies.ts'
import {
  lacksReaders,
  type Reading,
  random,
  startReaders,
  withMutations,
} from '../../oracle/readers.ts'
import type { GoProgram } from '../../support/go-program.ts'
import { titled } from '../../support/lanes.ts'

const lack = lacksReaders()
const letters = '{}[]:,"\\ntfe0-+.1aEu \n\t\u0001\u00a0é\u2028x\'/'

describe.skipIf(lack)(titled('JSON bodies against Kubernetes’ decoder', lack), () => {
  let readers: GoProgram

  beforeAll(async () => {
    readers = await startReaders()
  })
  afterAll(() => readers[Symbol.asyncDispose]())

  test('what is no JSON, values of wrong types, unknown and repeated fields: in the same words', async () => {
    const dice = random()
    const pods = Array.from({ length: 4000 }, () => randomPod(dice))
    const bodies = [
      ...pods,
      ...withMutations([...oddJson, ...pods.slice(0, 400)], 6000, { letters, dice }),
    ]
    const ask = (reader: string) =>
      readers.ask<Reading>(bodies.map(text => ({ reader, type: 'Pod', text })))
    const kinds = await ask('kind')
    const wholes = await ask('json')
    const wrong: object[] = []
    for (const [at, text] of bodies.entries()) {
      const go = expected(kinds[at], wholes[at])
      const ours = await read(text)
      if (!isComparable(text, go, ours)) continue
      if (JSON.stringify(ours.told.toSorted()) !== JSON.stringify(go.toSorted()))
        wrong.push({ text, go, ours: ours.told })
    }
    expect(wrong).toEqual([])
  })
})

/** The error of a body, or its warnings. */
const expected = (kind: Reading | undefined, whole: Reading | undefined): string[] => {
  if (kind?.error) return [`couldn't get version/kind; json parse error: ${kind.error}`]
  if (whole?.error) return [whole.error.replaceAll('main.', 'v1.')]
  return whole?.errors ?? []
}

interface Ours {
  told: string[]
  repeats: boolean
  isObject: boolean
}

async function read(text: string): Promise<Ours> {
  const type = findObjectType({ group: '', version: 'v1', kind: 'Pod' })
  if (!type) throw new Error('there are no Pods')
  try {
    const body = await decodeBody(Buffer.from(text), 'application/json')
    const repeats = body.duplicates.length > 0
    const value = body.value as Record<string, unknown> | null
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { told: [], repeats, isObject: false }
    const problem = kindProblem(value)
    const { typeErrors, unknown } = checkFields(value, type)
    const [error = problem] = problem ? [problem] : typeErrors
    return { told: error ? [error] : body.warnings(unknown), repeats, isObject: true }
  } catch (error) {
    return { told: [(error as Error).message], repeats: false, isObject: true }
  }
}

/**
 * Not compared: what is no object, whose refusal names a type of the decoder's; what is said of a member that is
 * repeated, and numbers in other forms than digits, which our parser doesn't tell.
 */
const isComparable = (text: string, go: string[], { repeats, isObject }: Ours): boolean =>
  isObject &&
  !repeats &&
  !(/[\d.][eE.]|[eE][-+\d]|\d{19}/.test(text) && /number|^$/.test(go.join()))
