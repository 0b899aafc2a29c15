import type { HostAgent } from '../runtimes/container-runtime.ts'

/** Runs a shell script in the engine's host network. Rejects with what it wrote when its code isn't zero. */
export type RunScript = (script: string) => Promise<string>

/** Runs a script by a process of its own; see `RunScript`. */
export async function runInAgent(agent: HostAgent, script: string): Promise<string> {
  const session = await agent.exec(['/bin/sh', '-c', script])
  session.stdin?.end()
  const [output, errors, code] = await Promise.all([
    readText(session.stdout),
    readText(session.stderr),
    session.exit,
  ])
  if (code !== 0) throw new Error(`node agent: ${errors.trim() || output.trim() || `code ${code}`}`)
  return output
}

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
