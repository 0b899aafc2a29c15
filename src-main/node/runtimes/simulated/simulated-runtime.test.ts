import { systemClock } from '#base/clock.ts'
import { containerRuntimeConformance } from '../conformance/container-runtime-conformance.ts'
import { SimulatedRuntime } from './simulated-runtime.ts'

const nothingRuns = 'nothing runs in a simulated container'
const skipped = [
  'reads logs, the last lines of them, and follows them to the end',
  'reports how a container ended by itself',
  'kills what ignores TERM once the grace period is over',
  'says why a container can not be started',
  'runs commands in a container: output, errors, exit code, input',
  'gives a command a terminal of the size it is told',
  'attaches to a running container',
  'passes command, arguments, environment and working directory',
  'shares network, host names and resolv.conf within a pod',
  'reaches ports of a pod, also those on its loopback address alone',
  'keeps a volume for all containers of a pod and swaps its files in one step',
  'starts a pod whose volumes hold their files already, also those with long names',
  'reads the message that a container leaves when it ends',
  'applies user, groups, capabilities and a read-only root',
  'limits memory and says when a container was killed for it',
  'has the kernel keep to what a running container is granted',
]

containerRuntimeConformance(
  'simulated',
  async () => ({
    runtime: await SimulatedRuntime.open({ clock: systemClock, podCidr: '10.1.0.0/24' }),
    shellImage: 'test/shell:1',
    absentImage: 'absent.invalid/image:1',
  }),
  { skip: skipped.map(test => ({ test, reason: nothingRuns })) },
)
