import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type ClientHttp2Session, connect } from 'node:http2'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { findFreePort } from '#platform/ports.ts'

/** A real etcd of our own, on the same disk, asked over gRPC as the Kubernetes API server asks it. */
export class EtcdPeer implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #directory: string
  readonly #session: ClientHttp2Session

  private constructor(process: ChildProcess, directory: string, session: ClientHttp2Session) {
    this.#process = process
    this.#directory = directory
    this.#session = session
  }

  /** Undefined where etcd is not installed. */
  static async start(): Promise<EtcdPeer | undefined> {
    if (spawnSync('etcd', ['--version']).status !== 0) return undefined
    const directory = await mkdtemp(path.join(tmpdir(), 'slipway-bench-etcd-'))
    const client = `http://127.0.0.1:${await findFreePort()}`
    const peer = `http://127.0.0.1:${await findFreePort()}`
    const etcd = spawn(
      'etcd',
      [
        `--data-dir=${directory}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=default=${peer}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    for await (const line of createInterface({ input: etcd.stderr })) {
      if (line.includes('ready to serve client requests')) break
    }
    etcd.stderr.resume()
    return new EtcdPeer(etcd, directory, connect(client))
  }

  /** One durable put. */
  put(key: string, value: Uint8Array): Promise<void> {
    const message = Buffer.concat([field(1, Buffer.from(key)), field(2, value)])
    const prefix = Buffer.alloc(5)
    prefix.writeUInt32BE(message.length, 1)
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': '/etcdserverpb.KV/Put',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    return new Promise((resolve, reject) => {
      stream.on('trailers', trailers => {
        if (trailers['grpc-status'] === '0') resolve()
        else reject(new Error(`etcd: ${trailers['grpc-message']}`))
      })
      stream.on('error', reject)
      stream.resume()
      stream.end(Buffer.concat([prefix, message]))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session.destroy()
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
    await rm(this.#directory, { recursive: true, force: true })
  }
}

/** A length-delimited protobuf field. */
function field(number: number, value: Uint8Array): Buffer {
  const head = [(number << 3) | 2]
  let length = value.length
  for (; length > 127; length >>>= 7) head.push((length & 127) | 128)
  return Buffer.concat([Buffer.from([...head, length]), value])
}
