import { type Clock, sleep } from '#base/clock.ts'
import { withSignal } from '#base/with-signal.ts'
import type { LifecycleHandler } from '#kubernetes/api/core-v1.ts'
import type { ContainerRuntime } from '../runtimes/container-runtime.ts'
import type { AnyContainer } from './pod-facts.ts'
import { resolvePort } from './pod-ports.ts'
import { httpGet } from './probes/http-request.ts'

export interface HookSubject {
  runtime: ContainerRuntime
  clock: Clock
  container: AnyContainer
  containerId: string
  podIP: string
}

/** Runs a postStart or preStop hook to its end. Throws when it fails or the signal aborts. */
export async function runHook(
  hook: LifecycleHandler,
  { runtime, clock, container, containerId, podIP }: HookSubject,
  signal: AbortSignal,
): Promise<void> {
  if (hook.exec) {
    const command = hook.exec.command ?? []
    const session = await runtime.exec(containerId, { command, stdin: false, tty: false }, signal)
    const output = Promise.all([drain(session.stdout), drain(session.stderr)])
    output.catch(() => {})
    const code = await withSignal(session.exit, signal)
    session.close()
    if (code !== 0) throw new Error(`command '${command.join(' ')}' exited with ${code}`)
  } else if (hook.httpGet) {
    await httpGet({
      action: hook.httpGet,
      host: hook.httpGet.host || podIP,
      port: resolvePort(hook.httpGet.port, container),
      connect: (host, port, abort) => runtime.dial(host, port, abort),
      signal,
      userAgent: 'kube-lifecycle/1.35',
    })
  } else if (hook.sleep) await sleep(clock, hook.sleep.seconds * 1000, signal)
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}
