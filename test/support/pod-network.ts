import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ByteSink, ProcessSession } from '#base/streams.ts'
import type { HostAgent } from '#node/runtimes/container-runtime.ts'
import { runChecked, runCommand } from '#platform/processes.ts'

/** Whether this process may make network namespaces and program nftables in them. */
export async function canMakeNetworks(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const name = `slipway-probe-${process.pid}`
  const made = await runCommand('ip', ['netns', 'add', name]).catch(() => undefined)
  if (made?.code !== 0) return false
  const listed = await runCommand('ip', ['netns', 'exec', name, 'nft', 'list', 'ruleset'])
  await runCommand('ip', ['netns', 'delete', name])
  return listed.code === 0
}

/**
 * A node with a pod bridge, and pods on it, as network namespaces of the kernel: what an engine makes, without one.
 * The node is 10.244.0.1, pods have the addresses from 10.244.0.2 on; `outside` is a neighbour of the node at 192.0.2.2,
 * the node there is 192.0.2.1.
 */
export class PodNetwork implements AsyncDisposable {
  readonly bridge = 'pods0'
  readonly gateway = '10.244.0.1'
  readonly subnet = '10.244.0.0/24'
  readonly #id: string
  readonly #children = new Set<ChildProcess>()
  readonly #namespaces: string[] = []

  private constructor(id: string) {
    this.#id = id
  }

  static async create(): Promise<PodNetwork> {
    const network = new PodNetwork(`slipway-${process.pid}-`)
    await network.#namespace('node')
    await network.shell(
      'node',
      `ip link add pods0 type bridge && ip addr add 10.244.0.1/24 dev pods0 && ip link set pods0 up
       echo 1 >/proc/sys/net/ipv4/ip_forward`,
    )
    await network.#namespace('outside')
    await network.#link('outside', '192.0.2.2/24', '192.0.2.1')
    await network.shell('node', 'ip addr add 192.0.2.1/24 dev to-outside')
    return network
  }

  /** Adds a pod; its address follows from how many there are. */
  async addPod(name: string): Promise<string> {
    await this.#namespace(name)
    const address = `10.244.0.${this.#namespaces.length - 1}`
    await this.#link(name, `${address}/24`, this.gateway)
    await this.shell('node', `ip link set to-${name} master pods0`)
    return address
  }

  /** Answers every connection and datagram on a port of a namespace with its name. */
  async serve(namespace: string, port: number): Promise<void> {
    const program = `
      require('net').createServer(s => s.on('error', () => {}).end('${namespace}')).listen(${port})
      const u = require('dgram').createSocket('udp4', (m, r) => u.send('${namespace}', r.port, r.address))
      u.bind(${port}, () => console.log('up'))`
    const child = this.#spawn(namespace, [process.execPath, '-e', program])
    await once(child.stdout ?? child, 'data')
  }

  /** What a connection from a namespace is answered; throws with the reason when there is none within 2 s. */
  async ask(namespace: string, address: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') {
    const program =
      protocol === 'tcp'
        ? `const s = require('net').connect(${port}, '${address}'); s.pipe(process.stdout)
           s.on('error', e => { console.error(e.code); process.exit(1) })`
        : `const s = require('dgram').createSocket('udp4', m => { console.log(String(m)); process.exit() })
           s.connect(${port}, '${address}', () => s.send('x'))
           s.on('error', e => { console.error(e.code); process.exit(1) })`
    const timeout = "setTimeout(() => { console.error('timeout'); process.exit(2) }, 2000).unref();"
    const command = ['netns', 'exec', this.#id + namespace, process.execPath, '-e']
    const keep = protocol === 'udp' ? 'setTimeout(() => {}, 2100);' : ''
    const result = await runCommand('ip', [...command, timeout + keep + program])
    if (result.code !== 0) throw new Error(result.stderr.trim())
    return result.stdout.trim()
  }

  /** Runs a shell script in a namespace. */
  shell(namespace: string, script: string): Promise<string> {
    return runChecked('ip', ['netns', 'exec', this.#id + namespace, 'sh', '-ec', script])
  }

  /** What the kubelet's engine offers the proxy, in the node's namespace. */
  agent(): HostAgent {
    return { exec: async command => toSession(this.#spawn('node', command)) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    for (const name of this.#namespaces)
      await runCommand('ip', ['netns', 'delete', this.#id + name])
  }

  /** Kills what runs in the node's namespace, as when the engine goes down. */
  async killAgents(): Promise<void> {
    for (const child of this.#children) {
      if (child.spawnargs.includes(`${this.#id}node`)) child.kill('SIGKILL')
    }
  }

  async #namespace(name: string): Promise<void> {
    await runChecked('ip', ['netns', 'add', this.#id + name])
    this.#namespaces.push(name)
    await this.shell(name, 'ip link set lo up')
  }

  async #link(name: string, address: string, gateway: string): Promise<void> {
    await this.shell(
      'node',
      `ip link add to-${name} type veth peer name eth0 netns ${this.#id}${name}`,
    )
    await this.shell('node', `ip link set to-${name} up`)
    await this.shell(
      name,
      `ip addr add ${address} dev eth0; ip link set eth0 up; ip route add default via ${gateway}`,
    )
  }

  #spawn(namespace: string, command: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#id + namespace, ...command])
    this.#children.add(child)
    return child
  }
}

function toSession(child: ChildProcess): ProcessSession {
  const stdin: ByteSink = {
    write: bytes => new Promise(resolve => child.stdin?.write(bytes, () => resolve())),
    end: () => void child.stdin?.end(),
  }
  child.stdin?.on('error', () => {})
  return {
    stdin,
    stdout: child.stdout as AsyncIterable<Uint8Array>,
    stderr: child.stderr as AsyncIterable<Uint8Array>,
    exit: once(child, 'exit').then(([code]) => Number(code ?? -1)),
    resize: async () => {},
    close: () => void child.kill(),
  }
}
