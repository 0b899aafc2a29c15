/** Sections of the specification that are about what Kubernetes does not have. */
const sections: readonly [path: string, reason: string][] = [
  ['bindings_ext/', 'Kubernetes has no cel.bind'],
  ['block_ext/', 'Kubernetes has no cel.block'],
  ['encoders_ext/', 'Kubernetes has no base64 functions'],
  ['math_ext/', 'Kubernetes has no math functions'],
  ['enums/', 'Kubernetes has no protobuf enums'],
  ['proto2/', 'Kubernetes has no protobuf messages'],
  ['proto2_ext/', 'Kubernetes has no protobuf extensions'],
  ['proto3/', 'Kubernetes has no protobuf messages'],
  ['wrappers/', 'Kubernetes has no protobuf wrappers'],
]

/** Why a test of the specification does not apply; undefined when it does. */
export function whySkipped(
  path: string,
  test: {
    expr: string
    container?: string
    disableCheck?: boolean
    evalError?: object
    typeEnv?: object[]
  },
  checkError: string | undefined,
): string | undefined {
  const section = sections.find(([prefix]) => path.startsWith(prefix))
  if (section) return section[1]
  if (
    /TestAllTypes|google\.protobuf|NestedTestAllTypes/.test(
      test.expr + JSON.stringify(test.typeEnv ?? ''),
    )
  )
    return 'is about protobuf messages'
  if (test.container) return 'Kubernetes resolves names in no container'
  if (test.disableCheck && checkError && !test.evalError)
    return 'Kubernetes evaluates only what passed the check'
  if (JSON.stringify(test.typeEnv ?? '').includes('"function"'))
    return 'declares functions of its own'
  return undefined
}
