import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { AgentImage } from './agent-image.ts'
import {
  type EngineCandidate,
  listCandidates,
  localSocket,
  type Surroundings,
} from './engines/candidates.ts'
import {
  type EngineProgram,
  type EngineVariant,
  findEnginePrograms,
} from './engines/engine-programs.ts'
import { PrivateEngine } from './engines/private-engine.ts'
import { type EngineFacts, probeEngine } from './engines/probe.ts'

export { PrivateEngine } from './engines/private-engine.ts'
export type { EngineFacts } from './engines/probe.ts'

/** What is remembered of the choice, so that later starts make none. */
export type EngineChoice =
  | { kind: 'socket'; socketPath: string }
  | { kind: 'private'; program: EngineProgram['name']; variant: EngineVariant }

export interface SelectedEngine {
  choice: EngineChoice
  socketPath: string
  /** In words for people: `Docker`, `DOCKER_HOST`, `dockerd, started by Slipway`. */
  source: string
  facts: EngineFacts
  /** Dispose it when the cluster ends; only for a private engine. */
  engine: PrivateEngine | undefined
}

export interface EngineSelection {
  /** Undefined when no engine can be had. */
  selected: SelectedEngine | undefined
  /** What was tried before and why it was passed over, one sentence each. */
  notes: string[]
}

export interface SelectEngineOptions extends Surroundings {
  /** The user asked for an engine: what Docker's client would use must work, or this throws. */
  required: boolean
  /** The user named the engine: this one or none. A path or a URL. */
  explicitSocket?: string
  /** Where a private engine lives. */
  engineDirectory: string
  agentImage: (architecture: string) => Promise<AgentImage>
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

/**
 * Finds an engine, in the order: the one that was named, what Docker's client would use, the usual sockets, engines that
 * are installed but not running. One counts once a real container has run on it.
 */
export async function selectEngine(options: SelectEngineOptions): Promise<EngineSelection> {
  const notes: string[] = []
  if (options.explicitSocket !== undefined) {
    const candidate = { source: '--engine-socket', host: options.explicitSocket, named: true }
    return { selected: await tryCandidate(candidate, options), notes }
  }
  const tried = new Set<string>()
  for (const candidate of await listCandidates(options)) {
    const socket = localSocket(candidate.host)
    const file = socket === undefined ? candidate.host : await realpath(socket).catch(() => '')
    if (!candidate.named && (file === '' || tried.has(file))) continue
    tried.add(file)
    try {
      return { selected: await tryCandidate(candidate, options), notes }
    } catch (error) {
      options.signal.throwIfAborted()
      if (candidate.named && options.required) throw error
      notes.push(errorMessage(error))
    }
  }
  for (const program of await findEnginePrograms(options.env)) {
    const selected = await tryProgram(program, options, notes)
    if (selected) return { selected, notes }
  }
  if (options.required) throw new Error(noEngine(notes))
  return { selected: undefined, notes }
}

/** Takes up an earlier choice: starts a private engine again, and leaves others alone. */
export async function resumeEngine(
  choice: EngineChoice,
  options: Pick<SelectEngineOptions, 'engineDirectory' | 'env' | 'clock' | 'logger'>,
): Promise<{ socketPath: string; engine: PrivateEngine | undefined }> {
  if (choice.kind === 'socket') return { socketPath: choice.socketPath, engine: undefined }
  const programs = await findEnginePrograms(options.env)
  const program = programs.find(({ name }) => name === choice.program)
  if (!program) {
    throw new Error(
      `this cluster runs on ${choice.program}, which is not installed any more${choice.program === 'dockerd' ? ' or needs root' : ''}`,
    )
  }
  const engine = await PrivateEngine.start({
    ...options,
    program,
    variant: choice.variant,
    directory: path.join(options.engineDirectory, program.name),
  })
  return { socketPath: engine.socketPath, engine }
}

async function tryCandidate(
  candidate: EngineCandidate,
  options: SelectEngineOptions,
): Promise<SelectedEngine> {
  const { source, host } = candidate
  const socketPath = localSocket(host)
  if (socketPath === undefined) {
    throw new Error(
      `${source} names the engine ${host} on another machine, where pods could not be reached on localhost: unset it, or name a local socket with --engine-socket`,
    )
  }
  try {
    const facts = await probeEngine(socketPath, options)
    return { choice: { kind: 'socket', socketPath }, socketPath, source, facts, engine: undefined }
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string }
    const advice = code === 'EACCES' ? ' (your user may not use it: join its group)' : ''
    throw new Error(
      `${source} (${socketPath}) cannot run containers: ${errorMessage(error)}${advice}`,
      {
        cause: error,
      },
    )
  }
}

async function tryProgram(
  program: EngineProgram,
  options: SelectEngineOptions,
  notes: string[],
): Promise<SelectedEngine | undefined> {
  for (const variant of program.variants) {
    await using starting = new AsyncDisposableStack()
    try {
      const directory = path.join(options.engineDirectory, program.name)
      const engine = starting.use(
        await PrivateEngine.start({ ...options, program, variant, directory }),
      )
      const { socketPath } = engine
      const facts = await probeEngine(socketPath, options)
      starting.move()
      return {
        choice: { kind: 'private', program: program.name, variant },
        socketPath,
        source: `${program.name}, started by Slipway`,
        facts,
        engine,
      }
    } catch (error) {
      options.signal.throwIfAborted()
      const settings = Object.keys(variant).length ? ` with ${JSON.stringify(variant)}` : ''
      notes.push(
        `${program.name}, started by us${settings}, cannot run containers: ${errorMessage(error)}`,
      )
    }
  }
  return undefined
}

function noEngine(notes: string[]): string {
  const tried = notes.length ? ` Tried: ${notes.join('; ')}.` : ''
  return `no container engine can be used.${tried} Install Docker or Podman and start it, or use --runtime simulated.`
}
