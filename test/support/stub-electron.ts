import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const fuseCount = 9

/**
 * A test double of Electron's distribution for Linux: a program that only says what it is and fails, with the wire of
 * fuses in it that packaging flips.
 */
export async function makeStubElectron(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'resources'), { recursive: true })
  const program = path.join(folder, 'electron')
  const wire = `${String.fromCharCode(1, fuseCount)}${'1'.repeat(fuseCount)}`
  await writeFile(
    program,
    `#!/bin/sh\necho 'a stub of Electron for tests' >&2\nexit 99\n# ${sentinel}${wire}\n`,
    'latin1',
  )
  await chmod(program, 0o755)
  await writeFile(path.join(folder, 'version'), '45.4.1')
  await writeFile(path.join(folder, 'LICENSE'), 'stub')
  await writeFile(path.join(folder, 'LICENSES.chromium.html'), 'stub')
}
