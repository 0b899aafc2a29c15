import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import type { InputOf } from '../../../src-main/contract/contract.ts'

/** What is typed for a new local cluster. Empty parts are chosen by the core. */
export interface ClusterForm {
  readonly name: string
  readonly runtime: 'auto' | 'docker' | 'simulated'
  readonly apiPort: string
  readonly podCidr: string
  readonly serviceCidr: string
  readonly nodes: string
}

export const emptyForm: ClusterForm = {
  name: '',
  runtime: 'auto',
  apiPort: '',
  podCidr: '',
  serviceCidr: '',
  nodes: '',
}

type TextPart = Exclude<keyof ClusterForm, 'runtime'>
export type FormErrors = Partial<Record<TextPart, string>>

const label = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/
const cidr = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/

/** What is wrong with each part, and what to send when nothing is. */
export function checkForm(
  form: ClusterForm,
  clusters: readonly ClusterSummary[],
): { errors: FormErrors; input: InputOf<'clusters.createLocal'> | undefined } {
  const errors: FormErrors = {}
  if (form.name && !label.test(form.name))
    errors.name = 'Lower-case letters, figures and hyphens only'
  if (clusters.some(({ kind, name }) => kind === 'local' && name === form.name))
    errors.name = 'A local cluster has this name already'
  if (form.apiPort && !isWithin(form.apiPort, 1, 65_535)) errors.apiPort = 'A port from 1 to 65535'
  if (form.nodes && !isWithin(form.nodes, 1, 1000)) errors.nodes = 'From 1 to 1000'
  for (const part of ['podCidr', 'serviceCidr'] as const) {
    if (form[part] && !isRange(form[part])) errors[part] = 'A range such as 10.244.0.0/24'
  }
  if (!form.name || Object.keys(errors).length) return { errors, input: undefined }
  const { name, runtime, apiPort, podCidr, serviceCidr, nodes } = form
  return {
    errors,
    input: {
      name,
      runtime,
      ...(apiPort && { apiPort: Number(apiPort) }),
      ...(podCidr && { podCidr }),
      ...(serviceCidr && { serviceCidr }),
      ...(nodes && runtime === 'simulated' && { nodes: Number(nodes) }),
    },
  }
}

const isWithin = (text: string, least: number, most: number) =>
  /^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most

function isRange(text: string): boolean {
  const [, ...numbers] = cidr.exec(text) ?? []
  const prefix = Number(numbers.pop() ?? -1)
  return (
    numbers.length === 4 &&
    numbers.every(part => Number(part) <= 255) &&
    prefix >= 8 &&
    prefix <= 30
  )
}
