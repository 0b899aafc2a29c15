import { PassThrough } from 'node:stream'
import { AsyncQueue } from '#base/async-queue.ts'
import { errorMessage } from '#base/errors.ts'
import type { ClusterConnection } from '#clusters/connection.ts'
import type { InputOf, OutputOf, UpOf } from '#contract/contract.ts'

type Message = OutputOf<'exec.open'>

/** Runs the best shell that is there: bash, else sh. */
const bestShell = ['/bin/sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash || exec sh']

/** A terminal's output, with the size that the client library reads and sends to the container. */
class Screen extends PassThrough {
  columns: number
  rows: number

  constructor(columns: number, rows: number) {
    super({ highWaterMark: 1024 * 1024 })
    this.columns = columns
    this.rows = rows
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    this.emit('resize')
  }
}

/** A process in a container with a terminal; the last message says how it ended. */
export async function* openExec(
  connection: ClusterConnection,
  request: InputOf<'exec.open'>,
  signal: AbortSignal,
  up: AsyncIterable<UpOf<'exec.open'>>,
): AsyncGenerator<Message, void, void> {
  const { Exec } = await import('@kubernetes/client-node')
  const screen = new Screen(request.columns, request.rows)
  const keyboard = new PassThrough()
  const ended = new AsyncQueue<Message>()
  const exec = new Exec(await connection.clientConfig())
  const { namespace, pod, container, command } = request
  const shell = command.length ? command : bestShell
  const socket = await exec
    .exec(namespace, pod, container, shell, screen, null, keyboard, true, status => {
      ended.push(exitMessage(status))
      ended.close()
    })
    .catch(error => {
      throw new Error(
        `a shell in ${namespace}/${pod} (${container}) could not be opened: ${errorMessage(error)}`,
      )
    })
  const close = () => {
    socket.close()
    screen.end()
    ended.close()
  }
  signal.addEventListener('abort', close, { once: true })
  socket.addEventListener('close', () => {
    screen.end()
    ended.push({ exit: -1, message: 'The connection to the container was closed.' })
    ended.close()
  })
  void feed(up, screen, keyboard)
  try {
    for await (const bytes of screen) yield new Uint8Array(bytes as Buffer)
    for await (const message of ended) return yield message
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}

async function feed(
  up: AsyncIterable<UpOf<'exec.open'>>,
  screen: Screen,
  keyboard: PassThrough,
): Promise<void> {
  for await (const message of up) {
    if (message instanceof Uint8Array) keyboard.write(message)
    else screen.resize(message.columns, message.rows)
  }
}

interface ExecStatus {
  status?: string
  message?: string
  details?: { causes?: { reason?: string; message?: string }[] }
}

function exitMessage(status: ExecStatus): Message {
  if (status.status === 'Success') return { exit: 0 }
  const code = status.details?.causes?.find(cause => cause.reason === 'ExitCode')?.message
  const message = status.message ? { message: status.message } : {}
  return { exit: code === undefined ? -1 : Number(code), ...(code === undefined ? message : {}) }
}
