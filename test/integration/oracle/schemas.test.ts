import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Schema } from '#control-plane/resources/shared/custom-resource/schema.ts'
import { validateValue } from '#control-plane/resources/shared/custom-resource/validate-value.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import { lacksReaders, type Reading, random, startReaders } from '../../oracle/readers.ts'
import { randomSchema, randomValue } from '../../oracle/schemas.ts'
import type { GoProgram } from '../../support/go-program.ts'
import { titled } from '../../support/lanes.ts'

interface Problem {
  kind: string
  path: string
  value: string
  message: string
}

const lack = lacksReaders()

describe.skipIf(lack)(titled('schemas of custom resources against kube-openapi', lack), () => {
  let readers: GoProgram

  beforeAll(async () => {
    await loadRegexEngine()
    readers = await startReaders()
  })
  afterAll(() => readers[Symbol.asyncDispose]())

  test('the same values are refused, with the same paths and texts', async () => {
    const dice = random()
    const cases = Array.from({ length: 15_000 }, () => ({
      schema: { type: 'object', properties: { spec: randomSchema(dice, 2) } } satisfies Schema,
      value: { spec: randomValue(dice, 2) },
    }))
    const answers = await readers.ask<Reading>(
      cases.map(one => ({ reader: 'schema', ...one, schema: withoutUnknownFormats(one.schema) })),
    )
    let judged = 0
    for (const [at, { schema, value }] of cases.entries()) {
      const answer = answers[at]
      // A multiple of less than one divides whole numbers by zero there.
      if (!answer || answer.panic?.includes('divide by zero')) continue
      judged++
      const expected = (answer.value as Problem[]).map(expectedText)
      const found = validateValue(value, schema).map(({ field, message }) => text(field, message))
      const lost = expected.filter(one => !found.includes(one))
      const more = found.filter(one => !expected.some(other => bare(other) === bare(one)))
      expect({ schema, value, lost, more }).toEqual({ schema, value, lost: [], more: [] })
    }
    expect(judged).toBeGreaterThan(10_000)
  })
})

/** Without the value: of items of a list, which have no indexes there, the library tells one thing once. */
const bare = (problem: string): string => problem.replace(/value: .*?(: spec|$)/s, '')

/** Without the indexes of lists, which the library leaves out in the version that is compared. */
const text = (field: string, message: string): string =>
  `${field}: ${message}`
    .replaceAll(/(?<=\w)(\[\d+\])+/g, '')
    .replace(/: supported values.*/s, '')
    .replace(/Too many: \d+: /, 'Too many: ')

/** What the API server says of a problem that the library finds. */
function expectedText({ kind, path, value, message }: Problem): string {
  const field = path || '<nil>'
  const most = /at most (\d+)/.exec(message)?.[1]
  switch (kind) {
    case 'required':
      return `${field}: Required value`
    case 'enum':
      return `${field}: Unsupported value: ${value}`
    case 'tooLong':
      return `${field}: Too long: may not be more than ${most} bytes`
    case 'tooManyItems':
    case 'tooManyProperties':
      return `${field}: Too many: must have at most ${most} items`
    default:
      return `${field}: Invalid value: ${value}: ${message}`
  }
}

/** The API server removes formats that it doesn't check before the library sees them. */
const withoutUnknownFormats = (schema: Schema): unknown =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'format' && ['int32', 'of-no-kind'].includes(value) ? undefined : value,
  )
