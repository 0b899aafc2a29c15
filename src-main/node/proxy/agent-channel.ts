import type { ProcessSession } from '#base/streams.ts'
import type { HostAgent } from '../runtimes/container-runtime.ts'

/**
 * What the agent runs for us, one line of request at a time: `rules N` is followed by N bytes for nft, `run N` by those of
 * a shell script, `hairpin BRIDGE` lets each port of a bridge send a packet back where it came from (an engine's own /sys
 * can't be written, the host's is at /hsys). Each answer ends with a line `rc N`.
 */
const program = `
sys=/sys
[ ! -d /hsys/class/net ] || sys=/hsys
while read -r request argument; do
  case $request in
    rules) head -c "$argument" >/tmp/rules && nft -f /tmp/rules 2>&1 ;;
    run) head -c "$argument" >/tmp/script && /bin/sh /tmp/script 2>&1 </dev/null ;;
    hairpin) for mode in $sys/class/net/"$argument"/brif/*/hairpin_mode; do
        [ ! -e "$mode" ] || echo 1 >"$mode"
      done 2>&1 ;;
  esac
  echo "rc $?"
done`

/** Programs the host network through one process in it, so that a change costs the engine no start of one. */
export class AgentChannel implements AsyncDisposable {
  readonly #session: ProcessSession
  readonly #output: AsyncIterator<Uint8Array>
  #queue: Promise<unknown> = Promise.resolve()
  #rest = ''

  private constructor(session: ProcessSession) {
    this.#session = session
    this.#output = session.stdout[Symbol.asyncIterator]()
    void drain(session.stderr)
  }

  static async open(agent: HostAgent, signal?: AbortSignal): Promise<AgentChannel> {
    return new AgentChannel(await agent.exec(['/bin/sh', '-c', program], signal))
  }

  /** Settles when the agent's process has ended. */
  get ended(): Promise<unknown> {
    return this.#session.exit.catch(() => undefined)
  }

  /** Applies one transaction. Throws with nft's words when it is refused, and then nothing has changed. */
  async apply(rules: string): Promise<void> {
    await this.#request('rules', rules)
  }

  /** Runs a shell script; answers what it wrote, and throws with that when its code isn't zero. */
  run(script: string): Promise<string> {
    return this.#request('run', script)
  }

  /** Lets pods reach themselves by way of a service. */
  async allowHairpin(bridge: string): Promise<void> {
    await this.#send(`hairpin ${bridge}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session.stdin?.end()
    this.#session.close()
  }

  #request(kind: 'rules' | 'run', text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text)
    return this.#send(`${kind} ${bytes.length}\n`, bytes)
  }

  #send(line: string, bytes?: Uint8Array): Promise<string> {
    const turn = this.#queue.then(async () => {
      await this.#session.stdin?.write(new TextEncoder().encode(line))
      if (bytes) await this.#session.stdin?.write(bytes)
      const { code, output } = await this.#readAnswer()
      if (code !== 0) throw new Error(`node agent: ${output.trim() || `code ${code}`}`)
      return output
    })
    this.#queue = turn.catch(() => {})
    return turn
  }

  async #readAnswer(): Promise<{ code: number; output: string }> {
    for (;;) {
      const match = /^([\s\S]*?)(?:^|\n)?rc (\d+)\n/.exec(this.#rest)
      if (match) {
        this.#rest = this.#rest.slice(match[0].length)
        return { code: Number(match[2]), output: match[1] ?? '' }
      }
      const { done, value } = await this.#output.next()
      if (done) throw new Error('the node agent ended')
      this.#rest += Buffer.from(value).toString('utf8')
    }
  }
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _chunk of stream);
  } catch {
    // The session's end says the same.
  }
}
