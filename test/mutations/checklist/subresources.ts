import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'
const handlers = `${server}/handlers`
const streaming = `${server}/streaming`
const resources = 'src-main/control-plane/resources'

/** Section 9, but for what rights.ts has of it: scales, and the subresources of pods. */
export const faults: FaultsByFile = {
  [`${resources}/shared/workload.ts`]: [['9.1.o', 'object.spec.replicas = replicas', '']],
  [`${handlers}/scale.ts`]: [['9.1.p', 'if (replicas < 0)', 'if (replicas < -1)']],
  [`${handlers}/pod-log.ts`]: [
    ['9.2.a', "...number('tailLines', 0),", ''],
    ['9.2.b', 'if (value < least)', 'if (value < 0)'],
    ['9.2.d', 'if (!pod.spec.nodeName) return', 'if (!pod.spec) return'],
  ],
  [`${handlers}/pod-container.ts`]: [
    ['9.2.c', '&& !init.length) return main[0]', '|| main[0]) return main[0]'],
  ],
  [`${streaming}/exec.ts`]: [['9.2.e', 'if (!command.length)', 'if (!command)']],
  [`${streaming}/require-create.ts`]: [['9.2.f', 'if (decision.allowed)', 'if (asked)']],
  [`${streaming}/exit-status.ts`]: [['9.2.g', "reason: 'NonZeroExitCode'", "reason: 'ExitCode'"]],
  [`${streaming}/process-over-web-socket.ts`]: [
    ['9.2.h', 'close: 255', 'close: 254'],
    [
      '9.2.i',
      'offered.includes(newest) ? newest : offered.find(name => protocols.includes(name))',
      'offered.at(-1)',
    ],
  ],
  [`${streaming}/forward-over-spdy.ts`]: [
    ['9.2.j', "stream.headers.get('streamtype') as keyof Pair", "'data' as keyof Pair"],
  ],
  [`${streaming}/forward-over-channels.ts`]: [
    ['9.2.k', '...channels.sink(index * 2),', '...channels.sink(index * 2 + 1),'],
  ],
  [`${server}/proxy/proxy-target.ts`]: [
    ['9.2.q', "(first !== 'http' && first !== 'https') || !second", '!first'],
    ['9.2.r', "if (declared) return declared.name ?? ''", "return declared?.name ?? ''"],
    ['9.2.s', 'found[Math.floor(Math.random() * found.length)]', 'found[found.length]'],
  ],
  [`${resources}/pods/pod-subresources.ts`]: [
    ['9.2.l', 'return isEqual(before, after)', 'return after'],
  ],
  [`${handlers}/subresource-parts.ts`]: [
    [
      '9.2.m',
      'const take = subresourceParts[subresource]',
      "const take = subresource === 'ephemeralcontainers' ? undefined : subresourceParts[subresource]",
    ],
    ['9.2.n', 'if (wanted?.resources) target.resources = wanted.resources', ''],
  ],
  [`${handlers}/binding.ts`]: [
    ['9.2.o', 'if (pod.spec.nodeName) {', 'if (!pod.spec) {'],
    ['9.2.p', " || (node.kind && node.kind !== 'Node')", ''],
  ],
}

export const exceptions: Exceptions = {}
