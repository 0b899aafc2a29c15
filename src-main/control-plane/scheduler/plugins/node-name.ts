import type { Plugin } from '../framework.ts'

const rejection = { reasons: ["node(s) didn't match the requested node name"], final: true }

/** A pod that names its node goes nowhere else. */
export const nodeName: Plugin = {
  name: 'NodeName',
  wakesOn: ['node added'],
  mayHelp: ({ pod }, { node }) => node?.name === pod.spec?.nodeName,
  filter({ pod }) {
    const wanted = pod.spec?.nodeName
    return wanted ? node => (node.name === wanted ? undefined : rejection) : undefined
  },
}
