import { expect, test } from 'vitest'
import type { PodSpec, SecurityContext } from '#kubernetes/api/core-v1.ts'
import {
  validateHostProcess,
  validateWindowsOptions,
  validateWindowsPod,
} from './validate-windows.ts'

const pod = (rest: Partial<PodSpec>, securityContext: SecurityContext = {}): PodSpec => ({
  containers: [{ name: 'a', image: 'x:1', securityContext }],
  ...rest,
})
const fields = (errors: { field: string }[]) => errors.map(({ field }) => field)

test('what Linux knows and Windows does not is refused of pods for Windows alone', () => {
  const said: Partial<PodSpec> = { hostPID: true, securityContext: { fsGroup: 1, runAsUser: 2 } }
  const container: SecurityContext = { privileged: true, capabilities: { add: ['NET_ADMIN'] } }
  expect(validateWindowsPod(pod(said, container), 'spec')).toEqual([])
  const windows = pod({ ...said, os: { name: 'windows' } }, container)
  expect(fields(validateWindowsPod(windows, 'spec'))).toEqual([
    'spec.securityContext.fsGroup',
    'spec.securityContext.runAsUser',
    'spec.hostPID',
    'spec.containers[0].securityContext.capabilities',
    'spec.containers[0].securityContext.privileged',
  ])
})

test('processes of the node are all of a pod, on the network of the node', () => {
  const process = { windowsOptions: { hostProcess: true } }
  const two = pod({ hostNetwork: true }, process)
  expect(validateHostProcess(two, 'spec')).toEqual([])
  two.containers.push({ name: 'b', image: 'x:1' })
  expect(fields(validateHostProcess({ ...two, hostNetwork: false }, 'spec'))).toEqual([
    'spec',
    'spec.hostNetwork',
  ])
  const disagrees = pod({ securityContext: { windowsOptions: { hostProcess: false } } }, process)
  expect(validateHostProcess(disagrees, 'spec')[0]).toMatchObject({
    field: 'spec.containers[0].securityContext.windowsOptions.hostProcess',
    message: expect.stringContaining('must be identical if both are specified, was false'),
  })
})

test.each<[string, string]>([
  ['', 'runAsUserName cannot be an empty string'],
  ['a\tb', 'runAsUserName cannot contain control characters'],
  ['a\\b\\c', 'runAsUserName cannot contain more than one backslash'],
  [`${'a'.repeat(256)}\\b`, "runAsUserName's Domain length must be under 256 characters"],
  ['..\\b', "runAsUserName's Domain doesn't match the NetBios nor the DNS format"],
  ['a\\', "runAsUserName's User cannot be empty"],
  ['..', "runAsUserName's User cannot contain only periods or spaces"],
  ['a*', `runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`],
])('a Windows user called %j is refused', (runAsUserName, problem) => {
  const [error] = validateWindowsOptions({ runAsUserName }, 'options')
  expect(error).toMatchObject({
    field: 'options.runAsUserName',
    message: expect.stringMatching(
      new RegExp(`^Invalid value: .*: ${problem.replaceAll(/[\\^$*+?.()|[\]{}]/g, '\\$&')}$`),
    ),
  })
})

test('ordinary Windows users are fine', () => {
  for (const runAsUserName of ['ContainerAdministrator', 'NT AUTHORITY\\NETWORK SERVICE'])
    expect(validateWindowsOptions({ runAsUserName }, 'options')).toEqual([])
})
