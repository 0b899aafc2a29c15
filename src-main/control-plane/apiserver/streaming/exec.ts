import type { ProcessSession } from '#base/streams.ts'
import { badRequest } from '../failures.ts'
import { containerOf, kubeletOf, podOf } from '../handlers/pod-container.ts'
import type { Target } from '../handlers/target.ts'
import type { ExecOptions } from '../kubelet-connection.ts'
import type { Reply } from '../reply.ts'
import { isTrue } from '../request-info.ts'
import { requireCreate } from './require-create.ts'
import { serveProcess } from './serve-process.ts'

/** Runs a command in a container, its streams over a WebSocket or SPDY. */
export function exec(target: Target): Promise<Reply> {
  const command = target.context.request.query.getAll('command')
  if (!command.length) throw badRequest('you must specify at least 1 command for the container')
  return connect(target, (kubelet, container, options, signal) =>
    kubelet.exec(container, { ...options, command }, signal),
  )
}

/** Connects to the process that a container runs. */
export const attach = (target: Target): Promise<Reply> =>
  connect(target, async (kubelet, container, options, signal) =>
    endingWell(await kubelet.attach(container, options, signal)),
  )

/** Who attaches hears that the process ended, not how: that is for the pod's status to say. */
const endingWell = (session: ProcessSession): ProcessSession => ({
  stdin: session.stdin,
  stdout: session.stdout,
  stderr: session.stderr,
  exit: session.exit.then(() => 0),
  resize: (width, height) => session.resize(width, height),
  close: () => session.close(),
})

type Start = (
  kubelet: ReturnType<typeof kubeletOf>,
  container: ReturnType<typeof podOf>['reference'] & { container: string },
  options: Omit<ExecOptions, 'command'>,
  signal: AbortSignal,
) => Promise<ProcessSession>

async function connect(target: Target, start: Start): Promise<Reply> {
  const { request } = target.context
  requireCreate(target)
  const { pod, reference } = podOf(target)
  const container = containerOf(pod, request.query.get('container') ?? '')
  const options = readOptions(request.query)
  if (!request.upgrade)
    throw badRequest('you must upgrade the connection: Upgrade request required')
  const kubelet = kubeletOf(target)
  return serveProcess(request.upgrade, options, target.services.clock, () =>
    start(kubelet, { ...reference, container }, options, request.signal),
  )
}

function readOptions(query: URLSearchParams): Omit<ExecOptions, 'command'> {
  const tty = isTrue(query.get('tty'))
  const options = {
    stdin: isTrue(query.get('stdin')),
    stdout: isTrue(query.get('stdout')),
    stderr: isTrue(query.get('stderr')) && !tty,
    tty,
  }
  if (!options.stdin && !options.stdout && !options.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
  }
  return options
}
