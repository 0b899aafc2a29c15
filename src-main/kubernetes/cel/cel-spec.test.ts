import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { whySkipped } from '../../../test/support/cel-spec/skipped.ts'
import {
  describeValue,
  type SpecValue,
  typeOfSpec,
  valueOfSpec,
} from '../../../test/support/cel-spec/spec-values.ts'
import { compileExpression, type Program } from './cel.ts'
import { createEnvironment } from './check/environment.ts'
import { typeText } from './check/types.ts'
import { CelError } from './evaluate/values.ts'
import { languageLibraries, languageMacros } from './library/libraries.ts'
import { loadRegexEngine } from './library/regex-engine.ts'

interface SpecTest {
  name?: string
  expr: string
  value?: SpecValue
  typedResult?: { result?: SpecValue; deducedType?: object }
  evalError?: object
  typeEnv?: { name: string; ident?: { type: object } }[]
  bindings?: Record<string, { value: SpecValue }>
  disableCheck?: boolean
  checkOnly?: boolean
  container?: string
}

interface Suite {
  name: string
  suites?: Suite[]
  /** With what cel-go's checker says of the expression. */
  tests?: { original: SpecTest; error?: string }[]
}

const all = ((conformance as Suite).suites ?? []).flatMap(suite =>
  (suite.suites ?? []).flatMap(section =>
    (section.tests ?? []).map(({ original, error }) => {
      const path = `${suite.name}/${section.name}/${original.name}`
      return { path, spec: original, skipped: whySkipped(path, original, error) }
    }),
  ),
)

beforeAll(loadRegexEngine)

function compile(spec: SpecTest): Program | undefined {
  const variables = (spec.typeEnv ?? []).flatMap(({ name, ident }) =>
    ident ? [[name, typeOfSpec(ident.type)] as const] : [],
  )
  const compiled = compileExpression(
    spec.expr,
    createEnvironment({
      libraries: languageLibraries,
      macros: languageMacros,
      variables: Object.fromEntries(variables),
      quotedFields: true,
    }),
  )
  if ('program' in compiled) return compiled.program
  if (!spec.evalError) throw new Error(compiled.error)
  return undefined
}

describe('the specification of the language', () => {
  for (const { path, spec } of all.filter(({ skipped }) => !skipped))
    test(`${path}: ${spec.expr}`, () => {
      const program = compile(spec)
      const { deducedType, result } = spec.typedResult ?? {}
      if (program && deducedType)
        expect(typeText(program.type)).toBe(typeText(typeOfSpec(deducedType)))
      if (spec.checkOnly) return
      const { bindings = {} } = spec
      const value = program?.evaluate(name => {
        const bound = bindings[name]
        return bound && valueOfSpec(bound.value)
      }).value
      if (spec.evalError) expect(value === undefined || value instanceof CelError).toBe(true)
      else if (!deducedType || result)
        expect(describeValue(value ?? null)).toBe(
          describeValue(valueOfSpec(spec.value ?? result ?? { boolValue: true })),
        )
    })

  test('applies but for what Kubernetes does not have', () => {
    const counts = new Map<string, number>()
    for (const { skipped = 'applies' } of all) counts.set(skipped, (counts.get(skipped) ?? 0) + 1)
    expect(Object.fromEntries(counts)).toEqual({
      applies: 1380,
      'Kubernetes evaluates only what passed the check': 28,
      'Kubernetes has no base64 functions': 4,
      'Kubernetes has no cel.bind': 5,
      'Kubernetes has no cel.block': 37,
      'Kubernetes has no math functions': 199,
      'Kubernetes has no protobuf enums': 85,
      'Kubernetes has no protobuf extensions': 18,
      'Kubernetes has no protobuf messages': 183,
      'Kubernetes has no protobuf wrappers': 36,
      'Kubernetes resolves names in no container': 4,
      'declares functions of its own': 5,
      'is about protobuf messages': 360,
    })
  })
})
