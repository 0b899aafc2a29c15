import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runChecked } from '../processes.ts'

/** Debian's names of the architectures we make images for. */
export type DebianArchitecture = 'amd64' | 'arm64'

/**
 * Downloads packages and everything they depend on through apt, which checks their signatures, and unpacks them side by
 * side into `target`. Needs no root. Where the machine's own package lists don't do (never fetched, another
 * architecture), lists of our own are fetched into `workspace`.
 */
export async function unpackPackages(
  packages: string[],
  options: {
    architecture: DebianArchitecture
    workspace: string
    target: string
    signal?: AbortSignal
  },
): Promise<void> {
  const { architecture, workspace, target, signal } = options
  const downloads = path.join(workspace, 'packages')
  await Promise.all([downloads, target].map(folder => mkdir(folder, { recursive: true })))
  const run = (command: string, args: string[]) =>
    runChecked(command, args, {
      cwd: downloads,
      env: { ...process.env, LC_ALL: 'C' },
      ...(signal ? { signal } : {}),
    })
  const aptGet = (args: string[]) => run('apt-get', ['-o', `Acquire::Retries=${retries}`, ...args])
  const download = async (settings: string[]) => {
    const listed = await run('apt-cache', [...settings, ...dependsArguments, ...packages])
    await aptGet([...settings, 'download', ...parseDepends(listed)])
  }
  const own = await run('dpkg', ['--print-architecture'])
  try {
    if (own.trim() !== architecture) throw new Error(`this machine is ${own.trim()}`)
    await download([])
  } catch (error) {
    signal?.throwIfAborted()
    const settings = await privateLists(workspace, architecture)
    await aptGet([...settings, 'update']).catch(second => {
      throw new Error(`fetching package lists: ${second.message}`, { cause: error })
    })
    await download(settings)
  }
  for (const file of await readdir(downloads)) {
    if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', path.join(downloads, file), target])
  }
}

/** How often apt asks again for what a mirror did not send. */
const retries = 3

const dependsArguments = ['depends', '--recurse', '--no-recommends', '--no-suggests'].concat(
  '--no-conflicts --no-breaks --no-replaces --no-enhances'.split(' '),
)

/** Names stand at line starts; alternatives, indented, and virtual packages, in `<>`, are not wanted. */
function parseDepends(text: string): string[] {
  const names = text.split('\n').filter(line => /^[a-z0-9]/.test(line))
  return [...new Set(names)].map(name => name.trim())
}

async function privateLists(workspace: string, architecture: string): Promise<string[]> {
  const state = path.join(workspace, 'apt')
  await mkdir(path.join(state, 'lists', 'partial'), { recursive: true })
  await mkdir(path.join(state, 'cache', 'archives', 'partial'), { recursive: true })
  await writeFile(path.join(state, 'status'), '')
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures::': architecture,
    'APT::Sandbox::User': '',
    'Dir::State': state,
    'Dir::State::status': path.join(state, 'status'),
    'Dir::Cache': path.join(state, 'cache'),
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}
