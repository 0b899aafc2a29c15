import type { NodeSelectorTerm } from '#kubernetes/api/core-v1.ts'

const messages = new Map(
  Object.entries({
    'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
    'failure-domain.beta.kubernetes.io/region':
      'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    'failure-domain.beta.kubernetes.io/zone':
      'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    'beta.kubernetes.io/instance-type':
      'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  }),
)

/** What to use in place of a label of nodes; undefined for labels that nothing speaks against. */
export const deprecatedLabel = (key: string): string | undefined => messages.get(key)

/** One warning for each deprecated label among keys; `textOf` puts the place before what is to be said. */
export const deprecatedLabelWarnings = (
  keys: readonly string[],
  textOf: (message: string, key: string, index: number) => string,
): string[] =>
  keys.flatMap((key, index) => {
    const message = deprecatedLabel(key)
    return message === undefined ? [] : [textOf(message, key, index)]
  })

/** Warnings for the labels that a term asks nodes for. */
export const nodeTermWarnings = ({ matchExpressions }: NodeSelectorTerm, path: string): string[] =>
  deprecatedLabelWarnings(
    (matchExpressions ?? []).map(({ key }) => key),
    (message, key, index) => `${path}.matchExpressions[${index}].key: ${key} is ${message}`,
  )
